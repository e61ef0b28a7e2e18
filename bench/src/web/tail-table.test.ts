/** Goal: a heap that grows is seen, whatever single samples say. */
import { expect, test } from "vitest";
import type { TailSample } from "./measure-tail.ts";
import { formatTail, tailGrowth } from "./tail-table.ts";

const sample = (heapMB: number): TailSample => ({
  atS: 10,
  heapMB,
  domNodes: 900,
  frameP50Ms: 16.7,
  frameP95Ms: 25,
  frameMaxMs: 60,
  busy: 0.21,
  lines: 20_000,
  leftOut: 0,
  sent: 20_000,
});

test("the sample in which the list filled is not counted, nor a single high one", () => {
  expect(tailGrowth([5, 30, 31, 90, 30, 31, 32, 33, 34, 35].map(sample))).toEqual({
    first: 31,
    last: 34,
  });
});

test("the table has a row for each sample", () => {
  const lines = formatTail([sample(5), sample(30)]).split("\n");
  expect(lines[1]).toContain("17   25");
  expect(lines.at(-1)).toBe("heap 30.0 MB in the first third, 30.0 MB in the last");
});
