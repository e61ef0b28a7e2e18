/** Filters as they may be written, made by chance. */
import fc from "fast-check";
import type { Bound, FieldName, Filter, Test, Value, WordsFilter } from "../filter/ast.ts";

export function withoutPlaces(filter: Filter): Filter {
  switch (filter.kind) {
    case "and":
    case "or":
      return { kind: filter.kind, of: filter.of.map(withoutPlaces) };
    case "not":
      return { kind: "not", of: withoutPlaces(filter.of) };
    case "words":
      return { kind: "words", test: filter.test };
    case "field":
      return { kind: "field", field: filter.field, test: filter.test };
  }
}

const text = fc.oneof(
  fc.constantFrom(
    "",
    "AND",
    "TO",
    "exists",
    "a b",
    'say "hi"',
    "C:\\logs\\",
    "a..b",
    "*",
    "/x/",
    "-5",
    "é😀",
    "http://x/?a=b",
    "a\nb",
    "true",
  ),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.stringMatching(/^[a-z0-9.:_-]{1,10}$/),
);
const regex = fc.constantFrom(
  "a+",
  "^x$",
  "a|b",
  "[a-z]{2,3}",
  "\\d+\\/x",
  "(?i)err",
  "a\\ b",
  "a b{2} c",
  "(x(y))",
);
const pattern = fc
  .tuple(fc.string({ maxLength: 4 }), fc.constantFrom("*", "?"), fc.string({ maxLength: 4 }))
  .map(([before, wild, after]) => `${escape(before)}${wild}${escape(after)}`)
  .filter((each) => each !== "*");
const number = fc.constantFrom("5", "-1.5", "100ms", "1e3", "warn", "2026-11-20T00:00:00Z", "*x");
const value: fc.Arbitrary<Value> = fc.oneof(
  text.map((each) => ({ text: each, quoted: true })),
  number.map((each) => ({ text: each, quoted: false })),
);
const bound: fc.Arbitrary<Bound> = fc
  .tuple(value, fc.boolean())
  .map(([each, inclusive]) => ({ ...each, inclusive }));

const words: fc.Arbitrary<WordsFilter["test"]> = fc.oneof(
  text.map((each) => ({ kind: "match" as const, text: each })),
  pattern.map((each) => ({ kind: "wildcard" as const, pattern: each })),
  regex.map((each) => ({ kind: "regex" as const, pattern: each })),
);
const testOfField: fc.Arbitrary<Test> = fc.oneof(
  words,
  text.map((each) => ({ kind: "equals" as const, text: each })),
  fc
    .tuple(fc.constantFrom(">=", "<=", ">", "<"), value)
    .map(([operator, each]) => ({ kind: "compare" as const, operator, value: each })),
  fc.tuple(bound, bound).map(([from, to]) => ({ kind: "range" as const, from, to })),
  bound.map((from) => ({ kind: "range" as const, from })),
  bound.map((to) => ({ kind: "range" as const, to })),
  fc.constant({ kind: "exists" as const }),
);
const field: fc.Arbitrary<FieldName> = fc.oneof(
  fc
    .constantFrom(
      "service",
      "duration",
      "http.route",
      "resource.k8s.pod.name",
      "AND",
      "exists",
      "x-y",
      "attr.a",
    )
    .map((name) => ({ kind: "name" as const, name })),
  fc
    .tuple(fc.constantFrom("any", "attr", "resource", "scope", "event", "link"), text)
    .map(([scope, key]) => ({ kind: "key" as const, scope, key })),
);

/** Every form that the parser can give, without places. */
export const filters: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    words.map((test) => ({ kind: "words" as const, test })),
    fc
      .tuple(field, testOfField)
      .map(([name, test]) => ({ kind: "field" as const, field: name, test })),
    tie("filter").map((of) => ({ kind: "not" as const, of })),
    fc
      .tuple(fc.constantFrom("and", "or"), fc.array(tie("filter"), { minLength: 2, maxLength: 3 }))
      .map(([kind, of]) => ({ kind, of })),
  ),
})).filter;

function escape(literal: string): string {
  return literal.replaceAll(/[*?\\]/g, "\\$&");
}
