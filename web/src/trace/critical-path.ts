import type { TraceIndex } from "./trace-index.ts";

/**
 * Which work the request waited for at every moment: from its end backwards, always the child that finished last before
 * the moment looked at, and the span itself where no child ran. What a producer sent is not waited for, and what
 * outlives its parent counts only while the parent lasted. Iterative: chains of tens of thousands of spans exist.
 */
export interface CriticalPath {
  /** Where the node's own time is on the path: segments `first[node]` up to, not including, `first[node + 1]`. */
  readonly first: Int32Array;
  /** Nanoseconds since the trace's start, per segment, in order of time within a node. */
  readonly fromNs: Float64Array;
  readonly toNs: Float64Array;
  /** The node's share of the path, everything below it included; empty (`to <= from`) when it is not on the path. */
  readonly subtreeFromNs: Float64Array;
  readonly subtreeToNs: Float64Array;
}

type Bounds = { readonly start: Float64Array; readonly end: Float64Array };

export function findCriticalPath(index: TraceIndex): CriticalPath {
  const count = index.nodes.length;
  const subtreeFromNs = new Float64Array(count);
  const subtreeToNs = new Float64Array(count);
  const nodes: number[] = [];
  const froms: number[] = [];
  const tos: number[] = [];
  const root = longestRoot(index);
  if (root >= 0) {
    const bounds = clip(index, root);
    const children = sortChildren(index, bounds);
    const own = (node: number, fromNs: number, toNs: number) => {
      if (toNs <= fromNs) return;
      nodes.push(node);
      froms.push(fromNs);
      tos.push(toNs);
    };
    walk(root, { bounds, children, own, subtreeFromNs, subtreeToNs });
  }
  return { ...bySpan(count, nodes, froms, tos), subtreeFromNs, subtreeToNs };
}

/** @returns whether any of the node's subtree is on the path */
export function isOnPath(path: CriticalPath, node: number): boolean {
  return (path.subtreeToNs[node] ?? 0) > (path.subtreeFromNs[node] ?? 0);
}

/** The request is the root that lasts longest; a placeholder lasts not at all. -1 without spans. */
export function longestRoot(index: TraceIndex): number {
  let longest = -1;
  for (let node = 0; node < index.nodes.length; node = index.subtreeEnd[node] ?? node + 1) {
    const roots = index.nodes[node]?.kind === "missing" ? childrenOf(index, node) : [node].values();
    for (const root of roots) {
      if (index.nodes[root]?.kind !== "span") continue;
      if (longest < 0 || (index.durationNs[root] ?? 0) > (index.durationNs[longest] ?? 0))
        longest = root;
    }
  }
  return longest;
}

/** @returns the node's children in order of their start */
export function* childrenOf(index: TraceIndex, node: number): Generator<number> {
  const end = index.subtreeEnd[node] ?? 0;
  for (let child = node + 1; child < end; child = index.subtreeEnd[child] ?? end) yield child;
}

/** What a producer handed over runs on its own time. */
export function isAsync(index: TraceIndex, node: number): boolean {
  const parent = index.nodes[index.parent[node] ?? -1];
  const current = index.nodes[node];
  return (
    parent?.kind === "span" &&
    current?.kind === "span" &&
    parent.span.kind === "Producer" &&
    current.span.kind === "Consumer"
  );
}

/** Every span of the root's subtree cut to what its parent lasted; an empty range (end < start) is not waited for. */
function clip(index: TraceIndex, root: number): Bounds {
  const start = new Float64Array(index.nodes.length);
  const end = new Float64Array(index.nodes.length).fill(-1);
  for (let node = root; node < (index.subtreeEnd[root] ?? 0); node++) {
    const from = index.startNs[node] ?? 0;
    const to = from + (index.durationNs[node] ?? 0);
    const parent = node === root ? -1 : (index.parent[node] ?? -1);
    start[node] = parent < 0 ? from : Math.max(from, start[parent] ?? 0);
    end[node] = parent < 0 ? to : Math.min(to, end[parent] ?? 0);
    if (isAsync(index, node) && node !== root) end[node] = -1;
  }
  return { start, end };
}

interface Children {
  /** All nodes but roots, by parent, the last to finish first. */
  readonly order: Int32Array;
  /** The children of a node: from `first[node]` up to, not including, `first[node + 1]`. */
  readonly first: Int32Array;
}

function sortChildren(index: TraceIndex, { end }: Bounds): Children {
  const count = index.nodes.length;
  const first = countedFrom(
    count,
    index.parent.filter((parent) => parent >= 0),
  );
  const order = new Int32Array(first[count] ?? 0);
  const next = first.slice();
  for (let node = 0; node < count; node++) {
    const parent = index.parent[node] ?? -1;
    if (parent < 0) continue;
    const at = next[parent] ?? 0;
    next[parent] = at + 1;
    order[at] = node;
  }
  for (let node = 0; node < count; node++) {
    const [from, to] = [first[node] ?? 0, first[node + 1] ?? 0];
    if (to - from > 1)
      order.subarray(from, to).sort((a, b) => (end[b] ?? 0) - (end[a] ?? 0) || a - b);
  }
  return { order, first };
}

/** @returns where the entries of each number begin once they stand in order of their numbers; one more than there are */
function countedFrom(count: number, numbers: Iterable<number>): Int32Array {
  const first = new Int32Array(count + 1);
  for (const number of numbers) first[number + 1] = (first[number + 1] ?? 0) + 1;
  for (let i = 0; i < count; i++) first[i + 1] = (first[i + 1] ?? 0) + (first[i] ?? 0);
  return first;
}

interface Walk extends Pick<CriticalPath, "subtreeFromNs" | "subtreeToNs"> {
  readonly bounds: Bounds;
  readonly children: Children;
  /** Called with each stretch of a span's own time, latest first. */
  readonly own: (node: number, fromNs: number, toNs: number) => void;
}

/** Down into the last child to finish, back up where it started. Each child is looked at once. */
function walk(root: number, { bounds, children, own, subtreeFromNs, subtreeToNs }: Walk): void {
  const { start, end } = bounds;
  const nextChild = children.first.slice();
  const stack = [root];
  // The moment up to which everything later is explained.
  let cursor = end[root] ?? 0;
  subtreeToNs[root] = cursor;
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    const child = takeChild(node, cursor, { children, nextChild, bounds });
    if (child >= 0) {
      const childEnd = end[child] ?? 0;
      own(node, childEnd, cursor);
      cursor = childEnd;
      subtreeToNs[child] = cursor;
      stack.push(child);
      continue;
    }
    own(node, start[node] ?? 0, cursor);
    cursor = Math.min(cursor, start[node] ?? 0);
    subtreeFromNs[node] = cursor;
    stack.pop();
  }
}

interface Taking {
  readonly children: Children;
  readonly nextChild: Int32Array;
  readonly bounds: Bounds;
}

/** @returns the next child that finished by the cursor; -1 when there is none */
function takeChild(node: number, cursor: number, taking: Taking): number {
  const { children, nextChild, bounds } = taking;
  const last = children.first[node + 1] ?? 0;
  for (let at = nextChild[node] ?? last; at < last; at++) {
    const child = children.order[at] ?? -1;
    const childEnd = bounds.end[child] ?? -1;
    if (childEnd > cursor || childEnd <= (bounds.start[child] ?? 0)) continue;
    nextChild[node] = at + 1;
    return child;
  }
  nextChild[node] = last;
  return -1;
}

/** Segments come latest first; here they are put under their spans, earliest first. */
function bySpan(
  count: number,
  nodes: readonly number[],
  froms: readonly number[],
  tos: readonly number[],
): Pick<CriticalPath, "first" | "fromNs" | "toNs"> {
  const first = countedFrom(count, nodes);
  const next = first.slice();
  const fromNs = new Float64Array(nodes.length);
  const toNs = new Float64Array(nodes.length);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] ?? 0;
    const at = next[node] ?? 0;
    next[node] = at + 1;
    fromNs[at] = froms[i] ?? 0;
    toNs[at] = tos[i] ?? 0;
  }
  return { first, fromNs, toNs };
}
