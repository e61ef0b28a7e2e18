/* oxlint-disable typescript/no-non-null-assertion -- indexes are in range by construction */
import type { TextWriter } from "../memory/text-writer.ts";
import { NumberList } from "../../otlp/wire/number-list.ts";
import type { BlockWriter } from "../native-block.ts";
import type { Column } from "./column.ts";
import { Dictionary } from "./dictionary.ts";

/** What LowCardinality writes first: shared dictionary with additional keys. */
export const LOW_CARDINALITY_VERSION = 1;

const HINTS = 32;

export class LowCardinalityColumn implements Column {
  readonly type = "LowCardinality(String)";
  readonly prefixBytes = 8;
  private readonly dictionary: Dictionary;
  private readonly writer: TextWriter;
  private readonly ids = new NumberList();
  private readonly lasts = new Uint32Array(HINTS);
  private marked = 0;

  constructor(writer: TextWriter, seed: number) {
    this.writer = writer;
    this.dictionary = new Dictionary(writer.memory, seed);
  }

  /**
   * Appends the text at [start, end) of memory.
   * @param hint below 32: the text that came last with it is tried first
   */
  append(start: number, end: number, hint = 0): void {
    const id = this.dictionary.idNear(this.lasts[hint]!, start, this.writer.cut(start, end));
    this.lasts[hint] = id;
    this.ids.push(id);
  }

  /** @returns an id for `appendKnown`, valid until the next rollback or reset */
  know(text: string): number {
    return this.dictionary.idOfAscii(text);
  }

  appendKnown(id: number): void {
    this.ids.push(id);
  }

  dataBytes(): number {
    return this.dictionary.dataBytes(this.ids.length);
  }

  writePrefix(out: BlockWriter): void {
    out.uint64(LOW_CARDINALITY_VERSION);
  }

  writeData(out: BlockWriter): void {
    const { values, length } = this.ids;
    this.dictionary.writeKeys(out, length);
    out.indexes(values, { start: 0, end: length }, this.dictionary.indexBytes);
  }

  mark(): void {
    this.dictionary.mark();
    this.marked = this.ids.length;
  }

  rollback(): void {
    this.dictionary.rollback();
    this.ids.length = this.marked;
  }

  reset(): void {
    this.dictionary.reset();
    this.ids.clear();
    this.lasts.fill(0);
    this.marked = 0;
  }
}

/**
 * A text out of a short list the program knows (span kinds, status codes): ids are looked up once per block. Only
 * the texts that occur get into the dictionary.
 */
export class WordColumn extends LowCardinalityColumn {
  private readonly words: readonly string[];
  private readonly known: number[];

  constructor(writer: TextWriter, seed: number, words: readonly string[]) {
    super(writer, seed);
    this.words = words;
    this.known = words.map(() => -1);
  }

  /** Appends word number index; the first word for an index that has none. */
  appendWord(index: number): void {
    const word = index >= 0 && index < this.words.length ? index : 0;
    if (this.known[word]! < 0) this.known[word] = this.know(this.words[word]!);
    this.appendKnown(this.known[word]!);
  }

  override rollback(): void {
    super.rollback();
    this.known.fill(-1);
  }

  override reset(): void {
    super.reset();
    this.known.fill(-1);
  }
}
