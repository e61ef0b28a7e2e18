/* oxlint-disable typescript/no-non-null-assertion -- indexes are in range by construction */
import { NumberList } from "../../otlp/wire/number-list.ts";
import type { Dictionary } from "./dictionary.ts";

const SLOTS = 1024;
/** After so many the cache starts anew: data without recurring shapes must not fill memory. */
const SHAPES_MAX = 4096;

/**
 * Maps are stored with their keys sorted, because equal neighbours compress, and each key once, the last value
 * counting. Which keys a record has, in which order, is one of a few patterns that come again and again: the order
 * is found once per pattern and looked up from then on.
 */
export class KeyShapes {
  /** The shape found last. */
  current = 0;
  /** Another one when shapes were forgotten. */
  generation = 0;
  /** Of the shape found last: where in `order` and `sorted` it begins, and how many keys it has. */
  at = 0;
  length = 0;
  /** For each key in sorted order, which attribute of the record (0 = first on the wire) has its value. */
  readonly order = new NumberList();
  /** The ids of the keys in sorted order. */
  readonly sorted = new NumberList();
  private readonly dictionary: Dictionary;
  /** The ids as they were on the wire, for recognition. */
  private readonly wire = new NumberList();
  private readonly wireStarts = new NumberList();
  private readonly wireLengths = new NumberList();
  private readonly starts = new NumberList();
  private readonly lengths = new NumberList();
  private readonly slots = new Int32Array(SLOTS).fill(-1);

  constructor(dictionary: Dictionary) {
    this.dictionary = dictionary;
  }

  /** Finds the shape of the first count ids; the result is in `at` and `length`. */
  find(ids: Uint32Array, count: number, hash: number): void {
    const slot = (hash ^ (hash >>> 10)) & (SLOTS - 1);
    let shape = this.slots[slot]!;
    if (shape < 0 || !this.isShape(shape, ids, count)) {
      shape = this.add(ids, count);
      this.slots[slot] = shape;
    }
    this.take(shape);
  }

  /** As if it had been found. @param shape what `current` was, in this generation */
  take(shape: number): void {
    this.current = shape;
    this.at = this.starts.values[shape]!;
    this.length = this.lengths.values[shape]!;
  }

  /** Forgets everything: ids have changed their meaning. */
  clear(): void {
    if (this.wireStarts.length === 0) return;
    this.slots.fill(-1);
    this.generation += 1;
    const lists = [this.order, this.sorted, this.wire, this.wireStarts, this.wireLengths];
    for (const list of [...lists, this.starts, this.lengths]) list.clear();
  }

  private isShape(shape: number, ids: Uint32Array, count: number): boolean {
    if (this.wireLengths.values[shape] !== count) return false;
    const { values } = this.wire;
    const start = this.wireStarts.values[shape]!;
    for (let i = 0; i < count; i++) if (values[start + i] !== ids[i]) return false;
    return true;
  }

  private add(ids: Uint32Array, count: number): number {
    if (this.wireStarts.length === SHAPES_MAX) this.clear();
    this.wireStarts.push(this.wire.length);
    this.wireLengths.push(count);
    for (let i = 0; i < count; i++) this.wire.push(ids[i]!);
    const positions = Array.from({ length: count }, (_, i) => i);
    positions.sort((a, b) => this.dictionary.compare(ids[a]!, ids[b]!) || a - b);
    this.starts.push(this.order.length);
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const isLastOfItsKey = i + 1 === count || ids[positions[i]!] !== ids[positions[i + 1]!];
      if (!isLastOfItsKey) continue;
      this.order.push(positions[i]!);
      this.sorted.push(ids[positions[i]!]!);
      kept++;
    }
    this.lengths.push(kept);
    return this.wireStarts.length - 1;
  }
}
