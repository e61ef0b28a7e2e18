/* oxlint-disable typescript/no-non-null-assertion -- run numbers are in range by construction */
import type { AttributeList } from "../../otlp/attribute-list.ts";
import type { AnyValueWriter } from "../any-value-writer.ts";
import { NumberList } from "../../otlp/wire/number-list.ts";
import { Region } from "../memory/region.ts";
import type { TextWriter } from "../memory/text-writer.ts";
import type { BlockWriter } from "../native-block.ts";
import type { Column } from "./column.ts";
import { Dictionary } from "./dictionary.ts";
import { LOW_CARDINALITY_VERSION } from "./low-cardinality.ts";
import { MAP_TYPE, MapItems } from "./map.ts";
import type { Runs } from "./runs.ts";

/**
 * Columns whose value is the same for a run of rows. `append` is called once per run; the rows are made when the
 * block is written, by copying what is already there.
 */
export class RepeatedStringColumn implements Column {
  readonly type = "String";
  readonly prefixBytes = 0;
  private readonly region: Region;
  private readonly ends = new NumberList();
  private readonly writer: TextWriter;
  private readonly runs: Runs;
  private marked = 0;

  constructor(writer: TextWriter, runs: Runs) {
    this.writer = writer;
    this.runs = runs;
    this.region = new Region(writer.memory);
  }

  /** @returns bytes that every row of this run will take */
  append(start: number, end: number): number {
    const before = this.region.usedBytes;
    this.writer.text(this.region, start, end);
    this.ends.push(this.region.usedBytes);
    return this.region.usedBytes - before;
  }

  dataBytes(): number {
    let bytes = 0;
    for (let run = 0; run < this.ends.length; run++) {
      bytes += this.runs.rowsOf(run) * (this.ends.values[run]! - this.startOf(run));
    }
    return bytes;
  }

  writePrefix(): void {}

  writeData(out: BlockWriter): void {
    const { region } = this;
    for (let run = 0; run < this.ends.length; run++) {
      const rows = this.runs.rowsOf(run);
      const from = this.startOf(run);
      const to = this.ends.values[run]!;
      out.copy(region.memory.bytes, region.start + from, region.start + to);
      out.repeatLast(to - from, rows);
    }
  }

  mark(): void {
    this.region.mark();
    this.marked = this.ends.length;
  }

  rollback(): void {
    this.region.rollback();
    this.ends.length = this.marked;
  }

  reset(): void {
    this.region.reset();
    this.ends.clear();
    this.marked = 0;
  }

  private startOf(run: number): number {
    return run === 0 ? 0 : this.ends.values[run - 1]!;
  }
}

export class RepeatedLowCardinalityColumn implements Column {
  readonly type = "LowCardinality(String)";
  readonly prefixBytes = 8;
  private readonly dictionary: Dictionary;
  private readonly writer: TextWriter;
  private readonly ids = new NumberList();
  private readonly runs: Runs;
  private marked = 0;

  constructor(writer: TextWriter, seed: number, runs: Runs) {
    this.writer = writer;
    this.dictionary = new Dictionary(writer.memory, seed);
    this.runs = runs;
  }

  append(start: number, end: number): void {
    this.ids.push(this.dictionary.id(start, this.writer.cut(start, end)));
  }

  dataBytes(): number {
    return this.dictionary.dataBytes(totalRows(this.runs, this.ids.length));
  }

  writePrefix(out: BlockWriter): void {
    out.uint64(LOW_CARDINALITY_VERSION);
  }

  writeData(out: BlockWriter): void {
    const { ids, runs, dictionary } = this;
    dictionary.writeKeys(out, totalRows(runs, ids.length));
    const width = dictionary.indexBytes;
    for (let run = 0; run < ids.length; run++) {
      out.index(ids.values[run]!, width);
      out.repeatLast(width, runs.rowsOf(run));
    }
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
    this.marked = 0;
  }
}

export class RepeatedMapColumn implements Column {
  readonly type = MAP_TYPE;
  readonly prefixBytes = 8;
  private readonly items: MapItems;
  private readonly keyEnds = new NumberList();
  private readonly valueEnds = new NumberList();
  private readonly runs: Runs;
  private marked = 0;

  constructor(writer: AnyValueWriter, seed: number, runs: Runs) {
    this.items = new MapItems(writer, seed);
    this.runs = runs;
  }

  /** @returns bytes that every row of this run will take */
  append(attributes: AttributeList): number {
    const before = this.items.values.usedBytes;
    this.items.append(attributes, 0, attributes.count, undefined);
    this.keyEnds.push(this.items.keys.length);
    this.valueEnds.push(this.items.values.usedBytes);
    return this.items.values.usedBytes - before + 2 * attributes.count;
  }

  dataBytes(): number {
    const { runs, valueEnds, items } = this;
    let bytes = items.dictionary.dataBytes(this.totalItems());
    for (let run = 0; run < valueEnds.length; run++) {
      const rows = runs.rowsOf(run);
      bytes += rows * (8 + valueEnds.values[run]! - startOf(valueEnds, run));
    }
    return bytes;
  }

  writePrefix(out: BlockWriter): void {
    out.uint64(LOW_CARDINALITY_VERSION);
  }

  writeData(out: BlockWriter): void {
    const { items, keyEnds, valueEnds, runs } = this;
    this.writeOffsets(out);
    items.dictionary.writeKeys(out, this.totalItems());
    const width = items.dictionary.indexBytes;
    for (let run = 0; run < keyEnds.length; run++) {
      const range = { start: startOf(keyEnds, run), end: keyEnds.values[run]! };
      out.indexes(items.keys.values, range, width);
      out.repeatLast(width * (range.end - range.start), runs.rowsOf(run));
    }
    const { memory, start } = items.values;
    for (let run = 0; run < valueEnds.length; run++) {
      const from = startOf(valueEnds, run);
      const to = valueEnds.values[run]!;
      out.copy(memory.bytes, start + from, start + to);
      out.repeatLast(to - from, runs.rowsOf(run));
    }
  }

  mark(): void {
    this.items.mark();
    this.marked = this.keyEnds.length;
  }

  rollback(): void {
    this.items.rollback();
    this.keyEnds.length = this.valueEnds.length = this.marked;
  }

  reset(): void {
    this.items.reset();
    this.keyEnds.clear();
    this.valueEnds.clear();
    this.marked = 0;
  }

  private writeOffsets(out: BlockWriter): void {
    const { keyEnds, runs } = this;
    const ends = new NumberList();
    let end = 0;
    for (let run = 0; run < keyEnds.length; run++) {
      const items = keyEnds.values[run]! - startOf(keyEnds, run);
      for (let rows = runs.rowsOf(run); rows > 0; rows--) {
        end += items;
        ends.pushPair(end, 0);
      }
    }
    out.numbers(ends.values, ends.length);
  }

  private totalItems(): number {
    const { keyEnds, runs } = this;
    let total = 0;
    for (let run = 0; run < keyEnds.length; run++) {
      total += runs.rowsOf(run) * (keyEnds.values[run]! - startOf(keyEnds, run));
    }
    return total;
  }
}

export class RepeatedUInt32Column implements Column {
  readonly type = "UInt32";
  readonly prefixBytes = 0;
  private readonly list = new NumberList();
  private readonly runs: Runs;
  private marked = 0;

  constructor(runs: Runs) {
    this.runs = runs;
  }

  append(value: number): void {
    this.list.push(value);
  }

  dataBytes(): number {
    return 4 * totalRows(this.runs, this.list.length);
  }

  writePrefix(): void {}

  writeData(out: BlockWriter): void {
    for (let run = 0; run < this.list.length; run++) {
      out.index(this.list.values[run]!, 4);
      out.repeatLast(4, this.runs.rowsOf(run));
    }
  }

  mark(): void {
    this.marked = this.list.length;
  }

  rollback(): void {
    this.list.length = this.marked;
  }

  reset(): void {
    this.list.clear();
    this.marked = 0;
  }
}

function startOf(ends: NumberList, run: number): number {
  return run === 0 ? 0 : ends.values[run - 1]!;
}

function totalRows(runs: Runs, runCount: number): number {
  let rows = 0;
  for (let run = 0; run < runCount; run++) rows += runs.rowsOf(run);
  return rows;
}
