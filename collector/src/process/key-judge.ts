/* oxlint-disable typescript/no-non-null-assertion -- ids and slots are in range by construction */
import { ATTRIBUTE_STRIDE } from "../otlp/attribute-list.ts";
import type { AttributeList } from "../otlp/attribute-list.ts";
import type { Memory } from "../otlp/wire/memory.ts";
import { KeyPaths } from "./key-paths.ts";

const SLOTS = 8192;
const KEYS_MAX = 4096;
const TEXT_BYTES = 64 * 1024;

let nextSerial = 1;

/**
 * Remembers what was decided about a key, so that patterns are tried once per key and not once per attribute. Keys are
 * compared as bytes; the key that followed the same key last time is tried before any hashing.
 *
 * Bounded: data without recurring keys makes it start anew, again and again.
 */
export class KeyJudge {
  private readonly decide: (key: string) => number;
  private readonly memory: Memory;
  private readonly texts = new Uint8Array(TEXT_BYTES);
  private readonly textView = new DataView(this.texts.buffer);
  private usedBytes = 0;
  private count = 0;
  private readonly starts = new Int32Array(KEYS_MAX);
  private readonly lengths = new Int32Array(KEYS_MAX);
  private readonly verdicts = new Int32Array(KEYS_MAX);
  /** After key id - 1 came key id. */
  private readonly successors = new Int32Array(KEYS_MAX + 1);
  /** id + 1, 0 for free. */
  private readonly slots = new Int32Array(SLOTS);
  private readonly seed: number;
  private previous = 0;
  private readonly paths = new KeyPaths();
  /** Another one when the numbers of paths change their meaning; no two judges share one. */
  private serial = nextSerial++;

  /** @param decide the verdict about a key: any number, 0 for "nothing to do" */
  constructor(memory: Memory, seed: number, decide: (key: string) => number) {
    this.memory = memory;
    this.seed = seed;
    this.decide = decide;
  }

  /** The keys that follow are those of another record. */
  begin(): void {
    this.previous = 0;
  }

  /** @returns the verdict about the key at start */
  next(start: number, length: number): number {
    const guess = this.successors[this.previous]!;
    if (guess < this.count && this.equals(guess, start, length)) {
      this.previous = guess + 1;
      return this.verdicts[guess]!;
    }
    const id = this.find(start, length);
    if (id < 0) return this.decideAt(start, length);
    this.successors[this.previous] = id;
    this.previous = id + 1;
    return this.verdicts[id]!;
  }

  /**
   * Asks about the keys of a whole list, and numbers it: `keyPath` and `keySerial` of the list.
   * @returns false if there is something to do about one of them, or nothing is known yet
   */
  passAll(list: AttributeList): boolean {
    const { paths, serial, verdicts } = this;
    const { entries, count } = list;
    let path = 0;
    for (let at = 0, end = count * ATTRIBUTE_STRIDE; at < end; at += ATTRIBUTE_STRIDE) {
      const start = entries[at]!;
      const length = entries[at + 1]!;
      let next = paths.guesses[path]!;
      let id = paths.keys[next]!;
      if (next === 0 || !this.equals(id, start, length)) {
        id = this.find(start, length);
        // Too long to be remembered, or the first to be remembered anew.
        if (id < 0 || this.serial !== serial) return false;
        next = paths.next(path, id);
        if (next === 0) {
          this.forgetPaths();
          return false;
        }
      }
      if (verdicts[id] !== 0) return false;
      path = next;
    }
    list.keySerial = serial;
    list.keyPath = path;
    return true;
  }

  /** @returns the verdict about a key that does not belong to a sequence */
  judge(start: number, length: number): number {
    const id = this.find(start, length);
    return id < 0 ? this.decideAt(start, length) : this.verdicts[id]!;
  }

  private decideAt(start: number, length: number): number {
    const { bytes } = this.memory;
    return this.decide(Buffer.from(bytes.buffer, start, length).toString("utf8"));
  }

  /** @returns the id of the key, -1 for one too long to be remembered */
  private find(start: number, length: number): number {
    if (length > 1024) return -1;
    const mask = SLOTS - 1;
    let slot = this.hash(start, length) & mask;
    for (;;) {
      const id = this.slots[slot]! - 1;
      if (id < 0) break;
      if (this.equals(id, start, length)) return id;
      slot = (slot + 1) & mask;
    }
    return this.add(slot, start, length);
  }

  private add(slot: number, start: number, length: number): number {
    if (this.count === KEYS_MAX || this.usedBytes + length + 4 > TEXT_BYTES) {
      this.slots.fill(0);
      this.successors.fill(0);
      this.count = this.usedBytes = this.previous = 0;
      this.forgetPaths();
      slot = this.hash(start, length) & (SLOTS - 1);
    }
    const id = this.count++;
    this.texts.set(this.memory.bytes.subarray(start, start + length), this.usedBytes);
    this.starts[id] = this.usedBytes;
    this.lengths[id] = length;
    this.verdicts[id] = this.decideAt(start, length);
    this.usedBytes += length;
    this.slots[slot] = id + 1;
    return id;
  }

  private forgetPaths(): void {
    this.paths.clear();
    this.serial = nextSerial++;
  }

  private equals(id: number, start: number, length: number): boolean {
    if (this.lengths[id] !== length) return false;
    const mine = this.starts[id]!;
    const { view } = this.memory;
    const { textView } = this;
    if (length < 4) {
      for (let i = 0; i < length; i++) {
        if (textView.getUint8(mine + i) !== view.getUint8(start + i)) return false;
      }
      return true;
    }
    // Four bytes at a time, the last four first: keys of one family differ there.
    const last = length - 4;
    for (let i = last; i > 0; i -= 4) {
      if (textView.getInt32(mine + i, true) !== view.getInt32(start + i, true)) return false;
    }
    return textView.getInt32(mine, true) === view.getInt32(start, true);
  }

  private hash(start: number, length: number): number {
    const { bytes } = this.memory;
    let hash = this.seed ^ length;
    for (let p = start; p < start + length; p++) hash = Math.imul(hash ^ bytes[p]!, 0x01000193);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b3c6d);
    return (hash ^ (hash >>> 13)) >>> 0;
  }
}
