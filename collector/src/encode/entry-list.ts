/* oxlint-disable typescript/no-non-null-assertion -- indexes are below the count by construction */

/** Key start and end, kind of the value, its start and end. */
const STRIDE = 5;
const CAPACITY_MIN = 8;

/** Where an entry of a key-value list lies in memory. */
export interface Entry {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly kind: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The entries of one key-value list, as numbers: a list of some MiB can have millions, and an object of each is more than a
 * worker's heap.
 */
export class EntryList {
  private slots = new Uint32Array(CAPACITY_MIN * STRIDE);
  private count = 0;

  append({ keyStart, keyEnd, kind, start, end }: Entry): void {
    const at = this.count * STRIDE;
    if (at === this.slots.length) {
      const grown = new Uint32Array(2 * this.slots.length);
      grown.set(this.slots);
      this.slots = grown;
    }
    this.slots[at] = keyStart;
    this.slots[at + 1] = keyEnd;
    this.slots[at + 2] = kind;
    this.slots[at + 3] = start;
    this.slots[at + 4] = end;
    this.count++;
  }

  /** The entries by the bytes of their keys; of equal keys the last one appended. The bytes are read before the first one. */
  *sorted(bytes: Uint8Array): Generator<Entry, void, undefined> {
    for (const index of this.order(bytes)) yield this.at(index);
  }

  private order(bytes: Uint8Array): Uint32Array {
    const { count } = this;
    const order = new Uint32Array(count);
    for (let i = 0; i < count; i++) order[i] = i;
    order.sort((a, b) => this.compare(bytes, a, b) || a - b);
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const isLast = i + 1 === count || this.compare(bytes, order[i]!, order[i + 1]!) !== 0;
      if (isLast) order[kept++] = order[i]!;
    }
    return order.subarray(0, kept);
  }

  private at(index: number): Entry {
    const { slots } = this;
    const at = index * STRIDE;
    return {
      keyStart: slots[at]!,
      keyEnd: slots[at + 1]!,
      kind: slots[at + 2]!,
      start: slots[at + 3]!,
      end: slots[at + 4]!,
    };
  }

  /** Of two keys; the shorter one first where it begins the other. */
  private compare(bytes: Uint8Array, a: number, b: number): number {
    const { slots } = this;
    let p = slots[a * STRIDE]!;
    let q = slots[b * STRIDE]!;
    const pEnd = slots[a * STRIDE + 1]!;
    const qEnd = slots[b * STRIDE + 1]!;
    while (p < pEnd && q < qEnd) {
      const difference = bytes[p++]! - bytes[q++]!;
      if (difference !== 0) return difference;
    }
    return pEnd - p - (qEnd - q);
  }
}
