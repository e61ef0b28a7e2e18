/** Filters made by chance that select some of the rows of `filter-rows.ts`. */
import fc from "fast-check";
import type { FieldName, Filter, KeyScope, Test } from "../filter/ast.ts";
import { FIELDS, type Field, type FilterSignal } from "../filter/fields.ts";
import { VOCABULARY } from "./filter-rows.ts";
import { spanId, traceId } from "./ids-and-times.ts";

export function likelyFilters(signal: FilterSignal): fc.Arbitrary<Filter> {
  const leaf = fc.oneof(
    { arbitrary: wordFilter, weight: 2 },
    { arbitrary: attributeFilter(signal), weight: 3 },
    { arbitrary: columnFilter(signal), weight: 4 },
  );
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { depthSize: "small", maxDepth: 3 },
      leaf,
      tie("filter").map((of) => ({ kind: "not" as const, of })),
      fc
        .tuple(
          fc.constantFrom("and", "or"),
          fc.array(tie("filter"), { minLength: 2, maxLength: 3 }),
        )
        .map(([kind, of]) => ({ kind, of })),
    ),
  })).filter;
}

const oneOf = (values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values);
const escape = (text: string): string => text.replaceAll(/[*?\\]/g, "\\$&");

const REGEXES = ["^a", "[0-9]+$", "(pay|cart)", "e.*d", "^$", "\\s", "%"];
/** What stands in a stored text: whole, a word, or a piece of it. */
function partOf(values: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(oneOf(values), fc.nat(20), fc.nat(20)).map(([text, from, length]) =>
    length > 12
      ? text
      : Array.from(text)
          .slice(from, from + length + 1)
          .join(""),
  );
}
function patternOf(values: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(oneOf(values), fc.nat(8), fc.constantFrom("*", "?"), fc.boolean())
    .map(([text, at, wild, open]) => {
      const chars = Array.from(text);
      const rest = chars.slice(wild === "?" ? at + 1 : at + 2).join("");
      return `${open ? "*" : ""}${escape(chars.slice(0, at).join(""))}${wild}${escape(rest)}`;
    })
    .filter((pattern) => !/^\**$/.test(pattern));
}

const TEXTS = [...VOCABULARY.body, ...VOCABULARY.name, ...VOCABULARY.value];
const wordFilter: fc.Arbitrary<Filter> = fc
  .oneof(
    partOf(TEXTS).map((text) => ({ kind: "match" as const, text })),
    oneOf(TEXTS.flatMap((text) => text.split(" "))).map((text) => ({
      kind: "match" as const,
      text,
    })),
    patternOf(TEXTS.flatMap((text) => text.split(" "))).map((pattern) => ({
      kind: "wildcard" as const,
      pattern,
    })),
    oneOf(["card|bank", "declin[e]d", "^GET", "[0-9]{3}", "two$"]).map((pattern) => ({
      kind: "regex" as const,
      pattern,
    })),
  )
  .map((test) => ({ kind: "words", test }));

function stringTests(values: readonly string[]): fc.Arbitrary<Test> {
  const bound = fc
    .tuple(oneOf(values), fc.boolean())
    .map(([text, inclusive]) => ({ text, inclusive, quoted: true }));
  return fc.oneof(
    oneOf(values).map((text) => ({ kind: "match" as const, text })),
    oneOf(values).map((text) => ({ kind: "equals" as const, text })),
    patternOf(values).map((pattern) => ({ kind: "wildcard" as const, pattern })),
    oneOf(REGEXES).map((pattern) => ({ kind: "regex" as const, pattern })),
    fc.constant({ kind: "exists" as const }),
    fc.tuple(bound, bound).map(([from, to]) => ({ kind: "range" as const, from, to })),
    fc.tuple(fc.constantFrom(">=", "<=", ">", "<"), oneOf(values)).map(([operator, text]) => ({
      kind: "compare" as const,
      operator,
      value: { text, quoted: true },
    })),
  );
}

function orderedTests(values: readonly string[]): fc.Arbitrary<Test> {
  const bound = fc
    .tuple(oneOf(values), fc.boolean())
    .map(([text, inclusive]) => ({ text, inclusive, quoted: false }));
  return fc.oneof(
    fc.tuple(fc.constantFrom(">=", "<=", ">", "<"), oneOf(values)).map(([operator, text]) => ({
      kind: "compare" as const,
      operator,
      value: { text, quoted: false },
    })),
    fc.tuple(bound, bound).map(([from, to]) => ({ kind: "range" as const, from, to })),
    bound.map((from) => ({ kind: "range" as const, from })),
  );
}

function attributeFilter(signal: FilterSignal): fc.Arbitrary<Filter> {
  const scopes: readonly KeyScope[] =
    signal === "logs"
      ? ["any", "attr", "resource", "scope"]
      : ["any", "attr", "resource", "scope", "event", "link"];
  const key: fc.Arbitrary<FieldName> = fc.oneof(
    fc
      .tuple(fc.constantFrom(...scopes), oneOf(VOCABULARY.key))
      .map(([scope, each]) => ({ kind: "key" as const, scope, key: each })),
    oneOf([
      "http.route",
      "user.id",
      "resource.user.id",
      "attr.http.route",
      "absent",
      "version",
      "resource.service.version",
    ]).map((name) => ({ kind: "name" as const, name })),
  );
  const numbers = orderedTests(["5", "-3.5", "7.25", "1e3", "0"]);
  return fc
    .tuple(key, fc.oneof(stringTests([...VOCABULARY.value, "1.0"]), numbers))
    .map(([field, test]) => ({ kind: "field", field, test }));
}

function columnFilter(signal: FilterSignal): fc.Arbitrary<Filter> {
  const fields = FIELDS.filter((each) => each.signals.includes(signal));
  return fc
    .constantFrom(...fields)
    .chain((field) => fc.tuple(fc.constantFrom(field.name, ...field.aliases), testsOf(field)))
    .map(([name, test]) => ({ kind: "field", field: { kind: "name", name }, test }));
}

/** Tests that fit the type of the field. */
function testsOf({ name, target }: Field): fc.Arbitrary<Test> {
  const exists = fc.constant({ kind: "exists" as const });
  const matches = (values: readonly string[]): fc.Arbitrary<Test> =>
    oneOf(values).map((text) => ({ kind: "match" as const, text }));
  switch (target.type) {
    case "choice":
      return fc.oneof(matches(Object.keys(target.choices)), exists);
    case "boolean":
      return matches(["true", "False"]);
    case "id":
    case "ids":
      return fc.oneof(
        matches([...idsOf(target.digits), ""]),
        exists,
        fc.constant({ kind: "wildcard" as const, pattern: "*1" }),
      );
    case "integer":
    case "integers":
      return fc.oneof(matches(["0", "1", "257"]), orderedTests(["0", "1", "8", "13"]), exists);
    case "duration":
      return fc.oneof(
        matches(["100ms", "0"]),
        orderedTests(["0", "1ms", "0.1s", "5s", "101ms"]),
        exists,
      );
    case "time":
    case "times":
      return fc.oneof(
        orderedTests(["2026-11-20T11:50:00Z", "2026-11-20T12:10:00Z", "9223372036854775807"]),
        exists,
      );
    case "severity":
      return fc.oneof(
        matches(["warn", "INFO", "unset", "fatal", "13", "err"]),
        orderedTests(["trace", "info", "warn", "error", "fatal", "14"]),
        exists,
      );
    case "text":
      return fc.oneof(
        stringTests(VOCABULARY.body),
        partOf(VOCABULARY.body).map((text) => ({ kind: "match" as const, text })),
      );
    case "string":
    case "strings":
    case "attribute":
      return stringTests(valuesOf(name));
  }
}

function idsOf(digits: 16 | 32): readonly string[] {
  return [1, 2, 3, 4].map(digits === 32 ? traceId : spanId);
}

function valuesOf(name: string): readonly string[] {
  if (name === "service") return VOCABULARY.service;
  if (name === "name") return VOCABULARY.name;
  if (name.endsWith("state")) return VOCABULARY.state;
  return ["lib", "login", "exception", "1.0", "INFO", "IOError", "https://example.com/1", ""];
}
