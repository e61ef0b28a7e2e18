import type { LogRecord, TraceLogs } from "@throughline/query/wire";
import type { TraceColumns } from "@throughline/query/trace-columns";
import type { Steps } from "../../lib/slices.ts";
import {
  emptyColumns,
  fillTree,
  toItems,
  type NodeLookup,
  type TraceIndex,
  type TraceItem,
  type TraceNode,
} from "../trace-index.ts";
import { Trait, traitsOf } from "../traits.ts";
import { ColumnNode, LineLog } from "./column-node.ts";
import { type ColumnSource, sourceSteps } from "./column-span.ts";

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
  const source = yield* sourceSteps(columns);
  const { byRow, unattached } = yield* groupLogs(logs, source);
  yield;
  const order = orderRows(columns);
  yield;
  const operations = yield* numberOperations(columns);
  const count = order.length + (unattached.length > 0 ? 1 : 0);
  const filled = emptyColumns(count);
  const { nodes, nodeOf } = yield* nodeSteps(source, order, byRow);
  const bits = traitBits(columns);
  for (const [node, row] of order.entries()) {
    if (node % STEP_ROWS === 0) yield;
    if (row < 0) continue;
    filled.parent[node] = parentNode(columns.parent[row] ?? -1, nodeOf);
    filled.startNs[node] = columns.startNs[row] ?? 0;
    filled.durationNs[node] = columns.durationNs[row] ?? 0;
    filled.traits[node] = bits(row);
    filled.operation[node] = operations[row] ?? -1;
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
    ...summarizeColumns(columns, filled, { byRow, unattached }),
    nodeByKey: lookup(source, nodeOf, unattached.length > 0 ? count - 1 : undefined),
    traceStart: startOf(source, logs),
  };
}

/**
 * Nodes for a model that came from another thread, where there were no logs: nodes are what does not travel.
 * @param flat everything else that `columnIndexSteps` gives for these columns, and what was worked out from it
 */
export function* withNodes<Flat extends FlatIndex>(
  columns: TraceColumns,
  flat: Flat,
): Steps<Flat & Pick<TraceIndex, "nodes" | "nodeByKey">> {
  const source = yield* sourceSteps(columns);
  const { nodes, nodeOf } = yield* nodeSteps(source, orderRows(columns), new Map());
  return { ...flat, nodes, nodeByKey: lookup(source, nodeOf, undefined) };
}

/** Of an index what is numbers and words. */
export type FlatIndex = Omit<TraceIndex, "nodes" | "nodeByKey">;

interface Nodes {
  readonly nodes: TraceNode[];
  readonly nodeOf: NodeNumbers;
}

function* nodeSteps(
  source: ColumnSource,
  order: Int32Array,
  byRow: GroupedLogs["byRow"],
): Steps<Nodes> {
  const { about } = source.columns;
  const nodes: TraceNode[] = [];
  const nodeOf: NodeNumbers = {
    row: new Int32Array(about.spanCount),
    missing: new Int32Array(about.missingParents.length),
  };
  for (const row of order) {
    const node = nodes.length;
    if (node % STEP_ROWS === 0) yield;
    if (row < 0) {
      nodeOf.missing[-2 - row] = node;
      nodes.push(toMissing(source.columns, row));
    } else {
      nodeOf.row[row] = node;
      nodes.push(new ColumnNode(source, row, byRow.get(row) ?? NO_ITEMS));
    }
  }
  return { nodes, nodeOf };
}

/** @param unattached the node of logs without a span */
function lookup(
  source: ColumnSource,
  nodeOf: NodeNumbers,
  unattached: number | undefined,
): NodeLookup {
  return {
    get: (key) => (key === "unattached" ? unattached : nodeNamed(source, nodeOf, key)),
  };
}

/** Node numbers of rows, and of the placeholders of missing parents. */
interface NodeNumbers {
  readonly row: Int32Array;
  readonly missing: Int32Array;
}

/** @param parent as columns have it */
function parentNode(parent: number, nodeOf: NodeNumbers): number {
  if (parent >= 0) return nodeOf.row[parent] ?? -1;
  return parent < -1 ? (nodeOf.missing[-2 - parent] ?? -1) : -1;
}

function nodeNamed(source: ColumnSource, nodeOf: NodeNumbers, key: string): number | undefined {
  const { missingParents } = source.columns.about;
  if (key.startsWith("missing-"))
    return nodeOf.missing[missingParents.indexOf(key.slice("missing-".length))];
  const row = /^row-\d+$/.test(key) ? Number(key.slice("row-".length)) : source.ids.rowOf(key);
  return row === undefined ? undefined : nodeOf.row[row];
}

function traitBits({ about, kind, status }: TraceColumns): (row: number) => number {
  const ofKind = about.dictionaries.kind.map((word) => traitsOf(word, false));
  return (row) => (ofKind[kind[row] ?? -1] ?? Trait.span) | (status[row] === 2 ? Trait.error : 0);
}

/** @returns rows in the order they are shown; `-2 - i` is the placeholder of a missing parent, before its first child */
function orderRows({ parent, about }: TraceColumns): Int32Array {
  if (about.missingParents.length === 0) {
    const rows = new Int32Array(parent.length);
    for (let row = 0; row < rows.length; row++) rows[row] = row;
    return rows;
  }
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

/** @returns a number for each row, the same for rows of the same service, name, kind and status */
function* numberOperations(columns: TraceColumns): Steps<Int32Array> {
  const { service, name, kind, status, about } = columns;
  const { length: names } = about.dictionaries.name;
  const { length: kinds } = about.dictionaries.kind;
  const numbers = new Map<number, number>();
  const operations = new Int32Array(about.spanCount);
  for (let row = 0; row < about.spanCount; row++) {
    if (row % STEP_ROWS === 0) yield;
    const named = (service[row] ?? 0) * names + (name[row] ?? 0);
    const whole = (named * kinds + (kind[row] ?? 0)) * 3 + (status[row] ?? 0);
    const number = numbers.get(whole) ?? numbers.size;
    if (number === numbers.size) numbers.set(whole, number);
    operations[row] = number;
  }
  return operations;
}

const NO_ITEMS: readonly TraceItem[] = [];

interface GroupedLogs {
  readonly byRow: ReadonlyMap<number, readonly TraceItem[]>;
  readonly unattached: readonly TraceItem[];
}

function* groupLogs(lines: TraceLogs["logs"], source: ColumnSource): Steps<GroupedLogs> {
  const { traceId } = source.columns.about;
  const records = new Map<number, LogRecord[]>();
  const unattached: LogRecord[] = [];
  for (const [i, line] of lines.entries()) {
    if (i % STEP_ROWS === 0) yield;
    const record = new LineLog(line, traceId);
    const row = line.unattached === true ? undefined : source.ids.rowOf(line.spanId);
    if (row === undefined) {
      unattached.push(record);
      continue;
    }
    const known = records.get(row);
    if (known === undefined) records.set(row, [record]);
    else known.push(record);
  }
  const start = startOf(source, lines);
  const byRow = new Map<number, readonly TraceItem[]>();
  for (const [row, logs] of records) {
    if (byRow.size % STEP_ROWS === 0) yield;
    byRow.set(row, toItems(logs, [], start));
  }
  return { byRow, unattached: toItems(unattached, [], start) };
}

type Summary = Pick<TraceIndex, "errorCount" | "logCount" | "totalNs" | "services">;

/** What `summarize` says of JSON, from columns alone. */
function summarizeColumns(
  { service, status, about, startNs, durationNs }: TraceColumns,
  filled: Pick<TraceIndex, "parent">,
  { byRow, unattached }: GroupedLogs,
): Summary {
  const counts = new Uint32Array(about.dictionaries.service.length);
  let errorCount = 0;
  let totalNs = 1;
  for (let row = 0; row < about.spanCount; row++) {
    const number = service[row] ?? 0;
    counts[number] = (counts[number] ?? 0) + 1;
    if (status[row] === 2) errorCount++;
    totalNs = Math.max(totalNs, (startNs[row] ?? 0) + (durationNs[row] ?? 0));
  }
  const spanCounts = new Map<string, number>();
  about.dictionaries.service.forEach((name, number) => {
    const count = counts[number] ?? 0;
    if (count > 0) spanCounts.set(name, (spanCounts.get(name) ?? 0) + count);
  });
  let logCount = 0;
  for (const items of [...byRow.values(), unattached])
    for (const item of items) {
      logCount++;
      if (item.kind === "log" && !spanCounts.has(item.log.serviceName))
        spanCounts.set(item.log.serviceName, 0);
    }
  if (filled.parent.length === 1 && unattached.length > 0)
    for (const { atNs } of unattached) totalNs = Math.max(totalNs, atNs);
  const services = [...spanCounts]
    .map(([name, spanCount]) => ({ name, spanCount }))
    .toSorted((a, b) => b.spanCount - a.spanCount || a.name.localeCompare(b.name));
  return { errorCount, logCount, totalNs, services };
}

function startOf({ columns, startUnixNano }: ColumnSource, logs: TraceLogs["logs"]): bigint {
  return columns.about.spanCount > 0 ? startUnixNano : BigInt(logs[0]?.timeUnixNano ?? 0);
}
