/** Goal: each second of the ranges is read once, from a computed hour or from the minutes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { planHours } from "./plan-hours.ts";

const HOUR = 3_600;
const hour = (index: number) => ({ hour: index * HOUR, version: String(index) });

test("an hour that is not computed, and the ends of the range, are read from the minutes", () => {
  expect(planHours([[HOUR - 900, 5 * HOUR + 60]], [hour(1), hour(2), hour(4)])).toEqual({
    hours: [hour(1), hour(2), hour(4)],
    minutes: [
      [HOUR - 900, HOUR],
      [3 * HOUR, 4 * HOUR],
      [5 * HOUR, 5 * HOUR + 60],
    ],
  });
});

test("an hour that lies over the border of two ranges is read from the minutes", () => {
  expect(
    planHours(
      [
        [0, HOUR + 900],
        [HOUR + 900, 3 * HOUR],
      ],
      [hour(0), hour(1), hour(2)],
    ),
  ).toEqual({
    hours: [hour(0), hour(2)],
    minutes: [
      [HOUR, HOUR + 900],
      [HOUR + 900, 2 * HOUR],
    ],
  });
});

test("hours and minutes together are the range", () => {
  const indexes = fc.uniqueArray(fc.integer({ min: 0, max: 30 }));
  const second = fc.integer({ min: 0, max: 30 * HOUR });
  fc.assert(
    fc.property(indexes, second, second, (computed, a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const plan = planHours(
        [[from, to]],
        computed.toSorted((x, y) => x - y).map((index) => hour(index)),
      );
      const pieces = [
        ...plan.minutes,
        ...plan.hours.map((each) => [each.hour, each.hour + HOUR] as const),
      ].toSorted((x, y) => x[0] - y[0]);
      let at = from;
      for (const [start, end] of pieces) {
        expect(start).toBe(at);
        at = end;
      }
      expect(at).toBe(to);
    }),
  );
});
