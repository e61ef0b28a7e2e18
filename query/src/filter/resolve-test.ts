/** Values read by the type of their field. */
import type { Bound, Place, Test } from "./ast.ts";
import type { IntegerRange, Limit, StringTest } from "./condition.ts";
import { mistake } from "./filter-error.ts";
import { nearest } from "../http/nearest.ts";
import { parseDuration } from "../params/duration.ts";
import { type Parsed, invalid, value } from "../params/result.ts";
import { parseTime } from "../params/time.ts";

interface Within {
  readonly at: Place;
  /** Attributes are texts that may be numbers; columns of text are texts. */
  readonly isAttribute: boolean;
}

export function stringTest(test: Test, { at, isAttribute }: Within): StringTest {
  switch (test.kind) {
    case "match":
    case "equals":
      return { kind: "is", text: test.text };
    case "wildcard":
      return { kind: "like", pattern: test.pattern };
    case "regex":
      return { kind: "regex", pattern: test.pattern };
    case "exists":
      return { kind: "exists" };
    case "compare":
    case "range": {
      const { from, to } = boundsOf(test);
      const given = [from, to].filter((each) => each !== undefined);
      if (!isAttribute || given.every((each) => each.quoted)) {
        return { kind: "text-range", ...limits(from, to, (text) => text) };
      }
      return {
        kind: "number-range",
        ...limits(from, to, (text, quoted) => readNumber(text, quoted, at)),
      };
    }
  }
}

export function idTest(test: Test, digits: 16 | 32, at: Place): StringTest {
  switch (test.kind) {
    case "match":
    case "equals":
      return { kind: "is", text: test.text === "" ? "" : readId(test.text, digits, at) };
    case "wildcard":
      return { kind: "like", pattern: test.pattern.toLowerCase() };
    case "regex":
      return { kind: "regex", pattern: test.pattern };
    case "exists":
      return { kind: "exists" };
    case "compare":
    case "range":
      return mistakeTest(at, "an id", `${digits} hex digits, or the first of them and *`);
  }
}

export function choiceTest(
  test: Test,
  choices: Readonly<Record<string, readonly string[]>>,
  at: Place,
): StringTest {
  const names = Object.keys(choices);
  if (test.kind === "exists") return { kind: "exists" };
  if (test.kind !== "match" && test.kind !== "equals") {
    return mistakeTest(at, "one of a few names", `one of ${names.join(", ")}`);
  }
  const found = Object.entries(choices).find(([name]) => name === test.text.toLowerCase());
  if (found !== undefined) return { kind: "one-of", texts: found[1] };
  const guess = nearest(test.text, names);
  return mistake(at, {
    message: `${shown(test.text)} is none of its names.`,
    expected: `one of ${names.join(", ")}`,
    ...(guess === undefined ? {} : { suggestion: guess }),
  });
}

export function readBoolean(test: Test, at: Place): boolean {
  if (test.kind === "exists") return true;
  const text = test.kind === "match" || test.kind === "equals" ? test.text.toLowerCase() : "";
  if (text === "true" || text === "false") return text === "true";
  return mistakeTest(at, "yes or no", "true or false");
}

type IntegerType = "integer" | "duration" | "time";

const READERS: Readonly<Record<IntegerType, (text: string) => Parsed<bigint>>> = {
  integer: (text) =>
    /^\d{1,18}$/.test(text) ? value(BigInt(text)) : invalid("a whole number of at most 18 digits"),
  duration: parseDuration,
  // Without `now`: what a filter means must not move from one page to the next.
  time: (text) =>
    text.startsWith("now")
      ? invalid(
          "a time such as 2026-11-20T14:05:00Z; times before now are for the range (from, to)",
        )
      : parseTime(text, 0n),
};

const KINDS: Readonly<Record<IntegerType, string>> = {
  integer: "a whole number",
  duration: "a duration",
  time: "a time",
};

export function readRange(test: Test, type: IntegerType, at: Place): IntegerRange {
  const read = (text: string): bigint => {
    const parsed = READERS[type](text);
    if (parsed.kind === "value") return parsed.value;
    return mistake(at, {
      message: `${shown(text)} is not ${KINDS[type]}.`,
      expected: parsed.expected,
    });
  };
  switch (test.kind) {
    case "match":
    case "equals": {
      const exact = String(read(test.text));
      return { from: exact, to: exact };
    }
    case "compare":
    case "range":
      return includingEnds(boundsOf(test), read);
    case "exists":
      return { from: "1" };
    case "wildcard":
    case "regex":
      return mistakeTest(at, KINDS[type], "a value, a comparison or a range");
  }
}

function includingEnds(
  { from, to }: ReturnType<typeof boundsOf>,
  read: (text: string) => bigint,
): IntegerRange {
  const least = from === undefined ? undefined : read(from.text) + (from.inclusive ? 0n : 1n);
  const most = to === undefined ? undefined : read(to.text) - (to.inclusive ? 0n : 1n);
  // Below nothing: a range that holds nothing, without a number that a column cannot have.
  if (most !== undefined && most < 0n) return { from: "1", to: "0" };
  return {
    ...(least === undefined ? {} : { from: String(least) }),
    ...(most === undefined ? {} : { to: String(most) }),
  };
}

/** @throws FilterMistake: this field cannot be asked so */
export function mistakeTest(at: Place, what: string, expected: string): never {
  return mistake(at, {
    message: `This field is ${what}, and cannot be asked like this.`,
    expected,
  });
}

function boundsOf(test: Extract<Test, { kind: "compare" | "range" }>): {
  readonly from: Bound | undefined;
  readonly to: Bound | undefined;
} {
  if (test.kind === "range") return { from: test.from, to: test.to };
  const bound = { ...test.value, inclusive: test.operator.endsWith("=") };
  return test.operator.startsWith(">")
    ? { from: bound, to: undefined }
    : { from: undefined, to: bound };
}

function limits<T>(
  from: Bound | undefined,
  to: Bound | undefined,
  read: (text: string, quoted: boolean) => T,
): { readonly from?: Limit<T>; readonly to?: Limit<T> } {
  const limit = (bound: Bound): Limit<T> => ({
    value: read(bound.text, bound.quoted),
    inclusive: bound.inclusive,
  });
  return {
    ...(from === undefined ? {} : { from: limit(from) }),
    ...(to === undefined ? {} : { to: limit(to) }),
  };
}

function readNumber(text: string, quoted: boolean, at: Place): number {
  const number =
    !quoted && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/.test(text)
      ? Number(text)
      : Number.NaN;
  if (Number.isFinite(number)) return number;
  return mistake(at, {
    message: `${shown(text)} is not a number.`,
    expected: "a number without a unit; quotes around every value that is compared as text",
    ...(quoted ? {} : { suggestion: `"${text.replaceAll(/[\\"]/g, "\\$&")}"` }),
  });
}

function readId(text: string, digits: 16 | 32, at: Place): string {
  if (text.length === digits && /^[0-9a-fA-F]+$/.test(text)) return text.toLowerCase();
  return mistake(at, {
    message: `${shown(text)} is not an id of this kind.`,
    expected: `${digits} hex digits, or the first of them and *`,
    ...(/^[0-9a-fA-F]+$/.test(text) && text.length < digits
      ? { suggestion: `${text.toLowerCase()}*` }
      : {}),
  });
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
