/** Goal: rows that the id table has not put together yet are one window. Method: rows of several INSERTs, in any order. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { wholeWindow } from "./trace-window.ts";

const seconds = fc.nat({ max: 4_294_967_295 });
const row = fc.record({
  startSeconds: seconds,
  endSeconds: seconds,
  storedFirstSeconds: seconds,
  storedLastSeconds: seconds,
});

test("a trace that the id table does not have has no window", () => {
  expect(wholeWindow([])).toBeUndefined();
});

test("the window reaches from the least to the largest of all rows", () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
      expect(wholeWindow(rows)).toEqual({
        startSeconds: Math.min(...rows.map((each) => each.startSeconds)),
        endSeconds: Math.max(...rows.map((each) => each.endSeconds)),
        storedFirstSeconds: Math.min(...rows.map((each) => each.storedFirstSeconds)),
        storedLastSeconds: Math.max(...rows.map((each) => each.storedLastSeconds)),
      });
    }),
  );
});
