/** Goal: whatever range is asked, each minute of it is read once, from the coarsest cells that are whole. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type CellPlan, planCells, type RollupMarks } from "./cells.ts";

const DAY = 86_400;
const WHOLE: RollupMarks = { cellsFrom: 0, minutesFrom: 0 };
const minute = fc.integer({ min: 0, max: (3 * DAY) / 60 }).map((at) => at * 60);
const hour = fc.integer({ min: 0, max: 72 }).map((at) => at * 3_600);

function pieces(plan: CellPlan) {
  return [...plan.hours, ...plan.fives, ...plan.minutes, ...plan.rates].toSorted(
    (a, b) => a[0] - b[0],
  );
}

test("an hour between borders reads minutes at its ends only", () => {
  expect(planCells({ from: 7 * 60, to: 67 * 60 }, WHOLE, true)).toEqual({
    hours: [],
    fives: [[600, 3_900]],
    minutes: [
      [420, 600],
      [3_900, 4_020],
    ],
    rates: [],
  });
});

test("a day between borders reads hours, and five minutes around them", () => {
  expect(planCells({ from: 1_500, to: 1_500 + DAY }, WHOLE, true)).toEqual({
    hours: [[3_600, DAY]],
    fives: [
      [1_500, 3_600],
      [DAY, DAY + 1_500],
    ],
    minutes: [],
    rates: [],
  });
});

test("a few minutes are minutes", () => {
  expect(planCells({ from: 60, to: 240 }, WHOLE, true)).toMatchObject({ minutes: [[60, 240]] });
});

test("each minute of any range is in exactly one piece", () => {
  fc.assert(
    fc.property(
      minute,
      minute,
      fc.tuple(hour, hour),
      fc.boolean(),
      (a, b, [cells, more], hours) => {
        const range = { from: Math.min(a, b), to: Math.max(a, b) };
        const marks = { cellsFrom: cells, minutesFrom: cells + more };
        let at = range.from;
        for (const [from, to] of pieces(planCells(range, marks, hours))) {
          expect(from).toBe(at);
          expect(to).toBeGreaterThan(from);
          at = to;
        }
        expect(at).toBe(range.to);
      },
    ),
  );
});

test("nothing is read from where it is not whole, and cells only between their borders", () => {
  fc.assert(
    fc.property(minute, minute, hour, hour, (a, b, cellsFrom, minutesFrom) => {
      const range = { from: Math.min(a, b), to: Math.max(a, b) };
      const plan = planCells(range, { cellsFrom, minutesFrom }, true);
      for (const [from, to] of plan.hours) expect([from % 3_600, to % 3_600]).toEqual([0, 0]);
      for (const [from, to] of plan.fives) expect([from % 300, to % 300]).toEqual([0, 0]);
      for (const [from] of [...plan.hours, ...plan.fives]) {
        expect(from).toBeGreaterThanOrEqual(cellsFrom);
      }
      for (const [from] of plan.minutes) expect(from).toBeGreaterThanOrEqual(minutesFrom);
      expect(plan.rates.length).toBeLessThanOrEqual(2);
    }),
  );
});
