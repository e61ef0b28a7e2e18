/** Goal: words of what happened are readable, however close together it happened. */
import { expect, test } from "vitest";
import { placeFlags } from "./flag-lanes.ts";

const at = (...xs: readonly number[]) => xs.map((x) => ({ x, chars: 12 }));
const lanes = (xs: readonly number[], widthPx: number) =>
  placeFlags(at(...xs), widthPx).map(({ lane }) => lane);

test("flags far from each other stand in one line", () => {
  expect(lanes([0.1, 0.4, 0.9], 600)).toEqual([0, 0, 0]);
});

test("what would lie over another goes below it", () => {
  expect(lanes([0.1, 0.12, 0.14, 0.5], 600)).toEqual([0, 1, 2, 0]);
});

test("where all lines are taken there are no words", () => {
  expect(lanes([0.1, 0.1, 0.1, 0.1], 600)).toEqual([0, 1, 2, undefined]);
});

test("near the right edge words stand to the left, and are kept from those that come towards them", () => {
  expect(placeFlags(at(0.65, 0.75), 600)).toEqual([
    { lane: 0, isLeft: false },
    { lane: 1, isLeft: true },
  ]);
});
