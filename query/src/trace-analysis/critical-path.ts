import { type SpanTimes, subtreeEnds } from "./span-times.ts";

/**
 * Which work the request waited for at every moment: from its end backwards, always the child that finished last before
 * the moment looked at, and the span itself where no child ran. What a producer sent is not waited for, and what
 * outlives its parent counts only while the parent lasted. Iterative: chains of tens of thousands of spans exist.
 */
export interface CriticalPath {
  /** Where the span's own time is on the path: segments `first[position]` up to, not including, `first[position + 1]`. */
  readonly first: Int32Array;
  /** Nanoseconds as `startNs` counts them, per segment, in order of time within a span. */
  readonly fromNs: Float64Array;
  readonly toNs: Float64Array;
  /** The span's share of the path, everything below it included; empty (`to <= from`) when it is not on the path. */
  readonly subtreeFromNs: Float64Array;
  readonly subtreeToNs: Float64Array;
}

interface Bounds {
  readonly start: Float64Array;
  readonly end: Float64Array;
}

/** @param root the span that the request is; -1 gives an empty path */
export function findCriticalPath(spans: SpanTimes, root: number): CriticalPath {
  const count = spans.parent.length;
  const subtreeFromNs = new Float64Array(count);
  const subtreeToNs = new Float64Array(count);
  const segments: Segments = { positions: [], froms: [], tos: [] };
  if (root >= 0) {
    const bounds = clip(spans, root);
    walk(root, {
      bounds,
      children: sortChildren(spans, bounds),
      segments,
      subtreeFromNs,
      subtreeToNs,
    });
  }
  return { ...bySpan(count, segments), subtreeFromNs, subtreeToNs };
}

/** The request is the root that lasts longest, the first of several. -1 without spans. */
export function longestRoot({ parent, durationNs }: SpanTimes): number {
  let longest = -1;
  parent.forEach((above, position) => {
    if (above >= 0) return;
    if (longest < 0 || (durationNs[position] ?? 0) > (durationNs[longest] ?? 0)) longest = position;
  });
  return longest;
}

/** Every span of the root's subtree cut to what its parent lasted; an empty range (end < start) is not waited for. */
function clip({ parent, startNs, durationNs, isAsync }: SpanTimes, root: number): Bounds {
  const start = new Float64Array(parent.length);
  const end = new Float64Array(parent.length).fill(-1);
  const last = subtreeEnds(parent)[root] ?? 0;
  for (let position = root; position < last; position++) {
    const from = startNs[position] ?? 0;
    const to = from + (durationNs[position] ?? 0);
    const above = position === root ? -1 : (parent[position] ?? -1);
    start[position] = above < 0 ? from : Math.max(from, start[above] ?? 0);
    end[position] = above < 0 ? to : Math.min(to, end[above] ?? 0);
    if (position !== root && isAsync(position)) end[position] = -1;
  }
  return { start, end };
}

interface Children {
  /** All spans but roots, by parent, the last to finish first. */
  readonly order: Int32Array;
  /** The children of a span: from `first[position]` up to, not including, `first[position + 1]`. */
  readonly first: Int32Array;
}

function sortChildren({ parent }: SpanTimes, { end }: Bounds): Children {
  const count = parent.length;
  const first = countedFrom(
    count,
    parent.filter((above) => above >= 0),
  );
  const order = new Int32Array(first[count] ?? 0);
  const next = first.slice();
  for (let position = 0; position < count; position++) {
    const above = parent[position] ?? -1;
    if (above < 0) continue;
    const at = next[above] ?? 0;
    next[above] = at + 1;
    order[at] = position;
  }
  for (let position = 0; position < count; position++) {
    const from = first[position] ?? 0;
    const to = first[position + 1] ?? 0;
    if (to - from > 1) sortByEnd(order, end, { from, to });
  }
  return { order, first };
}

/** A sort of an array of its own costs more than this for as few as most spans have. */
const INSERTED_MAX = 24;

/** The last to finish first, of several the first. @param part of `order`, half-open */
function sortByEnd(
  order: Int32Array,
  end: Float64Array,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  if (to - from > INSERTED_MAX) {
    order.subarray(from, to).sort((a, b) => (end[b] ?? 0) - (end[a] ?? 0) || a - b);
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const moved = order[i] ?? 0;
    const movedEnd = end[moved] ?? 0;
    let at = i;
    // Stable: those that end together keep their order.
    while (at > from && (end[order[at - 1] ?? 0] ?? 0) < movedEnd) {
      order[at] = order[at - 1] ?? 0;
      at--;
    }
    order[at] = moved;
  }
}

/** @returns where the entries of each number begin once they stand in order of their numbers; one more than there are */
function countedFrom(count: number, numbers: ArrayLike<number>): Int32Array {
  const first = new Int32Array(count + 1);
  for (let i = 0; i < numbers.length; i++) {
    const next = (numbers[i] ?? 0) + 1;
    first[next] = (first[next] ?? 0) + 1;
  }
  for (let i = 0; i < count; i++) first[i + 1] = (first[i + 1] ?? 0) + (first[i] ?? 0);
  return first;
}

/** Stretches of a span's own time, latest first. */
interface Segments {
  readonly positions: number[];
  readonly froms: number[];
  readonly tos: number[];
}

interface Walk extends Pick<CriticalPath, "subtreeFromNs" | "subtreeToNs"> {
  readonly bounds: Bounds;
  readonly children: Children;
  readonly segments: Segments;
}

/** Down into the last child to finish, back up where it started. Each child is looked at once. */
function walk(
  root: number,
  { bounds, children, segments, subtreeFromNs, subtreeToNs }: Walk,
): void {
  const { start, end } = bounds;
  const nextChild = children.first.slice();
  const stack = [root];
  const own = (position: number, fromNs: number, toNs: number) => {
    if (toNs <= fromNs) return;
    segments.positions.push(position);
    segments.froms.push(fromNs);
    segments.tos.push(toNs);
  };
  // The moment up to which everything later is explained.
  let cursor = end[root] ?? 0;
  subtreeToNs[root] = cursor;
  for (let at = stack.at(-1); at !== undefined; at = stack.at(-1)) {
    const child = takeChild(at, cursor, { children, nextChild, bounds });
    if (child >= 0) {
      const childEnd = end[child] ?? 0;
      own(at, childEnd, cursor);
      cursor = childEnd;
      subtreeToNs[child] = cursor;
      stack.push(child);
      continue;
    }
    own(at, start[at] ?? 0, cursor);
    cursor = Math.min(cursor, start[at] ?? 0);
    subtreeFromNs[at] = cursor;
    stack.pop();
  }
}

interface Taking {
  readonly children: Children;
  readonly nextChild: Int32Array;
  readonly bounds: Bounds;
}

/** @returns the next child that finished by the cursor; -1 when there is none */
function takeChild(position: number, cursor: number, taking: Taking): number {
  const { children, nextChild, bounds } = taking;
  const last = children.first[position + 1] ?? 0;
  for (let at = nextChild[position] ?? last; at < last; at++) {
    const child = children.order[at] ?? -1;
    const childEnd = bounds.end[child] ?? -1;
    if (childEnd > cursor || childEnd <= (bounds.start[child] ?? 0)) continue;
    nextChild[position] = at + 1;
    return child;
  }
  nextChild[position] = last;
  return -1;
}

/** Segments come latest first; here they are put under their spans, earliest first. */
function bySpan(
  count: number,
  { positions, froms, tos }: Segments,
): Pick<CriticalPath, "first" | "fromNs" | "toNs"> {
  const first = countedFrom(count, positions);
  const next = first.slice();
  const fromNs = new Float64Array(positions.length);
  const toNs = new Float64Array(positions.length);
  for (let i = positions.length - 1; i >= 0; i--) {
    const position = positions[i] ?? 0;
    const at = next[position] ?? 0;
    next[position] = at + 1;
    fromNs[at] = froms[i] ?? 0;
    toNs[at] = tos[i] ?? 0;
  }
  return { first, fromNs, toNs };
}
