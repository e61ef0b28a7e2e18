import fc from "fast-check";
import { expect, test } from "vitest";
import { LADDERS, type Ladder, WINDOW_STEP_MAX, windowsNewestFirst } from "./windows.ts";
import { bucketWidth, fillBuckets } from "./histogram.ts";

const MINUTE = 60_000_000_000n;

const NAMES = Object.keys(LADDERS) as readonly Ladder[];

test.each(NAMES)("windows touch, cover the range and grow: %s", (ladder) => {
  const nanos = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(nanos, nanos, fc.integer({ min: 0, max: WINDOW_STEP_MAX }), (a, b, step) => {
      const range = a < b ? { from: a, to: b } : { from: b, to: a };
      const windows = [...windowsNewestFirst(range, ladder, step)];
      if (range.from === range.to) {
        expect(windows).toEqual([]);
        return;
      }
      expect(windows[0]?.to).toBe(range.to);
      expect(windows.at(-1)?.from).toBe(range.from);
      for (const [i, window] of windows.entries()) {
        expect(window.from).toBeLessThan(window.to);
        if (i > 0) expect(window.to).toBe(windows[i - 1]?.from);
      }
    }),
  );
});

test.each([
  ["count", [15n, 60n, 360n, 1_440n, 2_880n, 5_760n]],
  ["page", [1n, 15n, 60n, 360n, 1_440n, 2_880n]],
  ["index", [1n, 60n, 1_440n, 2_880n, 5_760n, 11_520n]],
] as const)("minutes of the first windows: %s", (ladder, minutes) => {
  const windows = windowsNewestFirst({ from: 0n, to: 100_000n * MINUTE }, ladder);
  const sizes = [...windows].map(({ from, to }) => (to - from) / MINUTE);
  expect(sizes.slice(0, 6)).toEqual(minutes);
});

test.each([
  ["enough by the next size", "page", 12, [1n, 15n, 60n]],
  ["too little by the next size", "page", 1, [1n, 60n, 1_440n]],
  ["nothing", "page", 0, [1n, 60n, 1_440n]],
  ["nothing, though an index finds what there is", "index", 0, [1n, 60n, 1_440n]],
  ["nothing, though all are counted", "count", 0, [15n, 60n, 360n]],
] as const)(
  "a size is left out where what was found is %s: %s",
  (_, ladder, perWindow, minutes) => {
    let found = 0;
    const windows = windowsNewestFirst({ from: 0n, to: 100_000n * MINUTE }, ladder, 0, () => {
      found += perWindow;
      return { found, wanted: 51 };
    });
    const sizes = [...windows].map(({ from, to }) => (to - from) / MINUTE);
    expect(sizes.slice(0, 3)).toEqual(minutes);
  },
);

test("histogram buckets cover the range without gaps, as many as fit at most plus one", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2_000_000_000 }),
      fc.integer({ min: 1, max: 400_000_000 }),
      fc.integer({ min: 1, max: 1_000 }),
      (from, seconds, most) => {
        const range = {
          from: BigInt(from) * 1_000_000_000n,
          to: BigInt(from + seconds) * 1_000_000_000n,
        };
        const width = bucketWidth(range, most);
        const buckets = fillBuckets([], range, width);
        expect(buckets.length).toBeGreaterThan(0);
        expect(buckets.length).toBeLessThanOrEqual(most + 1);
        expect(BigInt(buckets[0]?.timeUnixNano ?? "-1")).toBeLessThanOrEqual(range.from);
        expect(
          BigInt(buckets.at(-1)?.timeUnixNano ?? "-1") + BigInt(width) * 1_000_000_000n,
        ).toBeGreaterThanOrEqual(range.to);
      },
    ),
  );
});
