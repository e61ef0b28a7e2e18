import fc from "fast-check";
import { expect, test } from "vitest";
import { findMissing, PARTS_MAX } from "./find-missing.ts";

test("nothing is missing of what is whole", () => {
  expect(findMissing(0n, [])).toEqual([]);
  expect(findMissing(0n, [5n, 7n])).toEqual([]);
});

test("what no parts add up to is not decided", () => {
  expect(findMissing(3n, [])).toBeUndefined();
  expect(findMissing(6n, [5n, 7n])).toBeUndefined();
});

test("of two equal parts the first is taken", () => {
  expect(findMissing(5n, [5n, 5n])).toEqual([0]);
  expect(findMissing(7n, [7n, 5n, 2n])).toEqual([0]);
});

test("parts that would need more sums than fit are refused", () => {
  expect(() =>
    findMissing(
      0n,
      Array.from({ length: PARTS_MAX + 1 }, () => 1n),
    ),
  ).toThrow(RangeError);
});

test("any choice of random parts is found again, around the end of the numbers, too", () => {
  const part = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(part, fc.boolean()), { minLength: 1, maxLength: PARTS_MAX }),
      (chosen) => {
        const parts = chosen.map(([value]) => value);
        const whole = chosen.reduce((sum, [value, missing]) => (missing ? sum + value : sum), 0n);
        const found = findMissing(BigInt.asUintN(64, whole), parts);
        const sum = found?.reduce((total, index) => total + (parts[index] ?? 0n), 0n);
        expect(sum === undefined ? sum : BigInt.asUintN(64, sum)).toBe(BigInt.asUintN(64, whole));
      },
    ),
    { numRuns: 200 },
  );
});
