import { describe, expect, test } from "vitest";
import { log, span, trace } from "./testing.ts";
import { indexTrace } from "./trace-index.ts";
import { toModel } from "./trace-model.ts";
import { buildRows } from "./trace-rows.ts";
import { rowAfter, type ShownTrace } from "./use-anchored-rows.ts";

function shown(spans: Parameters<typeof trace>[0]): ShownTrace {
  const index = toModel(indexTrace(trace(spans)));
  const rows = buildRows(index, {
    folding: { mode: "none", except: [] },
    showItems: true,
    unfolded: new Set(),
  });
  return { index, rows };
}

describe("a row that is looked at", () => {
  const before = shown([span("a", "", 0), span("b", "a", 5)]);

  test("is found below logs that came for a span above it", () => {
    const after = shown([
      { ...span("a", "", 0), logs: [log("one", 1), log("two", 2)] },
      span("b", "a", 5),
    ]);
    expect([0, 1].map((row) => rowAfter(before, after, row))).toEqual([0, 3]);
  });

  test("is found below spans that came late", () => {
    const after = shown([span("a", "", 0), span("late", "a", 3), span("b", "a", 5)]);
    expect(rowAfter(before, after, 1)).toBe(2);
  });

  test("of a log is found by what it says, not by its place", () => {
    const one = shown([{ ...span("a", "", 0), logs: [log("one", 1)] }]);
    const two = shown([{ ...span("a", "", 0), logs: [log("zero", 0), log("one", 1)] }]);
    expect(rowAfter(one, two, 1)).toBe(2);
  });

  test("that is gone has no place", () => {
    expect(rowAfter(before, shown([span("c", "", 0)]), 1)).toBe(-1);
  });
});
