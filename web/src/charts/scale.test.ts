/** Goal: axes end at numbers people read well, and marks never lie on each other. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { highestOf, niceMax, TARGET_PX, thinOut } from "./scale.ts";

describe("niceMax", () => {
  test.each([
    [0, 1, 1],
    [0.034, 0, 0.04],
    [99, 0, 100],
    [100, 0, 100],
    [101, 0, 200],
    [230, 0, 400],
    [3.1e8, 0, 4e8],
    [0, 0, 1],
  ])("of %d, at least %d, is %d", (highest, least, expected) => {
    expect(niceMax(highest, least)).toBeCloseTo(expected, 10);
  });

  test("is never below what is drawn, and less than three times as high", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e15, noNaN: true }), (highest) => {
        const max = niceMax(highest, 0);
        expect(max).toBeGreaterThanOrEqual(highest * 0.999_999);
        expect(max).toBeLessThan(highest * 3);
      }),
    );
  });
});

test("the highest value passes over what is not known", () => {
  expect(
    highestOf([
      [null, 3],
      [7, null],
    ]),
  ).toBe(7);
  expect(highestOf([[null]])).toBe(0);
});

describe("thinOut", () => {
  const spots = fc.array(
    fc.record({
      x: fc.double({ min: 0, max: 1, noNaN: true }),
      y: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 60 },
  );

  test("keeps the first, and no two whose targets overlap", () => {
    fc.assert(
      fc.property(spots, (all) => {
        const kept = thinOut(all, { widthPx: 300, heightPx: 100 });
        if (all.length > 0) expect(kept[0]).toBe(0);
        for (const a of kept)
          for (const b of kept.filter((other) => other > a)) {
            const apart = Math.max(
              Math.abs(all[a]!.x - all[b]!.x) * 300,
              Math.abs(all[a]!.y - all[b]!.y) * 100,
            );
            expect(apart).toBeGreaterThanOrEqual(TARGET_PX);
          }
      }),
    );
  });

  test("drops only what has no room", () => {
    const all = [
      { x: 0.5, y: 0.5 },
      { x: 0.51, y: 0.5 },
      { x: 0.9, y: 0.5 },
    ];
    expect(thinOut(all, { widthPx: 300, heightPx: 100 })).toEqual([0, 2]);
  });
});
