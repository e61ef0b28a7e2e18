import { Region } from "../memory/region.ts";
import type { TextWriter } from "../memory/text-writer.ts";
import type { BlockWriter } from "../native-block.ts";
import type { Column } from "./column.ts";

/** Texts, ids as hexadecimal text. */
export class StringColumn implements Column {
  readonly type = "String";
  readonly prefixBytes = 0;
  /** The rows: each a length and its bytes. */
  readonly region: Region;
  private readonly writer: TextWriter;

  constructor(writer: TextWriter) {
    this.writer = writer;
    this.region = new Region(writer.memory);
  }

  appendEmpty(): void {
    this.writer.empty(this.region);
  }

  /** Appends the text at [start, end) of memory. */
  append(start: number, end: number): void {
    this.writer.text(this.region, start, end);
  }

  /** Appends the trace or span id at [start, end) of memory as lower-case hexadecimal digits, zeros as ''. */
  appendId(start: number, end: number): void {
    this.writer.id(this.region, start, end);
  }

  dataBytes(): number {
    return this.region.usedBytes;
  }

  writePrefix(): void {}

  writeData(out: BlockWriter): void {
    out.copy(this.region.memory.bytes, this.region.start, this.region.position);
  }

  mark(): void {
    this.region.mark();
  }

  rollback(): void {
    this.region.rollback();
  }

  reset(): void {
    this.region.reset();
  }
}
