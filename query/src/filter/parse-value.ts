/** What stands after an operator. */
import type { Bound, Comparison, Test, Value } from "./ast.ts";
import { mistake } from "./filter-error.ts";
import { FILTER_LIMITS } from "./limits.ts";
import type { BareText, Scanner } from "./scanner.ts";

const never = (): boolean => false;

/** After `:`: a value, a wildcard pattern, a regular expression, a range, or `*`. */
export function takeMatch(scanner: Scanner): Test {
  if (scanner.peek() === '"') return { kind: "match", text: scanner.takeQuoted() };
  if (scanner.peek() === "[" || scanner.peek() === "{") return takeRange(scanner);
  const regex = scanner.takeRegex();
  if (regex !== undefined) return { kind: "regex", pattern: regex };
  const bare = scanner.takeBare(never);
  if (bare.raw === "") mistakeNoValue(scanner, ":");
  if (bare.raw === "*") return { kind: "exists" };
  const range = toRange(bare.raw);
  if (range !== undefined) return range;
  if (bare.wildcards === 0) return { kind: "match", text: bare.text };
  countWildcards(bare);
  return { kind: "wildcard", pattern: bare.pattern };
}

/** After `=` and `!=`: the text as it is. */
export function takeLiteral(scanner: Scanner, operator: string): string {
  scanner.skipSpace();
  if (scanner.peek() === '"') return scanner.takeQuoted();
  if (/^[=~]/.test(scanner.peek())) {
    mistake(
      { offset: scanner.offset, length: 1 },
      {
        message: `There is no operator ${operator}${scanner.peek()}.`,
        expected: `${operator} and a value; a regular expression is field:/like this/`,
      },
    );
  }
  if (scanner.peek() === "(") {
    mistake(
      { offset: scanner.offset, length: 1 },
      {
        message: `${operator} takes one value.`,
        expected: "a value; a list is field:(a OR b)",
        ...(operator === "=" ? { suggestion: ":(" } : {}),
      },
    );
  }
  const bare = scanner.takeBare(never);
  if (bare.raw === "") mistakeNoValue(scanner, operator);
  return bare.text;
}

/** After `>` and its like. */
export function takeComparedValue(scanner: Scanner, operator: Comparison): Value {
  scanner.skipSpace();
  if (scanner.peek() === '"') return { text: scanner.takeQuoted(), quoted: true };
  const { raw } = scanner.takeBare((each) => /[<>=!]/.test(each.peek()));
  if (raw === "") mistakeNoValue(scanner, operator);
  return { text: raw, quoted: false };
}

export function countWildcards(bare: BareText): void {
  if (bare.wildcards <= FILTER_LIMITS.wildcardsMax) return;
  mistake(bare, {
    message: "There are too many wildcards in one value.",
    expected: `at most ${FILTER_LIMITS.wildcardsMax} of * and ? (wildcardsMax); quotes around text that is meant as it is`,
  });
}

/** `[a TO b]`; a brace excludes the bound beside it. */
function takeRange(scanner: Scanner): Test {
  const start = scanner.offset;
  const fromInclusive = scanner.peek() === "[";
  scanner.offset += 1;
  const from = takeBound(scanner, start);
  scanner.skipSpace();
  if (!scanner.take("TO")) mistakeRange(scanner, start);
  const to = takeBound(scanner, start);
  scanner.skipSpace();
  const toInclusive = scanner.peek() === "]";
  if (!scanner.take("]") && !scanner.take("}")) mistakeRange(scanner, start);
  return range(
    from === undefined ? undefined : { ...from, inclusive: fromInclusive },
    to === undefined ? undefined : { ...to, inclusive: toInclusive },
  );
}

function takeBound(scanner: Scanner, start: number): Value | undefined {
  scanner.skipSpace();
  if (scanner.peek() === '"') return { text: scanner.takeQuoted(), quoted: true };
  const { raw } = scanner.takeBare((each) => /[\]}]/.test(each.peek()));
  if (raw === "") mistakeRange(scanner, start);
  return raw === "*" ? undefined : { text: raw, quoted: false };
}

/** `a..b`, `a..`, `..b`; both are included. A path with `..` in it is not one. */
function toRange(raw: string): Test | undefined {
  const match = /^([^\s"\]}/\\]*?)\.\.([^\s"\]}/\\]*)$/u.exec(raw);
  if (match === null) return undefined;
  const [from, to] = [match[1] ?? "", match[2] ?? ""].map((text) =>
    text === "" || text === "*" ? undefined : { text, quoted: false, inclusive: true },
  );
  if (from === undefined && to === undefined) return undefined;
  return range(from, to);
}

function range(from: Bound | undefined, to: Bound | undefined): Test {
  if (from === undefined && to === undefined) return { kind: "exists" };
  return {
    kind: "range",
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function mistakeRange(scanner: Scanner, start: number): never {
  mistake(
    { offset: start, length: Math.max(scanner.offset - start, 1) },
    {
      message: "This is not a range.",
      expected:
        "[from TO to], with * for an open end; quotes around text that begins with a bracket",
      suggestion: "[1 TO 5]",
    },
  );
}

function mistakeNoValue(scanner: Scanner, operator: string): never {
  mistake(
    { offset: scanner.offset, length: scanner.isAtEnd ? 0 : 1 },
    {
      message: `A value must follow ${operator}${operator === ":" ? " without a space" : ""}.`,
      expected: 'a value; "" for an empty one; quotes around text that is meant as it is',
    },
  );
}
