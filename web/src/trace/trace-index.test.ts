/**
 * Goal: every span and log that was answered has exactly one place in the tree, whatever the parents say.
 * Method: known shapes by hand, then random graphs (cycles, duplicates, orphans) against the invariants.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { log, outline, span, trace } from "./testing.ts";
import { logsRangeOf } from "./logs-range.ts";
import { hasInside, indexTrace } from "./trace-index.ts";

describe("the tree", () => {
  test("has parents before children and siblings by their start, whatever the order of the answer", () => {
    const spans = [span("c", "a", 30), span("d", "b", 12), span("a", "", 0), span("b", "a", 10)];
    expect(outline(indexTrace(trace(spans)))).toEqual(["a", "  b", "    d", "  c"]);
  });

  test("puts spans whose parent is not stored under one placeholder per parent", () => {
    const spans = [span("a", "x", 5), span("b", "x", 7), span("c", "y", 1), span("d", "", 3)];
    expect(outline(indexTrace(trace(spans)))).toEqual([
      "missing-y",
      "  c",
      "d",
      "missing-x",
      "  a",
      "  b",
    ]);
  });

  test("cuts a circle above its earliest span and says so", () => {
    const index = indexTrace(trace([span("b", "a", 1), span("a", "c", 0), span("c", "b", 2)]));
    expect(outline(index)).toEqual(["a", "  b", "    c"]);
    expect(index.nodes[0]).toMatchObject({ salvaged: expect.stringContaining("circle") });
  });

  test("keeps a span that is its own parent as a root", () => {
    expect(outline(indexTrace(trace([span("a", "a", 0)])))).toEqual(["a"]);
  });

  test("keeps both spans that share an id; children go to the first", () => {
    const spans = [span("a", "", 0), span("a", "", 5), span("b", "a", 6)];
    expect(outline(indexTrace(trace(spans)))).toEqual(["a", "  b", "a~1"]);
  });

  test("numbers siblings, roots among themselves", () => {
    const index = indexTrace(
      trace([span("a", "", 0), span("b", "a", 1), span("c", "a", 2), span("d", "", 9)]),
    );
    expect([...index.position]).toEqual([1, 1, 2, 2]);
    expect([...index.siblings]).toEqual([2, 2, 2, 2]);
    expect([...index.subtreeEnd]).toEqual([3, 2, 3, 4]);
  });

  test("of a chain of 50,000 levels is built without recursion", () => {
    const spans = Array.from({ length: 50_000 }, (_, i) =>
      span(`${i}`, i === 0 ? "" : `${i - 1}`, i),
    );
    const index = indexTrace(trace(spans));
    expect(index.depth.at(-1)).toBe(49_999);
    expect(index.subtreeEnd[0]).toBe(50_000);
  });
});

test("logs and events of a span stand together in the order of time", () => {
  const one = span("a", "", 0, 100);
  one.logs.push(log("second", 20), log("fourth", 40));
  one.events.push({ timeUnixNano: one.startTimeUnixNano, name: "first", attributes: {} });
  one.events.push({ timeUnixNano: log("", 30).timeUnixNano, name: "third", attributes: {} });
  const [node] = indexTrace(trace([one])).nodes;
  const said = node!.items.map((item) => (item.kind === "log" ? item.log.body : item.event.name));
  expect(said).toEqual(["first", "second", "third", "fourth"]);
});

test("logs that say the same at the same moment have names of their own", () => {
  const one = span("a", "", 0);
  one.logs.push(log("same", 1), log("same", 1), log("same", 1));
  const keys = indexTrace(trace([one])).nodes[0]!.items.map((item) => item.key);
  expect(new Set(keys).size).toBe(3);
});

test("logs without a stored span form the last group", () => {
  const index = indexTrace(trace([span("a", "", 0)], [log("lost", 5)]));
  expect(outline(index)).toEqual(["a", "unattached"]);
  expect(hasInside(index, 1)).toBe(true);
  expect(index.logCount).toBe(1);
});

test("a trace of logs alone starts with its first log and ends with its last", () => {
  const index = indexTrace(trace([], [log("b", 500), log("a", 100)]));
  expect(outline(index)).toEqual(["unattached"]);
  expect([index.traceStart, index.totalNs]).toEqual([1_795_219_355_000_000_100n, 400]);
});

test("an answer without spans and logs is an empty tree", () => {
  expect(indexTrace(trace([])).nodes).toEqual([]);
});

test("the trace lasts until its last span ended, which need not be the root", () => {
  const index = indexTrace(trace([span("a", "", 0, 100), span("b", "a", 90, 500)]));
  expect(index.totalNs).toBe(590);
});

test("any graph of parents becomes a tree that holds every span once", () => {
  const ids = fc.integer({ min: 0, max: 12 }).map(String);
  const spans = fc.array(fc.tuple(ids, fc.oneof(ids, fc.constant("")), fc.nat(50)), {
    maxLength: 25,
  });
  fc.assert(
    fc.property(spans, (rows) => {
      const index = indexTrace(trace(rows.map(([id, parent, start]) => span(id, parent, start))));
      const stored = index.nodes.flatMap((node) =>
        node.kind === "span" ? [node.span.spanId] : [],
      );
      expect(stored.toSorted()).toEqual(rows.map(([id]) => id).toSorted());
      expect(new Set(index.nodes.map((node) => node.key)).size).toBe(index.nodes.length);
      index.nodes.forEach((_, i) => {
        const parent = index.parent[i]!;
        expect(parent).toBeLessThan(i);
        expect(index.depth[i]).toBe(parent < 0 ? 0 : index.depth[parent]! + 1);
        expect(index.subtreeEnd[i]).toBeGreaterThan(i);
        if (parent >= 0)
          expect(index.subtreeEnd[parent]).toBeGreaterThanOrEqual(index.subtreeEnd[i]!);
      });
    }),
  );
});

test("the range for a trace's logs holds the earliest and the latest of them", () => {
  const index = indexTrace(trace([span("a", "", 0, 10)], [log("early", -2e9), log("late", 9e9)]));
  const { from, to } = logsRangeOf(index);
  const startMs = 1_795_219_355_000;
  expect([Date.parse(from), Date.parse(to)]).toEqual([startMs - 62_000, startMs + 69_000]);
});
