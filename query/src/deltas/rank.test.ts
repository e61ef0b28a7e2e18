import fc from "fast-check";
import { expect, test } from "vitest";
import { gStatistic, rankDifferences } from "./rank.ts";

const totals = { selected: 100, rest: 900 };

test("the largest difference of shares comes first, in either direction", () => {
  const ranked = rankDifferences(
    [
      { key: "host", value: "a", selected: 90, rest: 100 },
      { key: "host", value: "b", selected: 5, rest: 800 },
      { key: "zone", value: "x", selected: 40, rest: 90 },
    ],
    totals,
    3,
  );
  expect(ranked.map(({ value }) => value)).toEqual(["b", "a", "x"]);
  expect(ranked[0]?.difference).toBeCloseTo(0.05 - 800 / 900);
});

test("what chance makes is left out, and the more is compared the more that is", () => {
  const counted = [{ key: "k", value: "v", selected: 20, rest: 90 }];
  const g = gStatistic(counted[0]!, totals);
  // 2 * (20 ln(20/11) + 90 ln(90/99) + 80 ln(80/89) + 810 ln(810/801)), reckoned by hand.
  expect(g).toBeCloseTo(7.801, 2);
  expect(rankDifferences(counted, totals, 1)).toEqual([]);
  const clear = [{ key: "k", value: "v", selected: 26, rest: 90 }];
  expect(gStatistic(clear[0]!, totals)).toBeGreaterThan(10.83);
  expect(rankDifferences(clear, totals, 1)).toHaveLength(1);
  expect(rankDifferences(clear, totals, 100_000)).toEqual([]);
});

test("equal shares have no G, and no G is negative or not a number", () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000), fc.nat(1_000), (a, b, c, d) => {
      const g = gStatistic({ selected: a, rest: b }, { selected: a + c + 1, rest: b + d + 1 });
      expect(g).toBeGreaterThanOrEqual(-1e-6);
    }),
  );
  expect(gStatistic({ selected: 10, rest: 90 }, totals)).toBeCloseTo(0);
});

test("without a selection or without a rest nothing differs", () => {
  const counted = [{ key: "k", value: "v", selected: 0, rest: 90 }];
  expect(rankDifferences(counted, { selected: 0, rest: 900 }, 1)).toEqual([]);
});
