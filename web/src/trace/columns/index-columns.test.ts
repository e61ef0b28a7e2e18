/**
 * Goal: a trace drawn from columns is the trace that JSON draws: the same rows, places and times. Method: known shapes
 * and random graphs; columns are written here from what the JSON index says, so that the two ways check each other.
 */
import type { Span, TraceLogs } from "@throughline/query/wire";
import type { TraceColumns } from "@throughline/query/trace-columns";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { finish } from "../../lib/slices.ts";
import { indexTrace, type SpanNode } from "../trace-index.ts";
import { outline, span, trace } from "../testing.ts";
import { modelSteps } from "../trace-model.ts";
import { flatModelOf } from "./flat-model.ts";
import { columnIndexSteps, withNodes } from "./index-columns.ts";

const START = 1_795_219_355_000_000_000n;

/** As the service writes them: spans in tree order, those of missing parents as roots at their own start. */
function columnsOf(spans: readonly Span[]): TraceColumns {
  const index = indexTrace(trace([...spans]));
  const isTop = (node: number) => {
    const parent = index.parent[node] ?? -1;
    return parent < 0 || index.nodes[parent]?.kind === "missing";
  };
  const tops = index.nodes.flatMap(({ kind }, node) =>
    kind === "span" && isTop(node) ? [node] : [],
  );
  const rows = tops
    .toSorted((a, b) => (index.startNs[a] ?? 0) - (index.startNs[b] ?? 0) || a - b)
    .flatMap((top) =>
      Array.from({ length: (index.subtreeEnd[top] ?? 0) - top }, (_, i) => top + i),
    );
  const nodes = rows.map((node) => index.nodes[node] as SpanNode);
  const missingParents = [
    ...new Set(index.nodes.flatMap((node) => (node.kind === "missing" ? [node.parentSpanId] : []))),
  ];
  const parentOf = (node: number) => {
    const parent = index.parent[node] ?? -1;
    const of = index.nodes[parent];
    if (of?.kind === "missing") return -2 - missingParents.indexOf(of.parentSpanId);
    return parent < 0 ? -1 : rows.indexOf(parent);
  };
  const names = [...new Set(nodes.map((node) => node.span.name))];
  const zeros = new Uint8Array(rows.length);
  return {
    about: {
      traceId: "t",
      spanCount: rows.length,
      startTimeUnixNano: index.traceStart.toString(),
      durationNs: index.totalNs,
      dictionaries: { service: ["service"], name: names, kind: ["Internal"], host: [""] },
      missingParents,
      cuts: [],
      repeatedSpans: 0,
      oddSpanIds: nodes.map((node, row) => [row, node.span.spanId]),
      logCount: 0,
      unattachedLogCount: 0,
      verdict: undefined,
      meta: undefined,
    },
    startNs: Float64Array.from(rows, (node) => index.startNs[node] ?? 0),
    durationNs: Float64Array.from(rows, (node) => index.durationNs[node] ?? 0),
    parent: Int32Array.from(rows, parentOf),
    service: zeros,
    name: Uint16Array.from(nodes, (node) => names.indexOf(node.span.name)),
    kind: zeros,
    host: zeros,
    status: zeros,
    logCount: zeros,
    errorLogCount: zeros,
    eventCount: zeros,
    linkCount: zeros,
    flags: zeros,
    spanIds: new Uint8Array(rows.length * 8),
  };
}

/** As from the worker: arrays handed over, nodes made anew. */
function expectToTravel(columns: TraceColumns): void {
  const { model, buffers } = finish(flatModelOf(columns));
  const transfer = [...buffers];
  expect(transfer.length).toBeGreaterThan(9);
  const copied = structuredClone(model, { transfer });
  const here = finish(withNodes(columns, copied));
  const direct = finish(modelSteps(finish(columnIndexSteps(columns))));
  expect(outline(here)).toEqual(outline(direct));
  expect(here.insight).toEqual(direct.insight);
  expect(Object.keys(here).toSorted()).toEqual(Object.keys(direct).toSorted());
  expect({ ...here, nodes: [], nodeByKey: "" }).toEqual({ ...direct, nodes: [], nodeByKey: "" });
  for (const { key } of direct.nodes)
    expect(here.nodeByKey.get(key)).toBe(direct.nodeByKey.get(key));
}

function expectTheSame(spans: readonly Span[]): void {
  const whole = indexTrace(trace([...spans]));
  const columns = columnsOf(spans);
  const light = finish(columnIndexSteps(columns));
  expectToTravel(columns);
  expect(outline(light)).toEqual(outline(whole));
  for (const column of [
    "parent",
    "depth",
    "subtreeEnd",
    "position",
    "siblings",
    "traits",
  ] as const) {
    expect(light[column]).toEqual(whole[column]);
  }
  const { traceStart, totalNs, errorCount, services } = whole;
  expect(light).toMatchObject({ traceStart, totalNs, errorCount, services });
  light.nodes.forEach((node, i) => {
    const other = whole.nodes[i];
    expect(light.nodeByKey.get(node.key)).toBe(i);
    expect(light.operation.indexOf(light.operation[i]!)).toBe(
      whole.operation.indexOf(whole.operation[i]!),
    );
    if (node.kind !== "span" || other?.kind !== "span") return;
    const { spanId, parentSpanId, name, startTimeUnixNano, durationNano } = other.span;
    const { span: shown } = node;
    expect([
      shown.spanId,
      shown.parentSpanId,
      shown.name,
      shown.startTimeUnixNano,
      shown.durationNano,
    ]).toEqual([spanId, parentSpanId, name, startTimeUnixNano, durationNano]);
  });
}

describe("columns", () => {
  test("are the tree that JSON is", () => {
    expectTheSame([span("c", "a", 30), span("d", "b", 12), span("a", "", 0), span("b", "a", 10)]);
  });

  test("put children of a missing parent under one placeholder, though others lie between", () => {
    expectTheSame([span("a", "x", 5), span("b", "x", 7), span("c", "y", 1), span("d", "", 6)]);
  });

  test("of any shape without repeated ids and circles", () => {
    const shape = fc.array(fc.tuple(fc.nat(20), fc.nat(50)), { maxLength: 15 });
    fc.assert(
      fc.property(shape, (list) => {
        expectTheSame(
          list.map(([parent, start], i) =>
            span(`s${i}`, parent > i ? `p${parent % 3}` : parent === i ? "" : `s${parent}`, start),
          ),
        );
      }),
    );
  });

  test("take logs to their spans, and those of no span to the end", () => {
    const line = (body: string, spanId: string, atNs: bigint): TraceLogs["logs"][number] => ({
      id: body,
      timeUnixNano: (START + atNs).toString(),
      spanId,
      severityNumber: 9,
      severityText: "INFO",
      serviceName: "service",
      body,
    });
    const logs = [
      line("one", "b", 11n),
      line("two", "b", 12n),
      { ...line("lost", "z", 3n), unattached: true as const },
    ];
    const columns = columnsOf([span("a", "", 0), span("b", "a", 10)]);
    const index = finish(columnIndexSteps(columns, logs));
    const bodies = index.nodes.map(({ items }) =>
      items.map((item) => (item.kind === "log" ? `${item.log.body} at ${item.atNs}` : "")),
    );
    expect(bodies).toEqual([[], ["one at 11", "two at 12"], ["lost at 3"]]);
    expect(index.logCount).toBe(3);
  });
});
