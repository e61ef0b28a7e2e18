/* oxlint-disable typescript/no-non-null-assertion -- indexes are in range by construction */
import { ATTRIBUTE_STRIDE } from "../../otlp/attribute-list.ts";
import type { AttributeList } from "../../otlp/attribute-list.ts";
import type { AnyValueWriter } from "../any-value-writer.ts";
import { NumberList } from "../../otlp/wire/number-list.ts";
import { Region } from "../memory/region.ts";
import type { BlockWriter } from "../native-block.ts";
import type { Column } from "./column.ts";
import { Dictionary } from "./dictionary.ts";
import { KeyShapes } from "./key-shapes.ts";
import { LOW_CARDINALITY_VERSION } from "./low-cardinality.ts";

export const MAP_TYPE = "Map(LowCardinality(String), String)";

/** Names the values of the map that were cut, comma-separated. */
const TRUNCATED_KEY = "throughline.truncated";

/** An attribute that we add to what was sent. Both ASCII. */
export interface ExtraAttribute {
  readonly key: string;
  readonly value: string;
}

/** What a row's map says beyond its attributes. Most rows have nothing to say, and no object for it. */
export interface RowNotes {
  readonly extras: readonly ExtraAttribute[];
  /** Names of the row's texts that were cut to the limit. */
  readonly cut: readonly string[];
}

const NO_NOTES: RowNotes = { extras: [], cut: [] };

/**
 * The keys and values of maps, without the offsets that say where a row ends: one map per row, or several
 * (`Array(Map)`), or one per run of rows, share it.
 */
export class MapItems {
  /** Key ids, one per item. */
  readonly keys = new NumberList();
  /** Values as ClickHouse Strings, one per item. */
  readonly values: Region;
  readonly dictionary: Dictionary;
  private readonly writer: AnyValueWriter;
  private readonly shapes: KeyShapes;
  private ids = new Uint32Array(64);
  /** Attributes of the row being appended whose values were cut. */
  private readonly cutEntries: number[] = [];
  /** After key id - 1 came key id: the guess for the next time. */
  private readonly successors = new NumberList();
  /** By the numbers that rules gave lists of keys: shape + 1, 0 for unknown. */
  private readonly known = new NumberList();
  private knownSerial = 0;
  private knownGeneration = 0;
  private marked = 0;

  constructor(writer: AnyValueWriter, seed: number) {
    this.writer = writer;
    this.dictionary = new Dictionary(writer.memory, seed);
    this.shapes = new KeyShapes(this.dictionary);
    this.values = new Region(writer.memory);
  }

  /**
   * Appends attributes number from..to - 1 of the list as the items of one map, then what we add.
   * Values longer than the limit are cut, and named in one more item, `throughline.truncated`.
   */
  append(attributes: AttributeList, from: number, to: number, notes: RowNotes | undefined): void {
    const first = this.keys.length;
    const cutsBefore = this.writer.text.cuts;
    if (to > from) this.appendSorted(attributes, from, to);
    if (notes !== undefined || this.writer.text.cuts !== cutsBefore) {
      this.appendNotes(attributes, notes ?? NO_NOTES, first);
    }
  }

  private appendSorted(attributes: AttributeList, from: number, to: number): void {
    const { shapes, keys, values, writer } = this;
    const { text } = writer;
    this.findShape(attributes, from, to);
    const { length, at } = shapes;
    const order = shapes.order.values;
    const sorted = shapes.sorted.values;
    const { entries } = attributes;
    keys.reserve(length);
    const keyIds = keys.values;
    const keyStart = keys.length;
    for (let i = 0; i < length; i++) {
      keyIds[keyStart + i] = sorted[at + i]!;
      const entry = (from + order[at + i]!) * ATTRIBUTE_STRIDE;
      const cutsBefore = text.cuts;
      writer.append(values, entries[entry + 2]!, entries[entry + 3]!);
      if (text.cuts !== cutsBefore) this.cutEntries.push(entry);
    }
    keys.length = keyStart + length;
  }

  mark(): void {
    this.dictionary.mark();
    this.values.mark();
    this.marked = this.keys.length;
  }

  rollback(): void {
    this.dictionary.rollback();
    this.values.rollback();
    this.keys.length = this.marked;
    this.shapes.clear();
  }

  reset(): void {
    this.dictionary.reset();
    this.values.reset();
    this.keys.clear();
    this.shapes.clear();
    this.successors.clear();
    this.marked = 0;
  }

  /** Finds the shape of the attributes' keys. */
  private findShape(attributes: AttributeList, from: number, to: number): void {
    const { keyPath, keySerial } = attributes;
    const { shapes, known } = this;
    if (keySerial === 0 || to - from !== attributes.count) {
      this.compareKeys(attributes, from, to);
      return;
    }
    if (keySerial !== this.knownSerial || shapes.generation !== this.knownGeneration) {
      known.clear();
      this.knownSerial = keySerial;
      this.knownGeneration = shapes.generation;
    }
    const shape = keyPath < known.length ? known.values[keyPath]! - 1 : -1;
    if (shape >= 0) {
      shapes.take(shape);
      return;
    }
    this.compareKeys(attributes, from, to);
    while (known.length <= keyPath) known.push(0);
    known.values[keyPath] = shapes.current + 1;
  }

  private compareKeys(attributes: AttributeList, from: number, to: number): void {
    const count = to - from;
    const { entries } = attributes;
    const { dictionary, successors } = this;
    if (count > this.ids.length) this.ids = new Uint32Array(2 * count);
    const { ids } = this;
    let previous = 0;
    let hash = count;
    for (let i = 0, at = from * ATTRIBUTE_STRIDE; i < count; i++, at += ATTRIBUTE_STRIDE) {
      const start = entries[at]!;
      const guess = previous < successors.length ? successors.values[previous]! : 0;
      const id = dictionary.idNear(guess, start, start + entries[at + 1]!);
      if (id !== guess) this.learn(previous, id);
      ids[i] = id;
      hash = Math.imul(hash ^ id, 0x01000193);
      previous = id + 1;
    }
    this.shapes.find(ids, count, hash);
  }

  private learn(previous: number, id: number): void {
    const { successors } = this;
    while (successors.length <= previous) successors.push(0);
    successors.values[previous] = id;
  }

  /** Added unless the row has the key: then a Throughline further up has already kept the true original. */
  private addExtra(extra: ExtraAttribute, first: number): void {
    const id = this.dictionary.idOfAscii(extra.key);
    const { keys } = this;
    for (let i = first; i < keys.length; i++) if (keys.values[i] === id) return;
    keys.push(id);
    this.writer.text.ascii(this.values, extra.value);
  }

  private appendNotes(attributes: AttributeList, notes: RowNotes, first: number): void {
    for (const extra of notes.extras) this.addExtra(extra, first);
    const cut = [...notes.cut, ...this.cutEntries.map((entry) => this.keyAt(attributes, entry))];
    this.cutEntries.length = 0;
    if (cut.length > 0) this.addExtra({ key: TRUNCATED_KEY, value: cut.join(",") }, first);
  }

  /** The key as text fit for a list: without commas, control characters and what is not ASCII. */
  private keyAt(attributes: AttributeList, entry: number): string {
    const start = attributes.entries[entry]!;
    const length = Math.min(attributes.entries[entry + 1]!, 256);
    const bytes = this.writer.memory.bytes.subarray(start, start + length);
    return String.fromCharCode(...bytes).replaceAll(/[^\x21-\x2b\x2d-\x7e]/g, "?");
  }
}

/** One map per row. */
export class MapColumn implements Column {
  readonly type = MAP_TYPE;
  readonly prefixBytes = 8;
  private readonly items: MapItems;
  /** Where each row's items end, as two halves of a UInt64. */
  private readonly ends = new NumberList();
  private marked = 0;

  constructor(writer: AnyValueWriter, seed: number) {
    this.items = new MapItems(writer, seed);
  }

  append(attributes: AttributeList, notes: RowNotes | undefined): void {
    this.items.append(attributes, 0, attributes.count, notes);
    this.ends.pushPair(this.items.keys.length, 0);
  }

  /** Appends attributes from..to - 1 of the list as one map. */
  appendRange(attributes: AttributeList, from: number, to: number): void {
    this.items.append(attributes, from, to, undefined);
    this.ends.pushPair(this.items.keys.length, 0);
  }

  dataBytes(): number {
    const { dictionary, keys, values } = this.items;
    return 4 * this.ends.length + dictionary.dataBytes(keys.length) + values.usedBytes;
  }

  writePrefix(out: BlockWriter): void {
    out.uint64(LOW_CARDINALITY_VERSION);
  }

  writeData(out: BlockWriter): void {
    const { dictionary, keys, values } = this.items;
    out.numbers(this.ends.values, this.ends.length);
    dictionary.writeKeys(out, keys.length);
    out.indexes(keys.values, { start: 0, end: keys.length }, dictionary.indexBytes);
    out.copy(values.memory.bytes, values.start, values.position);
  }

  mark(): void {
    this.items.mark();
    this.marked = this.ends.length;
  }

  rollback(): void {
    this.items.rollback();
    this.ends.length = this.marked;
  }

  reset(): void {
    this.items.reset();
    this.ends.clear();
    this.marked = 0;
  }
}
