/** Goal: a number is short enough for an axis, and no other than it is. */
import { expect, test } from "vitest";
import { formatNumber } from "./format-number.ts";

test.each([
  [0, "0"],
  [5, "5"],
  [0.5, "0.50"],
  [0.004, "0.0040"],
  [12.345, "12.3"],
  [123.4, "123"],
  [12_345.6, "12.3k"],
  [18_000_000, "18.0M"],
  [-2.5, "-2.50"],
])("%d is %s", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});
