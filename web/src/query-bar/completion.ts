/** What the text before the caret could go on with. */
import { tokenize, type Token } from "./tokens.ts";

/** What is being typed, and which part of the text a choice takes the place of. */
export type Completion =
  | { readonly kind: "field"; readonly prefix: string; readonly from: number; readonly to: number }
  | {
      readonly kind: "value";
      readonly field: string;
      readonly prefix: string;
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: "none" };

const VALUE_KINDS = new Set(["text", "number", "string"]);

/** @param caret where the caret is, 0..text.length */
export function completionAt(text: string, caret: number): Completion {
  const placed = place(tokenize(text));
  // The token that the caret stands in or right behind.
  const index = placed.findIndex(({ start, end }) => start < caret && caret <= end);
  const here = placed[index];
  if (here === undefined || here.kind === "space" || here.text === "(") {
    const field = listField(placed.slice(0, index + 1));
    return field === undefined
      ? { kind: "field", prefix: "", from: caret, to: caret }
      : { kind: "value", field, prefix: "", from: caret, to: caret };
  }
  if (here.kind === "operator") {
    const field = fieldBefore(placed, index);
    return field === undefined
      ? { kind: "none" }
      : { kind: "value", field, prefix: "", from: caret, to: caret };
  }
  const prefix = text.slice(here.start, caret);
  if (VALUE_KINDS.has(here.kind)) {
    const operator = placed[index - 1];
    const field =
      operator?.kind === "operator"
        ? fieldBefore(placed, index - 1)
        : listField(placed.slice(0, index));
    if (field !== undefined) {
      return { kind: "value", field, prefix: unquote(prefix), from: here.start, to: here.end };
    }
  }
  if (here.kind !== "text" && here.kind !== "field") return { kind: "none" };
  const dash = prefix.startsWith("-") ? 1 : 0;
  return { kind: "field", prefix: prefix.slice(dash), from: here.start + dash, to: here.end };
}

interface Placed extends Token {
  readonly start: number;
  readonly end: number;
}

function place(tokens: readonly Token[]): readonly Placed[] {
  let at = 0;
  return tokens.map((token) => {
    const start = at;
    at += token.text.length;
    return { ...token, start, end: at };
  });
}

function fieldBefore(placed: readonly Placed[], operatorAt: number): string | undefined {
  const field = placed[operatorAt - 1];
  return field?.kind === "field" ? field.text.replace(/^-/u, "") : undefined;
}

/** @returns the field of the list `field:(a OR b` that is open at the end */
function listField(placed: readonly Placed[]): string | undefined {
  let depth = 0;
  for (let index = placed.length - 1; index > 0; index--) {
    const text = placed[index]?.text;
    if (text === ")") depth += 1;
    if (text !== "(") continue;
    if (depth > 0) depth -= 1;
    else return placed[index - 1]?.kind === "operator" ? fieldBefore(placed, index - 1) : undefined;
  }
  return undefined;
}

function unquote(text: string): string {
  return text.replace(/^"/u, "").replace(/"$/u, "").replaceAll(/\\(.)/gu, "$1");
}

/** @returns the text with the choice in it, and where the caret goes */
export function applyChoice(
  text: string,
  completion: Exclude<Completion, { readonly kind: "none" }>,
  choice: string,
): { readonly text: string; readonly caret: number } {
  // A field is nothing without its value, a value is followed by the next condition.
  const behind = completion.kind === "field" ? ":" : " ";
  const rest = text.slice(completion.to);
  const added = choice + (rest.startsWith(behind) || rest.startsWith(")") ? "" : behind);
  const caret = completion.from + choice.length + (rest.startsWith(")") ? 0 : 1);
  return { text: text.slice(0, completion.from) + added + rest, caret };
}
