import type { LogRecord, TraceLogs } from "@throughline/query/wire";
import type { TraceColumns } from "@throughline/query/trace-columns";
import type { Steps } from "../../lib/slices.ts";
import {
  emptyColumns,
  fillTree,
  summarize,
  toItems,
  type TraceIndex,
  type TraceItem,
  type TraceNode,
} from "../trace-index.ts";
import { type ColumnSource, ColumnSpan, spanIdOf, toSource } from "./column-span.ts";

/** Spans that are worked on before the page may do something else. */
const STEP_ROWS = 2000;

/**
 * The same index that `indexSteps` makes of JSON, of columns: rows come in reading order already, so nothing is sorted.
 * @param logs the trace's logs as lines; without them (they come later) only spans are there
 */
export function* columnIndexSteps(
  columns: TraceColumns,
  logs: TraceLogs["logs"] = [],
): Steps<TraceIndex> {
  const source = toSource(columns);
  const { bySpan, unattached } = yield* groupLogs(logs, source);
  yield;
  const order = orderRows(columns);
  const count = order.length + (unattached.length > 0 ? 1 : 0);
  const filled = emptyColumns(count);
  const nodes: TraceNode[] = [];
  const nodeOf = new Int32Array(columns.about.spanCount);
  const nodeOfMissing = new Int32Array(columns.about.missingParents.length);
  for (const row of order) {
    const node = nodes.length;
    if (node % STEP_ROWS === 0) yield;
    if (row < 0) {
      nodeOfMissing[-2 - row] = node;
      nodes.push(toMissing(columns, row));
      continue;
    }
    nodeOf[row] = node;
    const parent = columns.parent[row] ?? -1;
    filled.parent[node] =
      parent >= 0 ? (nodeOf[parent] ?? -1) : parent < -1 ? (nodeOfMissing[-2 - parent] ?? -1) : -1;
    filled.startNs[node] = columns.startNs[row] ?? 0;
    filled.durationNs[node] = columns.durationNs[row] ?? 0;
    nodes.push(toSpanNode(source, row, bySpan));
  }
  if (unattached.length > 0)
    nodes.push({ kind: "unattached", key: "unattached", items: unattached });
  yield;
  fillTree(filled);
  yield;
  return {
    traceId: columns.about.traceId,
    nodes,
    ...filled,
    ...summarize(nodes, filled),
    traceStart: startOf(source, logs),
  };
}

/** @returns rows in the order they are shown; `-2 - i` is the placeholder of a missing parent, before its first child */
function orderRows({ parent, about }: TraceColumns): Int32Array {
  if (about.missingParents.length === 0) return Int32Array.from(parent, (_, row) => row);
  const tops: number[] = [];
  parent.forEach((of, row) => {
    if (of < 0) tops.push(row);
  });
  const ends = new Map(tops.map((row, i) => [row, tops[i + 1] ?? parent.length]));
  const families = Map.groupBy(tops, (row) => parent[row] ?? -1);
  const order = new Int32Array(parent.length + about.missingParents.length);
  let filled = 0;
  const putTree = (row: number) => {
    for (let at = row; at < (ends.get(row) ?? row); at++) order[filled++] = at;
  };
  const done = new Set<number>();
  for (const row of tops) {
    const of = parent[row] ?? -1;
    if (of === -1) putTree(row);
    if (of === -1 || done.has(of)) continue;
    done.add(of);
    order[filled++] = of;
    for (const member of families.get(of) ?? []) putTree(member);
  }
  return order.subarray(0, filled);
}

function toMissing({ about }: TraceColumns, row: number): TraceNode {
  const parentSpanId = about.missingParents[-2 - row] ?? "";
  return { kind: "missing", key: `missing-${parentSpanId}`, parentSpanId, items: [] };
}

function toSpanNode(
  source: ColumnSource,
  row: number,
  bySpan: ReadonlyMap<string, readonly TraceItem[]>,
): TraceNode {
  const span = new ColumnSpan(source, row);
  const id = spanIdOf(source, row);
  const { salvaged } = span;
  return {
    kind: "span",
    key: id === "" ? `row-${row}` : id,
    span,
    items: bySpan.get(id) ?? NO_ITEMS,
    isError: source.columns.status[row] === 2,
    ...(salvaged === undefined ? {} : { salvaged }),
  };
}

const NO_ITEMS: readonly TraceItem[] = [];

interface GroupedLogs {
  readonly bySpan: ReadonlyMap<string, readonly TraceItem[]>;
  readonly unattached: readonly TraceItem[];
}

function* groupLogs(lines: TraceLogs["logs"], source: ColumnSource): Steps<GroupedLogs> {
  const { traceId } = source.columns.about;
  const records = new Map<string, LogRecord[]>();
  const unattached: LogRecord[] = [];
  for (const [i, line] of lines.entries()) {
    if (i % STEP_ROWS === 0) yield;
    const record = toRecord(line, traceId);
    const known = line.unattached === true ? unattached : records.get(line.spanId);
    if (known === undefined) records.set(line.spanId, [record]);
    else known.push(record);
  }
  const start = startOf(source, lines);
  const bySpan = new Map<string, readonly TraceItem[]>();
  for (const [spanId, logs] of records) {
    if (bySpan.size % STEP_ROWS === 0) yield;
    bySpan.set(spanId, toItems(logs, [], start));
  }
  return { bySpan, unattached: toItems(unattached, [], start) };
}

/** What a line does not have is empty; `GET /api/logs/{id}` has it. */
function toRecord(line: TraceLogs["logs"][number], traceId: string): LogRecord {
  return {
    id: line.id,
    timeUnixNano: line.timeUnixNano,
    traceId,
    spanId: line.spanId,
    traceFlags: 0,
    severityNumber: line.severityNumber,
    severityText: line.severityText,
    serviceName: line.serviceName,
    body: line.body,
    eventName: "",
    attributes: {},
    resource: {},
    scopeName: "",
  };
}

function startOf({ columns, startUnixNano }: ColumnSource, logs: TraceLogs["logs"]): bigint {
  return columns.about.spanCount > 0 ? startUnixNano : BigInt(logs[0]?.timeUnixNano ?? 0);
}
