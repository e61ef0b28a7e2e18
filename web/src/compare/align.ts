/**
 * Pure: two traces side by side. Spans are the same when the chain of (service, operation, kind) above them is, and their
 * number among equal siblings: the second retry is compared with the second retry. Nothing recurses.
 */
import { childrenOf } from "../trace/critical-path.ts";
import type { TraceModel } from "../trace/trace-model.ts";

/** One span of one of the traces. */
export interface Side {
  readonly node: number;
  readonly durationNs: number;
  /** Not covered by children. */
  readonly ownNs: number;
  readonly isError: boolean;
  readonly spanId: string;
}

export interface AlignedRow {
  /** Unique in the comparison. */
  readonly key: string;
  readonly depth: number;
  readonly service: string;
  readonly operation: string;
  readonly kind: string;
  /** Undefined for what only the other trace has. */
  readonly a: Side | undefined;
  readonly b: Side | undefined;
}

interface Pair {
  readonly key: string;
  readonly depth: number;
  /** -1 where the trace has no such span. */
  readonly a: number;
  readonly b: number;
}

/** @returns a row for every span of either trace, parents before children, added and removed ones at their place */
export function alignTraces(a: TraceModel, b: TraceModel): readonly AlignedRow[] {
  const rows: AlignedRow[] = [];
  const stack: Pair[] = pairsOf(a, rootsOf(a), {
    b,
    nodes: rootsOf(b),
    key: "",
    depth: 0,
  }).toReversed();
  for (let pair = stack.pop(); pair !== undefined; pair = stack.pop()) {
    const row = toRow(a, b, pair);
    if (row !== undefined) rows.push(row);
    const children = pairsOf(a, pair.a < 0 ? [] : [...childrenOf(a, pair.a)], {
      b,
      nodes: pair.b < 0 ? [] : [...childrenOf(b, pair.b)],
      key: pair.key,
      // A placeholder has no row, so its children stand where it would.
      depth: row === undefined ? pair.depth : pair.depth + 1,
    });
    for (const child of children.toReversed()) stack.push(child);
  }
  return rows;
}

function rootsOf(index: TraceModel): readonly number[] {
  return index.nodes.flatMap((node, i) =>
    (index.parent[i] ?? -1) < 0 && node.kind !== "unattached" ? [i] : [],
  );
}

/** Service, operation and kind; placeholders for parents that are not stored are equal. */
function labelOf(index: TraceModel, node: number): string {
  const found = index.nodes[node];
  if (found?.kind !== "span") return "missing";
  const { serviceName, name, kind } = found.span;
  return JSON.stringify([serviceName, name, kind]);
}

interface Other {
  readonly b: TraceModel;
  readonly nodes: readonly number[];
  /** Of the parents, and their depth plus one. */
  readonly key: string;
  readonly depth: number;
}

/** Siblings of both traces, in the order of the first; what only the second has after its elder sibling. */
function pairsOf(a: TraceModel, nodes: readonly number[], other: Other): readonly Pair[] {
  const named = (index: TraceModel, list: readonly number[]) => {
    const seen = new Map<string, number>();
    return list.map((node) => {
      const label = labelOf(index, node);
      const ordinal = seen.get(label) ?? 0;
      seen.set(label, ordinal + 1);
      return { node, name: `${label}#${ordinal}` };
    });
  };
  const [left, right] = [named(a, nodes), named(other.b, other.nodes)];
  const inLeft = new Map(left.map(({ node, name }) => [name, node]));
  const inRight = new Map(right.map(({ node, name }) => [name, node]));
  const pair = (name: string): Pair => ({
    key: `${other.key}/${name}`,
    depth: other.depth,
    a: inLeft.get(name) ?? -1,
    b: inRight.get(name) ?? -1,
  });
  const added = Map.groupBy(
    right.flatMap(({ name }, i) =>
      inLeft.has(name) ? [] : [{ name, after: elderOf(right, i, inLeft) }],
    ),
    ({ after }) => after,
  );
  const addedAfter = (after: string) => (added.get(after) ?? []).map(({ name }) => pair(name));
  return [...addedAfter(""), ...left.flatMap(({ name }) => [pair(name), ...addedAfter(name)])];
}

/** @returns the nearest elder sibling that both traces have; empty for none */
function elderOf(
  siblings: readonly { readonly name: string }[],
  at: number,
  inLeft: ReadonlyMap<string, number>,
): string {
  for (let i = at - 1; i >= 0; i--) {
    const name = siblings[i]?.name ?? "";
    if (inLeft.has(name)) return name;
  }
  return "";
}

function sideOf(index: TraceModel, node: number): Side | undefined {
  const found = index.nodes[node];
  if (found?.kind !== "span") return undefined;
  return {
    node,
    durationNs: index.durationNs[node] ?? 0,
    ownNs: index.insight.own.selfNs[node] ?? 0,
    isError: found.isError,
    spanId: found.span.spanId,
  };
}

function toRow(
  a: TraceModel,
  b: TraceModel,
  { key, depth, a: inA, b: inB }: Pair,
): AlignedRow | undefined {
  const found = a.nodes[inA] ?? b.nodes[inB];
  if (found?.kind !== "span") return undefined;
  const { serviceName, name, kind } = found.span;
  return {
    key,
    depth,
    service: serviceName,
    operation: name,
    kind,
    a: sideOf(a, inA),
    b: sideOf(b, inB),
  };
}
