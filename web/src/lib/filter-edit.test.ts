/** Goal: a click changes what it says and nothing else. Method: print the filters, and let the parser read them back. */
import { parseFilter, printFilter } from "@throughline/query/filter";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addCondition,
  attributeField,
  beginsWith,
  conditionTexts,
  exceptCondition,
  hasCondition,
  isValue,
  onlyCondition,
  removeCondition,
  withDuration,
  writeDuration,
} from "./filter-edit.ts";

const pay = isValue("service", "pay");

test.each([
  ["", "service:pay"],
  ["timeout", "timeout service:pay"],
  ["a OR b", "(a OR b) service:pay"],
  ["service:pay x", "service:pay x"],
  ['service:"pay"', 'service:"pay"'],
  ["NOT a", "NOT a service:pay"],
])("%j and service:pay is %j", (q, expected) => {
  expect(addCondition(q, pay)).toBe(expected);
});

test.each([
  ["service:pay", ""],
  ["x service:pay", "x"],
  ["x service:pay y:1", "x y:1"],
  ["x OR service:pay", "x OR service:pay"],
])("%j without service:pay is %j", (q, expected) => {
  expect(removeCondition(q, pay)).toBe(expected);
});

test("what was added is there, and taking it off leaves what was before", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(text, text, (key, value) => {
      const condition = isValue(attributeField(key, "attr", "traces"), value);
      const q = addCondition("service:a b", condition);
      expect(hasCondition(q, condition)).toBe(true);
      expect(removeCondition(q, condition)).toBe("service:a b");
      const parsed = parseFilter(printFilter(condition));
      expect(parsed.kind === "filter" && printFilter(parsed.filter)).toBe(printFilter(condition));
    }),
  );
});

test.each([
  ["http.route", "any", "http.route:x"],
  ["http.route", "attr", "attr.http.route:x"],
  ["host.name", "resource", "resource.host.name:x"],
  ["odd key", "resource", 'resource."odd key":x'],
  ["duration", "any", '"duration":x'],
  ["event.x", "any", '"event.x":x'],
] as const)("the key %s of %s is asked as %s", (key, scope, expected) => {
  expect(printFilter(isValue(attributeField(key, scope, "traces"), "x"))).toBe(expected);
});

test("a value that is known by its beginning is asked by it, wildcards of its own apart", () => {
  const condition = beginsWith(attributeField("a", "any", "logs"), "5*?\\");
  const parsed = parseFilter(printFilter(condition));
  expect(parsed.kind === "filter" && parsed.filter).toMatchObject({
    test: { kind: "wildcard", pattern: "5\\*\\?\\\\*" },
  });
});

test.each([
  [1_500_000_000n, "1.5s"],
  [250_000_000n, "250ms"],
  [1_234_567n, "1234.567us"],
  [1_234_000n, "1.234ms"],
  [999n, "999ns"],
  [0n, "0ns"],
  [90_000_000_000n, "90s"],
])("%s ns is written %s", (nanos, text) => {
  expect(writeDuration(nanos)).toBe(text);
});

test("new bounds of duration take the place of those there were", () => {
  const q = withDuration("a duration>1ms duration:[1s TO 2s] b", {
    min: 5_000_000n,
    max: undefined,
  });
  expect(q).toBe("a b duration>=5ms");
  expect(withDuration("a OR b", { min: undefined, max: 5n })).toBe("(a OR b) duration<=5ns");
});

test.each([
  ["", "service:pay"],
  ["service:shop x", "x service:pay"],
  ["service=shop NOT service:pay", "service:pay"],
  ["NOT service:shop", "NOT service:shop service:pay"],
  ['attr.service:shop "service":a', 'attr.service:shop "service":a service:pay'],
])("%j, only service:pay, is %j", (q, expected) => {
  expect(onlyCondition(q, pay)).toBe(expected);
});

test("what is excluded is no longer asked for", () => {
  expect(exceptCondition("service:pay x", pay)).toBe("x NOT service:pay");
  expect(exceptCondition("a OR b", pay)).toBe("(a OR b) NOT service:pay");
});

test("the conditions of a filter are said one by one", () => {
  expect(conditionTexts("a service:pay (b OR c)")).toEqual(["a", "service:pay", "b OR c"]);
  expect(conditionTexts("service:")).toEqual(["service:"]);
});
