/** Goal: a small line shows every value at its place, and a gap where nothing is known. */
import { expect, test } from "vitest";
import { sparkPaths } from "./spark-paths.ts";

const SIZE = { width: 22, height: 12 };

test("values go from left to right, the highest at the top, 0 at the bottom", () => {
  expect(sparkPaths([0, 5, 10], 10, SIZE)).toEqual({
    line: "M1 11L11 6L21 1",
    area: "M1 11L11 6L21 1L21 12L1 12z",
  });
});

test("what is not known is a gap, and a lone value a dash", () => {
  expect(sparkPaths([10, null, 0], 10, SIZE)).toEqual({ line: "M1 1h1M21 11h1", area: "" });
});

test("what is above the top stays inside", () => {
  expect(sparkPaths([20, 10], 10, SIZE).line).toBe("M1 1L21 1");
});

test("nothing is nothing", () => {
  expect(sparkPaths([], 10, SIZE)).toEqual({ line: "", area: "" });
  expect(sparkPaths([null, null], 10, SIZE)).toEqual({ line: "", area: "" });
});
