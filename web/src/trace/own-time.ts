import { siblingsByStart } from "@throughline/query/trace-analysis";
import { isAsync } from "./critical-path.ts";
import type { Stretch } from "./time-scale.ts";
import type { TraceIndex } from "./trace-index.ts";

export interface OwnTime {
  /** Time of a span that none of its children covers, nanoseconds. A producer's consumer covers nothing. */
  readonly selfNs: Float64Array;
  /** By node: long stretches of a span with children in which no child ran and nothing was logged. */
  readonly gaps: ReadonlyMap<number, readonly Stretch[]>;
}

/** Shorter stretches explain themselves: scheduling, serialization, the network. */
const GAP_MIN_NS = 5_000_000;
const GAP_MIN_SHARE = 0.2;

/** One pass over the nodes: children are looked at in order of their start, so what is covered grows to the right. */
export function measureOwnTime(index: TraceIndex): OwnTime {
  const count = index.nodes.length;
  const selfNs = new Float64Array(count);
  const coveredTo = new Float64Array(count);
  const hasChild = new Uint8Array(count);
  const gaps = new Map<number, Stretch[]>();
  const endOf = (node: number) => (index.startNs[node] ?? 0) + (index.durationNs[node] ?? 0);
  const uncovered = (node: number, fromNs: number, toNs: number) => {
    if (toNs <= fromNs) return;
    selfNs[node] = (selfNs[node] ?? 0) + toNs - fromNs;
    if (hasChild[node] === 0 || !isLong(index, node, toNs - fromNs)) return;
    const silent = silentStretches(index, node, { fromNs, toNs });
    if (silent.length > 0) gaps.set(node, [...(gaps.get(node) ?? []), ...silent]);
  };
  for (let node = 0; node < count; node++) {
    coveredTo[node] = index.startNs[node] ?? 0;
    const parent = index.parent[node] ?? -1;
    if (parent >= 0 && !isAsync(index, node)) hasChild[parent] = 1;
  }
  for (const node of siblingsByStart(index)) {
    const parent = index.parent[node] ?? -1;
    if (parent < 0 || isAsync(index, node)) continue;
    const covered = coveredTo[parent] ?? 0;
    uncovered(parent, covered, Math.min(index.startNs[node] ?? 0, endOf(parent)));
    coveredTo[parent] = Math.max(covered, Math.min(endOf(node), endOf(parent)));
  }
  for (let node = 0; node < count; node++) uncovered(node, coveredTo[node] ?? 0, endOf(node));
  return { selfNs, gaps };
}

function isLong(index: TraceIndex, node: number, ns: number): boolean {
  return ns > GAP_MIN_NS && ns > (index.durationNs[node] ?? 0) * GAP_MIN_SHARE;
}

/** What a log divides is looked at piece by piece: a span that says something is not silent there. */
function silentStretches(index: TraceIndex, node: number, whole: Stretch): readonly Stretch[] {
  const found: Stretch[] = [];
  let fromNs = whole.fromNs;
  const close = (toNs: number) => {
    if (isLong(index, node, toNs - fromNs)) found.push({ fromNs, toNs });
    fromNs = toNs;
  };
  for (const { atNs } of index.nodes[node]?.items ?? [])
    if (atNs > fromNs && atNs < whole.toNs) close(atNs);
  close(whole.toNs);
  return found;
}
