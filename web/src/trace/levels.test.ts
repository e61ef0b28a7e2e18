import { describe, expect, test } from "vitest";
import { openedTo, shownLevels } from "./levels.ts";
import { span, trace } from "./testing.ts";
import { indexTrace } from "./trace-index.ts";
import { toModel } from "./trace-model.ts";
import { buildRows } from "./trace-rows.ts";

describe("levels", () => {
  const index = toModel(
    indexTrace(
      trace([
        span("a", "", 0),
        span("b", "a", 1),
        span("c", "b", 2),
        span("d", "c", 3),
        span("e", "a", 5),
      ]),
    ),
  );
  const rowsOf = (levels: number) =>
    buildRows(index, { folding: openedTo(index, levels), showItems: true, unfolded: new Set() });

  test.each([
    [1, ["a"]],
    [2, ["a", "b", "e"]],
    [3, ["a", "b", "c", "e"]],
    [4, ["a", "b", "c", "d", "e"]],
  ])("%i of them show %j, and are counted back", (levels, keys) => {
    const rows = rowsOf(levels);
    expect(Array.from(rows.node, (node) => index.nodes[node]?.key)).toEqual(keys);
    expect(shownLevels(index, rows)).toBe(levels);
  });
});
