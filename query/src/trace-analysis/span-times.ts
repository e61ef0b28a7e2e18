/** Spans in reading order (a parent, then its whole subtree) as arrays; by position. Pure, and runs in a browser. */
export interface SpanTimes {
  /** Below 0 for a root. Always smaller than the position itself. */
  readonly parent: Int32Array;
  /** Nanoseconds since any moment. */
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
  /** The span is a consumer of what its parent produced: it runs on its own time, and nobody waits for it. */
  readonly isAsync: (position: number) => boolean;
}

/** @returns the first position after each span's subtree */
export function subtreeEnds(parent: Int32Array): Int32Array {
  const ends = Int32Array.from(parent, (_, position) => position + 1);
  for (let position = parent.length - 1; position >= 0; position--) {
    const above = parent[position] ?? -1;
    if (above >= 0) ends[above] = Math.max(ends[above] ?? 0, ends[position] ?? 0);
  }
  return ends;
}

/**
 * Reading order has siblings by their start, but clocks that are put right move spans and leave their order.
 * @returns all positions, of the children of each span the first to start first
 */
export function siblingsByStart({
  parent,
  startNs,
}: Pick<SpanTimes, "parent" | "startNs">): Int32Array {
  const startOf = (position: number) => startNs[position] ?? 0;
  const latest = new Float64Array(parent.length).fill(-Infinity);
  const isOrdered = parent.every((above, position) => {
    if (above < 0) return true;
    const isBehind = startOf(position) >= (latest[above] ?? 0);
    latest[above] = startOf(position);
    return isBehind;
  });
  const positions = Int32Array.from(parent, (_, position) => position);
  return isOrdered ? positions : positions.sort((a, b) => startOf(a) - startOf(b) || a - b);
}
