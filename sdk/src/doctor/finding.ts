/** Which question a finding answers; stable names, for `--json` and for tests. */
export type Check =
  | "node"
  | "settings"
  | "service"
  | "endpoint"
  | "clock"
  | "start"
  | "libraries"
  | "propagation";

/** One answer. A problem always says what to do: the line that fixes it, ready to be copied. */
export type Finding =
  | { readonly kind: "ok"; readonly check: Check; readonly text: string }
  | { readonly kind: "note"; readonly check: Check; readonly text: string; readonly fix?: string }
  | {
      readonly kind: "problem";
      readonly check: Check;
      readonly text: string;
      readonly fix: string;
    };

export function ok(check: Check, text: string): Finding {
  return { kind: "ok", check, text };
}

export function note(check: Check, text: string, fix?: string): Finding {
  return fix === undefined ? { kind: "note", check, text } : { kind: "note", check, text, fix };
}

export function problem(check: Check, text: string, fix: string): Finding {
  return { kind: "problem", check, text, fix };
}
