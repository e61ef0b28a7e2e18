/**
 * The shape of a trace from its ids alone: which spans are kept, who is whose child, and the order in which they are read.
 * Columns and JSON are both made with it, so that they cannot differ. Whatever the ids say, nothing loops and nothing
 * recurses; every step is linear.
 *
 *   several spans with one id   the first row is kept
 *   parent not stored           a root, whose parent is in `missingParents`
 *   parents in a circle         cut above the circle's first row, which becomes a root
 *   no span id                  stands for itself; has no children
 */
import { SpanFlag } from "../trace-columns/format.ts";
import type { NumberedIds } from "./numbered-ids.ts";

/** All arrays but `order` go by position in reading order. */
export interface Forest {
  /** Input rows in reading order: a parent, then its whole subtree; roots and siblings by row. */
  readonly order: Int32Array;
  /** Position of the parent, always smaller; -1 for a root; `-2 - i` where `missingParents[i]` is the parent. */
  readonly parent: Int32Array;
  /** `SpanFlag` bits. */
  readonly flags: Uint8Array;
  /** Parent ids that no row has, in the order of their first child. */
  readonly missingParents: readonly string[];
  /** Where circles were cut: a root, and the position of the span that it names as its parent. */
  readonly cuts: readonly (readonly [position: number, parentPosition: number])[];
  /** Rows that are left out, because an earlier one has their id. */
  readonly repeated: number;
}

const NONE = -1;

/** @param ids rows in the order in which siblings are read; of several with one id the first is kept */
export function growForest(ids: NumberedIds): Forest {
  const count = ids.spans.length;
  const flags = new Uint8Array(count);
  const rowOf = new Int32Array(ids.count).fill(NONE);
  const isKept = new Uint8Array(count);
  let repeated = 0;
  for (let row = 0; row < count; row++) {
    const id = ids.spans[row] ?? NONE;
    const first = id < 0 ? NONE : (rowOf[id] ?? NONE);
    if (first < 0) {
      isKept[row] = 1;
      if (id >= 0) rowOf[id] = row;
    } else {
      flags[first] = (flags[first] ?? 0) | SpanFlag.repeatedId;
      repeated += 1;
    }
  }
  const links = linkRows(ids, rowOf, isKept);
  const cutParent = cutCircles(links.parent, isKept);
  for (const row of cutParent.keys()) flags[row] = (flags[row] ?? 0) | SpanFlag.cutFromCircle;
  return toForest({ ...links, flags, cutParent, isKept, repeated });
}

interface Links {
  /** By row: the parent's row, -1, or `-2 - i` for a missing parent. */
  readonly parent: Int32Array;
  readonly missingParents: readonly string[];
}

function linkRows(ids: NumberedIds, rowOf: Int32Array, isKept: Uint8Array): Links {
  const parent = new Int32Array(ids.parents.length).fill(NONE);
  const missing = new Map<number, number>();
  for (let row = 0; row < parent.length; row++) {
    const id = ids.parents[row] ?? NONE;
    if (id < 0 || isKept[row] === 0) continue;
    const found = rowOf[id] ?? NONE;
    if (found >= 0) parent[row] = found;
    else {
      const number = missing.get(id) ?? missing.size;
      missing.set(id, number);
      parent[row] = -2 - number;
    }
  }
  return { parent, missingParents: Array.from(missing.keys(), ids.textOf) };
}

/** Walks up from every row once; a walk that meets itself is a circle. @returns the parents that were cut off, by row */
function cutCircles(parent: Int32Array, isKept: Uint8Array): ReadonlyMap<number, number> {
  const walkOf = new Int32Array(parent.length).fill(NONE);
  const cut = new Map<number, number>();
  for (let row = 0; row < parent.length; row++) {
    let at = isKept[row] === 1 ? row : NONE;
    while (at >= 0 && walkOf[at] === NONE) {
      walkOf[at] = row;
      at = parent[at] ?? NONE;
    }
    if (at < 0 || walkOf[at] !== row) continue;
    const first = firstOfCircle(parent, at);
    cut.set(first, parent[first] ?? NONE);
    parent[first] = NONE;
  }
  return cut;
}

function firstOfCircle(parent: Int32Array, entry: number): number {
  let first = entry;
  for (let at = parent[entry] ?? NONE; at !== entry && at >= 0; at = parent[at] ?? NONE)
    first = Math.min(first, at);
  return first;
}

interface Rows extends Links {
  readonly flags: Uint8Array;
  readonly cutParent: ReadonlyMap<number, number>;
  readonly isKept: Uint8Array;
  readonly repeated: number;
}

function toForest(rows: Rows): Forest {
  const order = readingOrder(rows);
  const positionOf = new Int32Array(rows.parent.length).fill(NONE);
  const parent = new Int32Array(order.length);
  const flags = new Uint8Array(order.length);
  for (let position = 0; position < order.length; position++) {
    const row = order[position] ?? NONE;
    positionOf[row] = position;
    const above = rows.parent[row] ?? NONE;
    parent[position] = above < 0 ? above : (positionOf[above] ?? NONE);
    const orphan = above < NONE ? SpanFlag.orphan : 0;
    flags[position] = (rows.flags[row] ?? 0) | orphan;
  }
  const cuts = [...rows.cutParent].map(
    ([row, above]) => [positionOf[row] ?? NONE, positionOf[above] ?? NONE] as const,
  );
  return {
    order,
    parent,
    flags,
    missingParents: rows.missingParents,
    cuts: cuts.sort((a, b) => a[0] - b[0]),
    repeated: rows.repeated,
  };
}

function readingOrder({ parent, isKept }: Pick<Rows, "parent" | "isKept">): Int32Array {
  const firstChild = new Int32Array(parent.length).fill(NONE);
  const nextSibling = new Int32Array(parent.length).fill(NONE);
  const stack: number[] = [];
  // From the last to the first, so that each list ends up in rising order, and the first root is popped first.
  for (let row = parent.length - 1; row >= 0; row--) {
    if (isKept[row] === 0) continue;
    const above = parent[row] ?? NONE;
    if (above < 0) {
      stack.push(row);
      continue;
    }
    nextSibling[row] = firstChild[above] ?? NONE;
    firstChild[above] = row;
  }
  const order = new Int32Array(parent.length);
  let filled = 0;
  for (let row = stack.pop(); row !== undefined; row = stack.pop()) {
    order[filled++] = row;
    const sibling = nextSibling[row] ?? NONE;
    if (sibling >= 0) stack.push(sibling);
    const child = firstChild[row] ?? NONE;
    if (child >= 0) stack.push(child);
  }
  return order.slice(0, filled);
}
