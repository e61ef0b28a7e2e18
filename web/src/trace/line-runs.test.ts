/** Goal: lines that say the same fold in the order of time, and nothing that failed or differs disappears in them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isFailureItem } from "./trace-rows.ts";
import { LINES_SHOWN_MAX } from "./line-runs.ts";
import { log, span, trace } from "./testing.ts";
import { indexTrace } from "./trace-index.ts";
import { toModel } from "./trace-model.ts";
import {
  buildRows,
  findSelection,
  foldKey,
  hiddenItems,
  placeAt,
  reveal,
  rowOf,
  runAround,
  runHead,
  runOf,
  toSelection,
} from "./trace-rows.ts";

const OPEN = { mode: "start", except: [] } as const;

function modelOf(lines: readonly (readonly [body: string, severityNumber: number])[]) {
  const only = span("only", "", 0, 1000);
  lines.forEach(([body, severity], i) => only.logs.push(log(body, i, severity)));
  return toModel(indexTrace(trace([only])));
}

/** Each row as the text that it shows. */
function rowsOf(index: ReturnType<typeof modelOf>, except: readonly string[] = []) {
  const folding = { ...OPEN, except };
  const rows = buildRows(index, { folding, showItems: true, unfolded: new Set() });
  return Array.from({ length: rows.length }, (_, row) => {
    const place = placeAt(rows, row)!;
    const run = runOf(index, place);
    if (run !== undefined) return `x${run.end - run.first} ${run.template}`;
    const item = index.nodes[place.node]?.items[place.item];
    return item?.kind === "log" ? item.log.body : place.item === -2 ? "more" : "span";
  });
}

const misses = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => [`cache miss for user:${from + i}`, 9] as const);

describe("a run of similar lines", () => {
  test("is one row with its count and its template", () => {
    expect(rowsOf(modelOf(misses(42)))).toEqual(["span", "x42 cache miss for user:<num>"]);
  });

  test("opens in its place, and is named in the address", () => {
    const index = modelOf([["begin", 9], ...misses(4), ["end", 9]]);
    const [run] = index.insight.runs.get(0) ?? [];
    const head = { node: 0, item: runHead(run!) };
    expect(findSelection(index, toSelection(index, head))).toEqual(head);
    expect(rowsOf(index, [foldKey(index, head) ?? ""])).toEqual([
      "span",
      "begin",
      "x4 cache miss for user:<num>",
      "cache miss for user:0",
      "cache miss for user:1",
      "cache miss for user:2",
      "cache miss for user:3",
      "end",
    ]);
  });

  test.each([
    ["a failure", ["payment declined", 17]],
    ["another severity", ["cache miss for user:99", 13]],
    ["another line", ["connection closed", 9]],
  ] as const)("ends at %s, which stays visible where it is", (_what, odd) => {
    expect(rowsOf(modelOf([...misses(5), odd, ...misses(5, 50)]))).toEqual([
      "span",
      "x5 cache miss for user:<num>",
      odd[0],
      "x5 cache miss for user:<num>",
    ]);
  });

  test("of few lines is no run", () => {
    expect(rowsOf(modelOf(misses(LINES_SHOWN_MAX)))).toHaveLength(1 + LINES_SHOWN_MAX);
  });

  test("counts as one of the rows that a span shows at first, and all of its lines are counted", () => {
    const index = modelOf([...misses(20), ...words(12)]);
    const shown = rowsOf(index);
    expect(shown.slice(0, 3)).toEqual(["span", "x20 cache miss for user:<num>", "unlike0"]);
    expect(shown.at(-1)).toBe("more");
    expect(hiddenItems(index, 0)).toBe(5);
  });

  test("opens for a line of it that is selected", () => {
    const index = modelOf(misses(30));
    const place = { node: 0, item: 17 };
    const folding = reveal(index, OPEN, place);
    const rows = buildRows(index, { folding, showItems: true, unfolded: new Set() });
    expect(placeAt(rows, rowOf(rows, index, place))).toEqual(place);
  });
});

/** Lines of one word that have nothing in common. */
function words(count: number) {
  return Array.from({ length: count }, (_, i) => [`unlike${i}`, 9] as const);
}

test("whatever is logged, runs hold lines in their order, of one severity, and never a failure", () => {
  const lines = fc.array(
    fc.tuple(
      fc.oneof(fc.constantFrom("job 1 done", "job 2 done", "retry"), fc.string()),
      fc.constantFrom(5, 9, 13, 17, 21),
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(lines, (all) => {
      const index = modelOf(all);
      const items = index.nodes[0]?.items ?? [];
      let last = 0;
      for (const run of index.insight.runs.get(0) ?? []) {
        expect(run.first).toBeGreaterThanOrEqual(last);
        last = run.end;
        const members = items.slice(run.first, run.end);
        expect(members.length).toBeGreaterThan(LINES_SHOWN_MAX);
        expect(members.some(isFailureItem)).toBe(false);
        expect(runAround(index, { node: 0, item: run.first })).toBe(run);
      }
      // Everything open, every line has its row.
      const rows = buildRows(index, {
        folding: { mode: "none", except: [] },
        showItems: true,
        unfolded: new Set(["only"]),
      });
      const shown = Array.from(rows.item).filter((item) => item >= 0);
      expect(shown).toEqual(items.map((_, i) => i));
    }),
  );
});
