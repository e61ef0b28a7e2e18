import fc from "fast-check";
import { expect, test } from "vitest";
import { RowBudget } from "./row-budget.ts";

test("what comes in lumps at the rate is given whole", () => {
  const budget = new RowBudget(1_000, 0);
  let given = 0;
  // 1 000 rows a second, seen after 100 ms, then after 900 ms, and so on.
  for (let at = 0; at < 60_000; at += 1_000) {
    for (const [ms, rows] of [
      [at + 100, 100],
      [at + 1_000, 900],
    ] as const) {
      const now = Math.min(budget.available(ms), rows);
      budget.spend(now);
      given += now;
    }
  }
  expect(given).toBe(60_000);
});

test("never more than the rate and one burst, and always one", () => {
  const looks = fc.array(fc.record({ afterMs: fc.nat(5_000), rows: fc.nat(10_000) }), {
    maxLength: 100,
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), looks, (rate, given) => {
      const budget = new RowBudget(rate, 0);
      let at = 0;
      let total = 0;
      for (const { afterMs, rows } of given) {
        at += afterMs;
        const available = budget.available(at);
        expect(available).toBeGreaterThanOrEqual(1);
        const spent = Math.min(available, rows);
        budget.spend(spent);
        total += spent;
      }
      expect(total).toBeLessThanOrEqual((rate * at) / 1_000 + 2 * rate + given.length);
    }),
  );
});
