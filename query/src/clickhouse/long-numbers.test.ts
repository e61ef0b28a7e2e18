/** Goal: 64-bit numbers become JavaScript's as bigints would. Method: property tests against bigints. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { fromLeast, toNumbers } from "./long-numbers.ts";

test("distances from the least are exact wherever JavaScript's numbers are", () => {
  const near = fc.record({
    base: fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
    by: fc.array(fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }), { maxLength: 20 }),
  });
  fc.assert(
    fc.property(near, ({ base, by }) => {
      const longs = BigInt64Array.from(by, (distance) => base + distance);
      const { least, distances } = fromLeast(longs);
      const expected = longs.reduce((a, b) => (b < a ? b : a), longs[0] ?? 0n);
      expect(least).toBe(expected);
      expect([...distances]).toEqual(Array.from(longs, (long) => Number(long - expected)));
    }),
  );
});

test("unsigned numbers are rounded once", () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), (numbers) => {
      const longs = new BigInt64Array(BigUint64Array.from(numbers).buffer);
      expect([...toNumbers(longs)]).toEqual(numbers.map(Number));
    }),
  );
});
