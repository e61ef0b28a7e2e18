/** Goal: every span of two traces stands once in the comparison, beside the one that did the same work. */
import type { Span } from "@throughline/query/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { span, trace } from "../trace/testing.ts";
import { indexTrace } from "../trace/trace-index.ts";
import { toModel, type TraceModel } from "../trace/trace-model.ts";
import { alignTraces } from "./align.ts";

/** `[name, parent, start, duration]`; a span's id is its number among them. */
type Sketch = readonly (readonly [
  name: string,
  parent: number,
  startNs: number,
  durationNs: number,
])[];

function model(sketch: Sketch, prefix: string): TraceModel {
  const id = (i: number) => (i < 0 ? "" : `${prefix}${i}`);
  const spans: Span[] = sketch.map(([name, parent, start, duration], i) => ({
    ...span(id(i), id(parent), start, duration),
    name,
  }));
  return toModel(indexTrace(trace(spans)));
}

function outline(a: Sketch, b: Sketch): readonly string[] {
  return alignTraces(model(a, "a"), model(b, "b")).map(
    (row) =>
      `${"  ".repeat(row.depth)}${row.operation} ${row.a?.spanId ?? "-"} ${row.b?.spanId ?? "-"}`,
  );
}

const A: Sketch = [
  ["root", -1, 0, 100],
  ["call", 0, 10, 10],
  ["call", 0, 30, 20],
  ["query", 1, 12, 5],
];

test("equal siblings are compared in their order", () => {
  const b: Sketch = [
    ["root", -1, 0, 90],
    ["call", 0, 5, 10],
    ["query", 1, 6, 5],
    ["call", 0, 20, 30],
  ];
  expect(outline(A, b)).toEqual(["root a0 b0", "  call a1 b1", "    query a3 b2", "  call a2 b3"]);
});

test("what only one has stands where it happened, with all that is below it", () => {
  const b: Sketch = [
    ["root", -1, 0, 90],
    ["lock", 0, 1, 3],
    ["call", 0, 5, 10],
    ["retry", 0, 20, 30],
    ["query", 3, 21, 3],
  ];
  expect(outline(A, b)).toEqual([
    "root a0 b0",
    "  lock - b1",
    "  call a1 b2",
    "    query a3 -",
    "  retry - b3",
    "    query - b4",
    "  call a2 -",
  ]);
});

test("own time is what children do not cover", () => {
  const [root] = alignTraces(model(A, "a"), model(A, "b"));
  expect(root?.a).toMatchObject({ durationNs: 100, ownNs: 70 });
});

test("traces with nothing in common are two trees", () => {
  expect(outline([["x", -1, 0, 1]], [["y", -1, 0, 1]])).toEqual(["y - b0", "x a0 -"]);
});

test("a chain of thousands is compared", () => {
  const chain: Sketch = Array.from({ length: 5000 }, (_, i) => ["s", i - 1, i, 9000 - i] as const);
  const rows = alignTraces(model(chain, "a"), model(chain, "b"));
  expect(rows.length).toBe(5000);
  expect(rows.at(-1)).toMatchObject({
    depth: 4999,
    a: { spanId: "a4999" },
    b: { spanId: "b4999" },
  });
});

describe("of any two traces", () => {
  const sketch = fc
    .array(fc.tuple(fc.constantFrom("x", "y", "z"), fc.nat(20), fc.nat(50), fc.nat(50)), {
      maxLength: 25,
    })
    .map((spans): Sketch =>
      spans.map(([name, parent, start, duration], i) => [
        name,
        Math.min(parent, i) - 1,
        start,
        duration,
      ]),
    );

  test("every span is there once", () => {
    fc.assert(
      fc.property(sketch, sketch, (a, b) => {
        const rows = alignTraces(model(a, "a"), model(b, "b"));
        const ids = rows.flatMap((row) => [row.a?.spanId ?? [], row.b?.spanId ?? []].flat());
        const wanted = [...a.map((_, i) => `a${i}`), ...b.map((_, i) => `b${i}`)];
        expect(ids.toSorted()).toEqual(wanted.toSorted());
        expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
      }),
    );
  });

  test("a trace beside itself has nothing added and nothing removed", () => {
    fc.assert(
      fc.property(sketch, (a) => {
        for (const row of alignTraces(model(a, "a"), model(a, "b"))) {
          expect(row.a?.node).toBe(row.b?.node);
          expect(row.a?.durationNs).toBe(row.b?.durationNs);
        }
      }),
    );
  });
});
