/**
 * Goal: a flame graph that hides nothing. Method: known shapes, and for random forests the two promises: nothing in one
 * row overlaps, and everything is below its parent.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layOutFlame } from "./flame-layout.ts";
import { span, trace } from "./testing.ts";
import { indexTrace } from "./trace-index.ts";

function rowsOf(spans: Parameters<typeof trace>[0]) {
  const index = indexTrace(trace(spans));
  const { row, rowCount } = layOutFlame(index);
  return { index, row, rowCount };
}

describe("a flame graph", () => {
  test("puts what ran one after the other into one row, and what ran at once below", () => {
    const { index, row } = rowsOf([
      span("a", "", 0, 100),
      span("b", "a", 0, 20),
      span("c", "a", 20, 20),
      span("d", "a", 30, 20),
    ]);
    expect(index.nodes.map(({ key }, i) => `${key}${row[i]}`)).toEqual(["a0", "b1", "c1", "d2"]);
  });

  test("puts a child below its parent though its clock says it was earlier", () => {
    const { row } = rowsOf([span("a", "", 50, 10), span("b", "a", 0, 5)]);
    expect([...row]).toEqual([0, 1]);
  });

  test("overlaps nothing in any forest, and puts no span above its parent", () => {
    const shape = fc.array(fc.tuple(fc.nat(30), fc.nat(60), fc.nat(40)), { maxLength: 30 });
    fc.assert(
      fc.property(shape, (list) => {
        const { index, row, rowCount } = rowsOf(
          list.map(([parent, startNs, durationNs], i) =>
            span(`s${i}`, parent < i ? `s${parent}` : "", startNs, durationNs),
          ),
        );
        const placed = index.nodes.map((_, i) => ({
          row: row[i] ?? -1,
          from: index.startNs[i] ?? 0,
          to: (index.startNs[i] ?? 0) + (index.durationNs[i] ?? 0),
        }));
        placed.forEach((one, i) => {
          expect(one.row).toBeLessThan(rowCount);
          const parent = index.parent[i] ?? -1;
          if (parent >= 0) expect(one.row).toBeGreaterThan(row[parent] ?? 0);
          for (const other of placed.slice(0, i))
            if (other.row === one.row)
              expect(Math.min(one.to, other.to)).toBeLessThanOrEqual(
                Math.max(one.from, other.from),
              );
        });
      }),
    );
  });

  test("of 20,000 spans at once has a row for each", () => {
    const { rowCount } = rowsOf(Array.from({ length: 20_000 }, (_, i) => span(`s${i}`, "", 0)));
    expect(rowCount).toBe(20_000);
  });
});
