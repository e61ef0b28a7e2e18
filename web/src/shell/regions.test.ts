import { expect, test } from "vitest";
import { nextRegion } from "./regions.ts";

test("goes round, and from nowhere to the first or the last", () => {
  expect([0, 1, 2].map((at) => nextRegion(3, at, 1))).toEqual([1, 2, 0]);
  expect([0, 1, 2].map((at) => nextRegion(3, at, -1))).toEqual([2, 0, 1]);
  expect([nextRegion(3, -1, 1), nextRegion(3, -1, -1)]).toEqual([0, 2]);
});
