/** Pure: a trace as the services that took part in it, and who called whom. */
import type { Stretch } from "./time-scale.ts";
import type { TraceModel } from "./trace-model.ts";

export interface CalledService {
  readonly name: string;
  readonly spanCount: number;
  readonly errorCount: number;
  /** Of its spans: what none of their children covers. */
  readonly selfNs: number;
  /** Of the own time of all spans, 0..1. */
  readonly selfShare: number;
}

/** All spans of one service whose parent is a span of another. */
export interface CallsBetween {
  readonly from: string;
  readonly to: string;
  readonly calls: number;
  readonly errorCount: number;
  readonly totalNs: number;
  readonly maxNs: number;
  /** The node of the longest call. */
  readonly longest: number;
  /** Of the time of the trace: when at least one of them ran, 0..1. */
  readonly timeShare: number;
}

export interface TraceCalls {
  /** In the order in which they first appear: callers before whom they call. */
  readonly services: readonly CalledService[];
  /** Most of the trace's time first. */
  readonly calls: readonly CallsBetween[];
}

export function findCalls(index: TraceModel): TraceCalls {
  const services = new Map<string, { spanCount: number; errorCount: number; selfNs: number }>();
  const pairs = new Map<string, number[]>();
  let allNs = 0;
  index.nodes.forEach((node, at) => {
    if (node.kind !== "span") return;
    const { serviceName } = node.span;
    const sum = services.get(serviceName) ?? { spanCount: 0, errorCount: 0, selfNs: 0 };
    services.set(serviceName, sum);
    const selfNs = index.insight.own.selfNs[at] ?? 0;
    sum.spanCount++;
    sum.errorCount += Number(node.isError);
    sum.selfNs += selfNs;
    allNs += selfNs;
    const parent = index.nodes[index.parent[at] ?? -1];
    if (parent?.kind !== "span" || parent.span.serviceName === serviceName) return;
    const key = JSON.stringify([parent.span.serviceName, serviceName]);
    const members = pairs.get(key) ?? [];
    pairs.set(key, members);
    members.push(at);
  });
  return {
    services: [...services].map(([name, sum]) => ({
      name,
      ...sum,
      selfShare: allNs === 0 ? 0 : sum.selfNs / allNs,
    })),
    calls: [...pairs.values()]
      .map((members) => toCalls(index, members))
      .toSorted((a, b) => b.timeShare - a.timeShare || b.totalNs - a.totalNs),
  };
}

/** @param members nodes of one caller and one callee, at least one */
function toCalls(index: TraceModel, members: readonly number[]): CallsBetween {
  const durationOf = (node: number) => index.durationNs[node] ?? 0;
  const serviceOf = (node: number) => {
    const current = index.nodes[node];
    return current?.kind === "span" ? current.span.serviceName : "";
  };
  const isFailed = (node: number) => {
    const current = index.nodes[node];
    return current?.kind === "span" && current.isError;
  };
  const first = members[0] ?? 0;
  const longest = members.reduce((a, b) => (durationOf(b) > durationOf(a) ? b : a), first);
  const stretches = members.map((node) => ({
    fromNs: index.startNs[node] ?? 0,
    toNs: (index.startNs[node] ?? 0) + durationOf(node),
  }));
  return {
    from: serviceOf(index.parent[first] ?? -1),
    to: serviceOf(first),
    calls: members.length,
    errorCount: members.filter(isFailed).length,
    totalNs: members.reduce((sum, node) => sum + durationOf(node), 0),
    maxNs: durationOf(longest),
    longest,
    timeShare: Math.min(1, covered(stretches) / index.totalNs),
  };
}

/** @returns nanoseconds in which at least one stretch is */
function covered(stretches: readonly Stretch[]): number {
  let sum = 0;
  let reachedNs = Number.NEGATIVE_INFINITY;
  for (const { fromNs, toNs } of stretches.toSorted((a, b) => a.fromNs - b.fromNs)) {
    sum += Math.max(0, toNs - Math.max(fromNs, reachedNs));
    reachedNs = Math.max(reachedNs, toNs);
  }
  return sum;
}
