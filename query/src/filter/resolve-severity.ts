import type { Bound, Place, Test } from "./ast.ts";
import type { Condition } from "./condition.ts";
import { mistake } from "./filter-error.ts";
import {
  SEVERITY_NUMBER_MAX,
  type SeverityRange,
  parseSeverityRange,
  severityTexts,
} from "../params/severity.ts";
import { mistakeTest } from "./resolve-test.ts";

/** Severities are intervals of numbers: `warn` is 13 to 16, `>=warn` 13 and up. No severity is below none of them. */
export function severityCondition(test: Test, at: Place): Condition {
  switch (test.kind) {
    case "match":
    case "equals": {
      if (test.text.toLowerCase() === "unset")
        return { kind: "not", of: within(1, SEVERITY_NUMBER_MAX) };
      const { from, to } = read(test.text, at);
      return within(from, to);
    }
    case "compare": {
      const bound = { ...test.value, inclusive: test.operator.endsWith("=") };
      return test.operator.startsWith(">")
        ? between(bound, undefined, at)
        : between(undefined, bound, at);
    }
    case "range":
      return between(test.from, test.to, at);
    case "exists":
      return within(1, SEVERITY_NUMBER_MAX);
    case "wildcard":
    case "regex":
      return mistakeTest(at, "a severity", "severity>=warn; patterns are for severity.text");
  }
}

function between(from: Bound | undefined, to: Bound | undefined, at: Place): Condition {
  return within(lowest(from, at), highest(to, at));
}

function lowest(bound: Bound | undefined, at: Place): number {
  if (bound === undefined) return 1;
  const range = read(bound.text, at);
  return bound.inclusive ? range.from : range.to + 1;
}

function highest(bound: Bound | undefined, at: Place): number {
  if (bound === undefined) return SEVERITY_NUMBER_MAX;
  const range = read(bound.text, at);
  return bound.inclusive ? range.to : range.from - 1;
}

function within(from: number, to: number): Condition {
  return { kind: "severity", from, to: Math.max(to, 0), texts: severityTexts(from, to) };
}

function read(text: string, at: Place): SeverityRange {
  const parsed = parseSeverityRange(text);
  if (parsed.kind === "value") return parsed.value;
  return mistake(at, {
    message: `${JSON.stringify(text.slice(0, 100))} is not a severity.`,
    expected: parsed.expected,
  });
}
