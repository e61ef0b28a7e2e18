import type { TraceIndex, TraceItem, TraceNode } from "./trace-index.ts";
import { hasTrait, Trait } from "./traits.ts";

/** A server that starts before the client that called it: their clocks disagree. */
export interface SkewedCall {
  /** The server's node; its parent is the client. */
  readonly node: number;
  readonly host: string;
  /** How much earlier it seems to start, nanoseconds, above zero. */
  readonly earlyNs: number;
  /** What to add to the times of that host below this call, nanoseconds: it puts the server in the middle of its client. */
  readonly offsetNs: number;
}

/** Below this a clock is as good as clocks are. */
const TELLING_NS = 100_000;

/** @returns the calls whose order in time is impossible, in reading order; times stay as they were sent */
export function findSkew(index: TraceIndex): readonly SkewedCall[] {
  const calls: SkewedCall[] = [];
  for (let node = 0; node < index.nodes.length; node++) {
    if (!hasTrait(index, node, Trait.server)) continue;
    const call = skewOf(index, node, index.parent[node] ?? -1);
    if (call !== undefined) calls.push(call);
  }
  return calls;
}

function skewOf(index: TraceIndex, node: number, parent: number): SkewedCall | undefined {
  const server = index.nodes[node];
  const client = index.nodes[parent];
  if (server === undefined || client === undefined) return undefined;
  if (!hasTrait(index, parent, Trait.client)) return undefined;
  const host = hostOf(server);
  const earlyNs = (index.startNs[parent] ?? 0) - (index.startNs[node] ?? 0);
  if (earlyNs < TELLING_NS || host === hostOf(client)) return undefined;
  const spareNs = (index.durationNs[parent] ?? 0) - (index.durationNs[node] ?? 0);
  // A server that outlasts its client cannot be put in its middle: then it starts right after it.
  const latencyNs = spareNs >= 0 ? spareNs / 2 : 1000;
  return { node, host, earlyNs, offsetNs: Math.round(earlyNs + latencyNs) };
}

const CLOCKS = ["host.id", "host.name", "service.instance.id", "k8s.pod.name"];
const isGiven = (text: string | undefined) => text !== undefined && text !== "";

/** Where a span's clock is: its host, or the nearest that its resource says. */
function hostOf(node: TraceNode): string {
  if (node.kind !== "span") return "";
  const { resource, serviceName } = node.span;
  // What is empty says nothing: the service passes over it as well.
  return CLOCKS.map((name) => resource[name]).find(isGiven) ?? serviceName;
}

/**
 * The trace as it would be if the clocks agreed: each skewed server, and what its host did below it, later by the offset
 * of the call. The order of the rows stays.
 */
export function fixSkew(index: TraceIndex, calls: readonly SkewedCall[]): TraceIndex {
  if (calls.length === 0) return index;
  const offsets = new Float64Array(index.nodes.length);
  const byNode = new Map(calls.map((call) => [call.node, call]));
  for (let node = 0; node < index.nodes.length; node++) {
    const parent = index.parent[node] ?? -1;
    const isSameHost =
      parent >= 0 && hostOf(index.nodes[node] ?? NOBODY) === hostOf(index.nodes[parent] ?? NOBODY);
    const inherited = isSameHost ? (offsets[parent] ?? 0) : 0;
    const call = byNode.get(node);
    // The client itself may have moved already.
    offsets[node] = call === undefined ? inherited : call.offsetNs + (offsets[parent] ?? 0);
  }
  return moveBy(index, offsets);
}

const NOBODY: TraceNode = { kind: "unattached", key: "unattached", items: [] };

/** What is read from columns are getters, which a spread would leave behind. */
function withItems(node: TraceNode, items: readonly TraceItem[]): TraceNode {
  if (node.kind !== "span") return { ...node, items };
  const { key, span, isError, salvaged } = node;
  return { kind: "span", key, span, isError, salvaged, items };
}

function moveItem(item: TraceItem, byNs: number): TraceItem {
  const { key } = item;
  const atNs = item.atNs + byNs;
  if (item.kind === "log") return { kind: "log", key, atNs, log: item.log };
  return { kind: "event", key, atNs, event: item.event };
}

function moveBy(index: TraceIndex, offsets: Float64Array): TraceIndex {
  const moved = index.startNs.map((ns, node) => ns + (offsets[node] ?? 0));
  const isSpan = (node: number) => hasTrait(index, node, Trait.span);
  const firstNs = moved.reduce(
    (least, ns, node) => (isSpan(node) ? Math.min(least, ns) : least),
    Number.POSITIVE_INFINITY,
  );
  const startNs = moved.map((ns) => ns - firstNs);
  const nodes = index.nodes.map((node, i) => {
    const byNs = (offsets[i] ?? 0) - firstNs;
    if (byNs === 0 || node.items.length === 0) return node;
    return withItems(
      node,
      node.items.map((item) => moveItem(item, byNs)),
    );
  });
  const totalNs = startNs.reduce(
    (last, ns, node) => (isSpan(node) ? Math.max(last, ns + (index.durationNs[node] ?? 0)) : last),
    1,
  );
  return { ...index, nodes, startNs, totalNs, traceStart: index.traceStart + BigInt(firstNs) };
}
