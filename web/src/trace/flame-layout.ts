import type { TraceIndex } from "./trace-index.ts";

/** A row for every node, from 0 at the top. */
export interface FlameLayout {
  readonly row: Int32Array;
  readonly rowCount: number;
}

/**
 * Every span in the lowest free row below its parent's, so that what ran at the same time stands below each other and
 * what ran one after the other shares a row. A tree of minima finds the row: thousands of spans at once do not make it slow.
 */
export function layOutFlame(index: TraceIndex): FlameLayout {
  const count = index.nodes.length;
  const row = new Int32Array(count);
  const ends = new RowEnds(count);
  let rowCount = 0;
  for (const node of byStart(index)) {
    const parent = index.parent[node] ?? -1;
    const startNs = index.startNs[node] ?? 0;
    const lowest = parent < 0 ? 0 : (row[parent] ?? 0) + 1;
    const at = ends.firstFree(lowest, startNs);
    row[node] = at;
    ends.set(at, startNs + (index.durationNs[node] ?? 0));
    rowCount = Math.max(rowCount, at + 1);
  }
  return { row, rowCount };
}

/** Spans by their start, parents before children even where a clock says otherwise; placeholders take no time, and no room. */
function byStart(index: TraceIndex): readonly number[] {
  const from = new Float64Array(index.nodes.length);
  const nodes: number[] = [];
  index.nodes.forEach(({ kind }, node) => {
    const parent = index.parent[node] ?? -1;
    const parentNs = parent < 0 ? Number.NEGATIVE_INFINITY : (from[parent] ?? 0);
    from[node] = kind === "span" ? Math.max(index.startNs[node] ?? 0, parentNs) : parentNs;
    if (kind === "span") nodes.push(node);
  });
  return nodes.toSorted((a, b) => (from[a] ?? 0) - (from[b] ?? 0) || a - b);
}

/** When the last span of each row ends, with the least of every half above it. */
class RowEnds {
  readonly #size: number;
  readonly #least: Float64Array;

  constructor(rows: number) {
    this.#size = 2 ** Math.ceil(Math.log2(Math.max(2, rows + 1)));
    this.#least = new Float64Array(this.#size * 2).fill(Number.NEGATIVE_INFINITY);
  }

  set(row: number, endNs: number): void {
    let at = row + this.#size;
    this.#least[at] = endNs;
    for (at >>= 1; at >= 1; at >>= 1)
      this.#least[at] = Math.min(this.#least[at * 2] ?? 0, this.#least[at * 2 + 1] ?? 0);
  }

  /** @returns the first row from `lowest` on whose last span has ended by then */
  firstFree(lowest: number, startNs: number): number {
    let at = lowest + this.#size;
    // Up, until the half to the right has a free row; then down to the first of it.
    while ((this.#least[at] ?? 0) > startNs) {
      while (at % 2 === 1) at >>= 1;
      at++;
    }
    while (at < this.#size) {
      at *= 2;
      if ((this.#least[at] ?? 0) > startNs) at++;
    }
    return at - this.#size;
  }
}
