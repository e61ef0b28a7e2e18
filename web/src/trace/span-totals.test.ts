import { describe, expect, test } from "vitest";
import { sortTotals, totalSpans } from "./span-totals.ts";
import { span, trace } from "./testing.ts";
import { indexTrace } from "./trace-index.ts";
import { toModel } from "./trace-model.ts";

const named = (id: string, parent: string, name: string, at: readonly [number, number]) => ({
  ...span(id, parent, at[0], at[1]),
  name,
});

describe("spans as a table", () => {
  const totals = totalSpans(
    toModel(
      indexTrace(
        trace([
          named("a", "", "root", [0, 100]),
          named("b", "a", "read", [10, 20]),
          { ...named("c", "a", "read", [40, 30]), status: { code: "Error", message: "" } },
        ]),
      ),
    ),
  );

  test("sum what spans of one service and name took, own time apart", () => {
    expect(totals).toEqual([
      {
        service: "service",
        name: "root",
        count: 1,
        errors: 0,
        totalNs: 100,
        selfNs: 50,
        maxNs: 100,
      },
      { service: "service", name: "read", count: 2, errors: 1, totalNs: 50, selfNs: 50, maxNs: 30 },
    ]);
  });

  test.each([
    ["totalNs", ["root", "read"]],
    ["-totalNs", ["read", "root"]],
    ["count", ["read", "root"]],
    ["name", ["read", "root"]],
    ["-name", ["root", "read"]],
    ["nonsense", ["read", "root"]],
  ])("sorted by %s are %j", (column, names) => {
    expect(sortTotals(totals, column).map(({ name }) => name)).toEqual(names);
  });
});
