import type { LogRecord, Span, SpanEvent, Trace } from "@throughline/query/wire";
import { itemKey, logKey } from "../lib/log-key.ts";
import { parseNanos } from "../lib/nanos.ts";
import { finish, type Steps } from "../lib/slices.ts";
import { traitsOf } from "./traits.ts";

/**
 * A trace as the waterfall reads it: nodes in pre-order (a parent, then its whole subtree, siblings by start), in flat
 * arrays. Nothing here recurses: chains of tens of thousands of spans exist. Nothing is dropped: a span whose parent
 * is not stored hangs under a placeholder, a cycle is cut where it closes, a repeated span id stays a span of its own.
 */
export interface TraceIndex {
  readonly traceId: string;
  readonly nodes: readonly TraceNode[];
  /** -1 for roots. Always smaller than the node's own number. */
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  /** The first node after the subtree: half-open. */
  readonly subtreeEnd: Int32Array;
  /** Position among siblings, from 1, and their number. */
  readonly position: Int32Array;
  readonly siblings: Int32Array;
  /** Nanoseconds since the trace's start. */
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
  /** When the earliest span (or log, without spans) began, and how long until the last span ended; at least 1. */
  readonly traceStart: bigint;
  readonly totalNs: number;
  /** {@link Trait} bits; 0 for what is no span. */
  readonly traits: Uint8Array;
  /** The same number for spans of the same service, name, kind and status; -1 for what is no span. */
  readonly operation: Int32Array;
  readonly nodeByKey: NodeLookup;
  readonly errorCount: number;
  readonly logCount: number;
  /** Every service with spans or logs, most spans first. */
  readonly services: readonly { readonly name: string; readonly spanCount: number }[];
}

/** Finds a node by its key. */
export interface NodeLookup {
  readonly get: (key: string) => number | undefined;
}

export type TraceNode = SpanNode | MissingNode | UnattachedNode;

export interface SpanNode {
  readonly kind: "span";
  /** Its span id; with a suffix when the id was seen before. */
  readonly key: string;
  readonly span: Span;
  readonly items: readonly TraceItem[];
  readonly isError: boolean;
  /** Why its place in the tree is not the one it asked for. */
  readonly salvaged?: string | undefined;
}

/** Stands for a parent that children name but nobody stored. */
export interface MissingNode {
  readonly kind: "missing";
  readonly key: string;
  readonly parentSpanId: string;
  readonly items: readonly TraceItem[];
}

/** Holds the logs of the trace that belong to no stored span; always the last node. */
export interface UnattachedNode {
  readonly kind: "unattached";
  readonly key: "unattached";
  readonly items: readonly TraceItem[];
}

/** What happened inside a span, one row each. */
export type TraceItem =
  | { readonly kind: "log"; readonly key: string; readonly atNs: number; readonly log: LogRecord }
  | {
      readonly kind: "event";
      readonly key: string;
      readonly atNs: number;
      readonly event: SpanEvent;
    };

/** Each step takes a few milliseconds at most. */
export function* indexSteps(trace: Trace): Steps<TraceIndex> {
  const draft = yield* draftNodes(trace);
  yield;
  linkParents(draft);
  yield;
  const order = preOrder(draft);
  yield;
  return yield* assemble(trace, draft, order);
}

export function indexTrace(trace: Trace): TraceIndex {
  return finish(indexSteps(trace));
}

/** Spans that are worked on before the page may do something else. */
const STEP_SPANS = 500;

/** Columns by draft number: spans in the order of their start, then placeholders. */
interface Draft {
  readonly spans: readonly Span[];
  readonly keys: string[];
  readonly starts: readonly bigint[];
  /** Parent's draft number, -1 for none. */
  readonly parents: number[];
  readonly missing: string[];
  readonly salvaged: Map<number, string>;
}

function* draftNodes(trace: Trace): Steps<Draft> {
  const starts: bigint[] = [];
  for (const span of trace.spans)
    if (starts.push(parseNanos(span.startTimeUnixNano)) % STEP_SPANS === 0) yield;
  const byStart = trace.spans.map((_, i) => i);
  byStart.sort((a, b) => compare(starts[a] ?? 0n, starts[b] ?? 0n) || a - b);
  yield;
  const spans = byStart.flatMap((i) => trace.spans[i] ?? []);
  return {
    spans,
    keys: uniqueKeys(spans.map((span) => span.spanId)),
    starts: byStart.map((i) => starts[i] ?? 0n),
    parents: spans.map(() => -1),
    missing: [],
    salvaged: new Map(),
  };
}

function compare(a: bigint, b: bigint): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** @returns the names, with `~1`, `~2` … on those that came before */
function uniqueKeys(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count === 0 ? name : `${name}~${count}`;
  });
}

function linkParents(draft: Draft): void {
  const numbers = new Map(draft.keys.map((key, i) => [key, i]));
  const placeholders = new Map<string, number>();
  draft.spans.forEach((span, i) => {
    if (draft.keys[i] !== span.spanId)
      draft.salvaged.set(i, `Another span of this trace has the id ${span.spanId}, too.`);
    const parentId = span.parentSpanId;
    if (parentId === "") return;
    let parent = numbers.get(parentId) ?? placeholders.get(parentId);
    if (parent === undefined) {
      parent = draft.spans.length + draft.missing.length;
      placeholders.set(parentId, parent);
      draft.missing.push(parentId);
    }
    draft.parents[i] = parent;
  });
  cutCycles(draft);
}

/** Walks up from every span once; a walk that meets itself is a cycle, cut above its earliest span. */
function cutCycles(draft: Draft): void {
  const { parents } = draft;
  const walkOf = new Int32Array(draft.spans.length + draft.missing.length).fill(-1);
  for (let i = 0; i < draft.spans.length; i++) {
    let at = i;
    while (at >= 0 && walkOf[at] === -1) {
      walkOf[at] = i;
      at = parents[at] ?? -1;
    }
    if (at >= 0 && walkOf[at] === i) {
      const cut = earliestOfCycle(parents, at);
      parents[cut] = -1;
      draft.salvaged.set(cut, "Its parents form a circle; shown as a root.");
    }
  }
}

/** Draft numbers rise with the start, so the smallest is the earliest. */
function earliestOfCycle(parents: readonly number[], entry: number): number {
  let earliest = entry;
  for (let at = parents[entry] ?? -1; at !== entry && at >= 0; at = parents[at] ?? -1)
    earliest = Math.min(earliest, at);
  return earliest;
}

/** @returns draft numbers, parents before children, siblings by start */
function preOrder(draft: Draft): Int32Array {
  const count = draft.spans.length + draft.missing.length;
  const firstChild = new Int32Array(count).fill(-1);
  const nextSibling = new Int32Array(count).fill(-1);
  const roots: number[] = [];
  // From the last to the first, so that each list ends up in rising order.
  for (let i = count - 1; i >= 0; i--) {
    const parent = draft.parents[i] ?? -1;
    if (parent < 0) {
      roots.push(i);
      continue;
    }
    nextSibling[i] = firstChild[parent] ?? -1;
    firstChild[parent] = i;
  }
  // A placeholder has no start: it stands where its first child does. `stack` is popped from its end, so the latest
  // root goes in first.
  const startOf = (i: number) => (i < draft.spans.length ? i : (firstChild[i] ?? i));
  const stack = roots.toSorted((a, b) => startOf(b) - startOf(a));
  const order = new Int32Array(count);
  let filled = 0;
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    order[filled++] = i;
    const sibling = nextSibling[i] ?? -1;
    if (sibling >= 0) stack.push(sibling);
    const child = firstChild[i] ?? -1;
    if (child >= 0) stack.push(child);
  }
  return order.subarray(0, filled);
}

function* assemble(trace: Trace, draft: Draft, order: Int32Array): Steps<TraceIndex> {
  const hasUnattached = trace.logs.length > 0;
  const count = order.length + (hasUnattached ? 1 : 0);
  const traceStart = startOfTrace(trace, draft);
  const columns = emptyColumns(count);
  const nodes: TraceNode[] = [];
  const numberOf = new Int32Array(order.length);
  const operations = new Operations();
  for (const from of order) {
    const node = nodes.length;
    if (node % STEP_SPANS === 0) yield;
    numberOf[from] = node;
    const parent = draft.parents[from] ?? -1;
    columns.parent[node] = parent < 0 ? -1 : (numberOf[parent] ?? -1);
    nodes.push(toNode(draft, from, traceStart));
    const span = draft.spans[from];
    columns.startNs[node] = Number((draft.starts[from] ?? traceStart) - traceStart);
    columns.durationNs[node] = Number(parseNanos(span?.durationNano ?? "0"));
    if (span === undefined) continue;
    columns.traits[node] = traitsOf(span.kind, span.status.code === "Error");
    columns.operation[node] = operations.numberOf(span);
  }
  if (hasUnattached)
    nodes.push({
      kind: "unattached",
      key: "unattached",
      items: toItems(trace.logs, [], traceStart),
    });
  yield;
  fillTree(columns);
  yield;
  return {
    traceId: trace.traceId,
    nodes,
    ...columns,
    ...summarize(nodes, columns),
    traceStart,
  };
}

/** Numbers for services, names, kinds and states that stand together. */
class Operations {
  readonly #numbers = new Map<string, number>();

  numberOf({ serviceName, name, kind, status }: Span): number {
    const words = `${serviceName}\u0000${name}\u0000${kind}\u0000${status.code}`;
    const number = this.#numbers.get(words) ?? this.#numbers.size;
    this.#numbers.set(words, number);
    return number;
  }
}

export function emptyColumns(count: number): Columns {
  return {
    parent: new Int32Array(count).fill(-1),
    depth: new Int32Array(count),
    subtreeEnd: new Int32Array(count),
    position: new Int32Array(count),
    siblings: new Int32Array(count),
    startNs: new Float64Array(count),
    durationNs: new Float64Array(count),
    traits: new Uint8Array(count),
    operation: new Int32Array(count).fill(-1),
  };
}

/** What is known of the place of each node, before and after `fillTree`. */
export type Columns = Pick<
  TraceIndex,
  | "parent"
  | "depth"
  | "subtreeEnd"
  | "position"
  | "siblings"
  | "startNs"
  | "durationNs"
  | "traits"
  | "operation"
>;

/** From `parent` alone: depths, ends of subtrees, places among siblings. */
export function fillTree({ parent, depth, subtreeEnd, position, siblings }: Columns): void {
  const count = parent.length;
  const seen = new Int32Array(count + 1);
  for (let i = 0; i < count; i++) {
    const p = parent[i] ?? -1;
    depth[i] = p < 0 ? 0 : (depth[p] ?? 0) + 1;
    seen[p + 1] = (seen[p + 1] ?? 0) + 1;
    position[i] = seen[p + 1] ?? 0;
  }
  for (let i = count - 1; i >= 0; i--) {
    const p = parent[i] ?? -1;
    siblings[i] = seen[p + 1] ?? 0;
    if (subtreeEnd[i] === 0) subtreeEnd[i] = i + 1;
    if (p >= 0) subtreeEnd[p] = Math.max(subtreeEnd[p] ?? 0, subtreeEnd[i] ?? 0);
  }
}

function startOfTrace(trace: Trace, draft: Draft): bigint {
  const first = draft.starts[0];
  if (first !== undefined) return first;
  const times = trace.logs.map((log) => parseNanos(log.timeUnixNano));
  return times.reduce((least, time) => (time < least ? time : least), times[0] ?? 0n);
}

function toNode(draft: Draft, from: number, traceStart: bigint): TraceNode {
  const span = draft.spans[from];
  if (span === undefined) {
    const parentSpanId = draft.missing[from - draft.spans.length] ?? "";
    return { kind: "missing", key: `missing-${parentSpanId}`, parentSpanId, items: [] };
  }
  const salvaged = draft.salvaged.get(from);
  return {
    kind: "span",
    key: draft.keys[from] ?? span.spanId,
    span,
    items: toItems(span.logs, span.events, traceStart),
    isError: span.status.code === "Error",
    ...(salvaged === undefined ? {} : { salvaged }),
  };
}

const NO_ITEMS: readonly TraceItem[] = [];

/** @returns logs and events together, oldest first */
export function toItems(
  logs: readonly LogRecord[],
  events: readonly SpanEvent[],
  traceStart: bigint,
): readonly TraceItem[] {
  if (logs.length === 0 && events.length === 0) return NO_ITEMS;
  const at = (text: string) => Number(parseNanos(text) - traceStart);
  const items: KnownItem[] = [
    ...events.map((event) => ({
      kind: "event" as const,
      key: itemKey(event.timeUnixNano, event.name),
      atNs: at(event.timeUnixNano),
      event,
    })),
    ...logs.map((log) => new LogItem(at(log.timeUnixNano), log)),
  ];
  if (items.length > 1) items.sort((a, b) => a.atNs - b.atNs);
  return withUniqueKeys(items);
}

type KnownItem = LogItem | Extract<TraceItem, { kind: "event" }>;

/** A log in its span. Its key is long, and asked for of a few. */
class LogItem {
  readonly atNs: number;
  readonly log: LogRecord;

  constructor(atNs: number, log: LogRecord) {
    this.atNs = atNs;
    this.log = log;
  }

  // oxlint-disable-next-line typescript/class-literal-property-style -- a field would take room in every log
  get kind(): "log" {
    return "log";
  }

  get key(): string {
    return logKey(this.log);
  }
}

/** Only what happened at the same moment can have the same key. Those get one of their own. */
function withUniqueKeys(items: readonly KnownItem[]): readonly TraceItem[] {
  if (items.every((item, i) => item.atNs !== items[i + 1]?.atNs)) return items;
  const keys = uniqueKeys(items.map((item) => item.key));
  return items.map((item, i): TraceItem => {
    const key = keys[i] ?? item.key;
    if (key === item.key) return item;
    if (item.kind === "event") return { ...item, key };
    return { kind: "log", key, atNs: item.atNs, log: item.log };
  });
}

function summarize(nodes: readonly TraceNode[], columns: Columns) {
  const nodeByKey = new Map<string, number>();
  const spanCounts = new Map<string, number>();
  let errorCount = 0;
  let logCount = 0;
  let endNs = 1;
  nodes.forEach((node, i) => {
    nodeByKey.set(node.key, i);
    for (const item of node.items) {
      if (item.kind !== "log") continue;
      logCount++;
      spanCounts.set(item.log.serviceName, spanCounts.get(item.log.serviceName) ?? 0);
    }
    if (node.kind !== "span") return;
    spanCounts.set(node.span.serviceName, (spanCounts.get(node.span.serviceName) ?? 0) + 1);
    if (node.isError) errorCount++;
    endNs = Math.max(endNs, (columns.startNs[i] ?? 0) + (columns.durationNs[i] ?? 0));
  });
  if (nodes[0]?.kind === "unattached")
    for (const item of nodes[0].items) endNs = Math.max(endNs, item.atNs);
  const services = [...spanCounts]
    .map(([name, spanCount]) => ({ name, spanCount }))
    .toSorted((a, b) => b.spanCount - a.spanCount || a.name.localeCompare(b.name));
  return { nodeByKey, errorCount, logCount, totalNs: endNs, services };
}

/** @returns whether the node has rows below it that folding hides */
export function hasInside(index: TraceIndex, node: number): boolean {
  return (index.subtreeEnd[node] ?? 0) > node + 1 || (index.nodes[node]?.items.length ?? 0) > 0;
}
