/**
 * Goal: a double is written as `String` writes it, digit by digit. Method: doubles of every kind against `String`; a long run
 * takes as many as it is told to (`DOUBLE_RUNS`).
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Arena } from "./arena.ts";
import { writeDouble } from "./double-text.ts";
import { Region } from "./region.ts";

const RUNS = Number(process.env["DOUBLE_RUNS"] ?? 20_000);

const arena = new Arena(4096);

/** @returns undefined where nothing was written */
function write(value: number): string | undefined {
  arena.reset();
  const region = new Region(arena);
  if (!writeDouble(region, value)) {
    expect(region.usedBytes).toBe(0);
    return undefined;
  }
  const text = Buffer.from(arena.bytes.subarray(region.start, region.position)).toString("latin1");
  expect(text.charCodeAt(0)).toBe(text.length - 1);
  return text.slice(1);
}

const fraction = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => x % 1 !== 0);

test("what is written is what String gives, of any double", () => {
  const duration = fc.double({ min: 0, max: 1000, noNaN: true }).filter((x) => x % 1 !== 0);
  const decimal = fc
    .tuple(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 13 }), fc.boolean())
    .map(([number, places, minus]) => (minus ? -1 : 1) * Number(`${number}e-${places}`))
    .filter((x) => x % 1 !== 0);
  let written = 0;
  fc.assert(
    fc.property(fc.oneof(fraction, duration, decimal), (value) => {
      const text = write(value);
      if (text === undefined) return;
      written++;
      expect(text).toBe(String(value));
    }),
    { numRuns: RUNS },
  );
  expect(written).toBeGreaterThan(RUNS / 4);
});

test.each([
  0.1,
  0.3,
  1 / 3,
  2 / 3,
  1.5,
  -1.5,
  12.345,
  99.99,
  5e-5,
  0.00001234,
  0.1 + 0.2,
  123456789.125,
  999999999999999.9,
  899.9999999999999,
  1.0000000000000002,
  0.9999999999999999,
  4503599627370.497,
])("%d is written", (value) => {
  expect(write(value)).toBe(String(value));
});

test.each([0.5, 0.25, 1e-6, 1e-7, 1e300, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, -0])(
  "%d is left to the caller",
  (value) => {
    expect(write(value)).toBeUndefined();
  },
);
