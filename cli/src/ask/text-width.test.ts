/** Goal: columns are counted as a terminal counts them, so that a table stays one. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { fit, truncate, widthOf } from "./text-width.ts";

test.each([
  ["abc", 3],
  ["Grüße", 5],
  ["e\u0301", 1],
  ["数据库", 6],
  ["👩‍👩‍👧", 2],
  ["❤️", 2],
  ["│ └─", 4],
])("%s takes %d columns", (text, columns) => {
  expect(widthOf(text)).toBe(columns);
});

test.each([
  ["abcdef", 6, "abcdef"],
  ["abcdef", 5, "abcd…"],
  ["数据库超时", 5, "数据…"],
  ["数据库超时", 6, "数据…"],
  ["数据库", 6, "数据库"],
  ["abc", 1, "…"],
  ["abc", 0, ""],
])("%s in %d columns is %s", (text, columns, shown) => {
  expect(truncate(text, columns)).toBe(shown);
});

test("what fits fills its columns exactly, whatever it is made of", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(40), (text, columns) => {
      expect(widthOf(fit(text, columns))).toBe(columns);
    }),
  );
});
