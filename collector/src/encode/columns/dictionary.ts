/* oxlint-disable typescript/no-non-null-assertion -- slots and ids are in range by construction */
import { NumberList } from "../../otlp/wire/number-list.ts";
import { Region } from "../memory/region.ts";
import { isAscii } from "../memory/text-writer.ts";
import { sanitizedCopy } from "../memory/utf8.ts";
import type { Memory } from "../../otlp/wire/memory.ts";
import type { BlockWriter } from "../native-block.ts";

const SLOTS_MIN = 256;

/** Index type of LowCardinality: 0 for one byte, 1 for two, 2 for four; with "has additional keys" and "update dictionary". */
const FLAGS = 0x600;

/**
 * The distinct texts of a LowCardinality column in one block: open addressing over the bytes themselves, compared
 * in full, no JavaScript strings. Ids are given in order of appearance, from 0.
 */
export class Dictionary {
  readonly memory: Memory;
  count = 0;
  /** The texts as ClickHouse Strings, in order of their ids. */
  private readonly texts: Region;
  /** Where each text begins behind its length, relative to the region, and how long it is. */
  private readonly offsets = new NumberList();
  private readonly lengths = new NumberList();
  private readonly hashes = new NumberList();
  /** id + 1, 0 for free. */
  private slots = new Int32Array(SLOTS_MIN);
  private readonly seed: number;
  private marked = 0;

  /** @param seed secret, so that nobody can choose texts that share a slot */
  constructor(memory: Memory, seed: number) {
    this.memory = memory;
    this.seed = seed;
    this.texts = new Region(memory);
  }

  /**
   * @param guess an id it probably is: texts of records come in the same order again and again, and comparing is
   *   three times as fast as hashing
   * @returns the id of the text at [start, end)
   */
  idNear(guess: number, start: number, end: number): number {
    if (guess < this.count && this.equals(guess, start, end)) return guess;
    return this.id(start, end);
  }

  /** @returns the id of the text at [start, end), a new one if it was not there */
  id(start: number, end: number): number {
    const hash = this.hash(start, end);
    const found = this.find(hash, start, end);
    if (found >= 0) return found;
    if (!isAscii(this.memory, start, end)) return this.idOfUnchecked(start, end);
    return this.insert(hash, start, end);
  }

  /** @returns the id of ASCII text that the program made */
  idOfAscii(text: string): number {
    const start = this.memory.allocate(text.length);
    for (let i = 0; i < text.length; i++) this.memory.bytes[start + i] = text.charCodeAt(i);
    return this.id(start, start + text.length);
  }

  /** Orders two ids by the bytes of their texts. */
  compare(first: number, second: number): number {
    const { bytes } = this.memory;
    const base = this.texts.start;
    const a = base + this.offsets.values[first]!;
    const b = base + this.offsets.values[second]!;
    const aLength = this.lengths.values[first]!;
    const bLength = this.lengths.values[second]!;
    const shared = Math.min(aLength, bLength);
    for (let i = 0; i < shared; i++) {
      const difference = bytes[a + i]! - bytes[b + i]!;
      if (difference !== 0) return difference;
    }
    return aLength - bLength;
  }

  /** Bytes of one index. */
  get indexBytes(): 1 | 2 | 4 {
    if (this.count <= 0x100) return 1;
    return this.count <= 0x10000 ? 2 : 4;
  }

  /** Bytes of the column's data when it has this many indexes. */
  dataBytes(indexes: number): number {
    if (indexes === 0) return 0;
    return 24 + this.texts.usedBytes + indexes * this.indexBytes;
  }

  /** Writes what comes before the indexes: flags, keys, and how many indexes follow. Nothing for no indexes. */
  writeKeys(out: BlockWriter, indexes: number): void {
    if (indexes === 0) return;
    const width = this.indexBytes;
    out.uint64(FLAGS | (width === 1 ? 0 : width === 2 ? 1 : 2));
    out.uint64(this.count);
    out.copy(this.memory.bytes, this.texts.start, this.texts.position);
    out.uint64(indexes);
  }

  mark(): void {
    this.marked = this.count;
    this.texts.mark();
  }

  /** Takes out what was added since the mark, youngest first: then probing never misses an older entry. */
  rollback(): void {
    while (this.count > this.marked) {
      this.count--;
      const mask = this.slots.length - 1;
      let slot = this.hashes.values[this.count]! & mask;
      while (this.slots[slot] !== this.count + 1) slot = (slot + 1) & mask;
      this.slots[slot] = 0;
    }
    this.offsets.length = this.lengths.length = this.hashes.length = this.count;
    this.texts.rollback();
  }

  reset(): void {
    if (this.slots.length > 4096) this.slots = new Int32Array(SLOTS_MIN);
    else if (this.count > 0) this.slots.fill(0);
    this.count = this.marked = 0;
    this.offsets.clear();
    this.lengths.clear();
    this.hashes.clear();
    this.texts.reset();
  }

  private equals(id: number, start: number, end: number): boolean {
    const length = end - start;
    if (this.lengths.values[id] !== length) return false;
    const mine = this.texts.start + this.offsets.values[id]!;
    const { view } = this.memory;
    if (length < 4) {
      for (let i = 0; i < length; i++) {
        if (view.getUint8(mine + i) !== view.getUint8(start + i)) return false;
      }
      return true;
    }
    // Four bytes at a time, the last four first: keys of one family differ there. They may overlap those before.
    const last = length - 4;
    for (let i = last; i > 0; i -= 4) {
      if (view.getInt32(mine + i, true) !== view.getInt32(start + i, true)) return false;
    }
    return view.getInt32(mine, true) === view.getInt32(start, true);
  }

  private hash(start: number, end: number): number {
    const { bytes } = this.memory;
    let hash = this.seed ^ (end - start);
    for (let p = start; p < end; p++) hash = Math.imul(hash ^ bytes[p]!, 0x01000193);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b3c6d);
    return (hash ^ (hash >>> 13)) >>> 0;
  }

  private find(hash: number, start: number, end: number): number {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const id = this.slots[slot]! - 1;
      if (id < 0) return -1;
      if (this.hashes.values[id] === hash && this.equals(id, start, end)) return id;
      slot = (slot + 1) & mask;
    }
  }

  /** Text that is not ASCII is checked before it gets an id, so text that is not UTF-8 never has one. */
  private idOfUnchecked(start: number, end: number): number {
    const room = this.memory.allocate(3 * (end - start) + 16);
    const last = sanitizedCopy(this.memory.bytes, { start, end }, room);
    const hash = this.hash(room, last);
    const found = this.find(hash, room, last);
    return found >= 0 ? found : this.insert(hash, room, last);
  }

  private insert(hash: number, start: number, end: number): number {
    if (2 * (this.count + 1) > this.slots.length) this.expand();
    const id = this.count++;
    const length = end - start;
    const { texts } = this;
    texts.reserve(length + 5);
    const { bytes } = this.memory;
    let rest = length;
    while (rest > 127) {
      bytes[texts.position++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[texts.position++] = rest;
    this.offsets.push(texts.usedBytes);
    this.lengths.push(length);
    this.hashes.push(hash);
    bytes.copyWithin(texts.position, start, end);
    texts.position += length;
    this.occupy(id, hash);
    return id;
  }

  private occupy(id: number, hash: number): void {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = id + 1;
  }

  private expand(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    for (let id = 0; id < this.count; id++) this.occupy(id, this.hashes.values[id]!);
  }
}
