/** Goal: the windows around a log cover its reach once. Method: any place and reach, pieces put together. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { windowsOutward } from "./windows-outward.ts";

const AT = fc.bigInt(0n, 10n ** 18n);
const REACH = fc.bigInt(1n, 10n ** 15n);

test("windows before a moment touch, do not overlap, and cover the reach with the moment itself", () => {
  fc.assert(
    fc.property(AT, REACH, (at, reach) => {
      const windows = [...windowsOutward(at, "before", reach)];
      let to = at + 1n;
      for (const window of windows) {
        expect(window.to).toBe(to);
        expect(window.from).toBeLessThan(window.to);
        to = window.from;
      }
      expect(to).toBe(at - reach > 0n ? at - reach : 0n);
    }),
  );
});

test("windows after a moment touch, do not overlap, and cover the reach with the moment itself", () => {
  fc.assert(
    fc.property(AT, REACH, (at, reach) => {
      let from = at;
      for (const window of windowsOutward(at, "after", reach)) {
        expect(window.from).toBe(from);
        expect(window.from).toBeLessThan(window.to);
        from = window.to;
      }
      expect(from).toBe(at + reach);
    }),
  );
});
