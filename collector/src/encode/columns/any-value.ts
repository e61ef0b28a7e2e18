import type { AnyValueWriter } from "../any-value-writer.ts";
import { Region } from "../memory/region.ts";
import type { BlockWriter } from "../native-block.ts";
import type { Column } from "./column.ts";

/** Any-values as text: a log record's body. */
export class AnyValueColumn implements Column {
  readonly type = "String";
  readonly prefixBytes = 0;
  private readonly region: Region;
  private readonly writer: AnyValueWriter;

  constructor(writer: AnyValueWriter) {
    this.writer = writer;
    this.region = new Region(writer.memory);
  }

  /** Appends the AnyValue at [start, end) of memory. Throws MalformedInput. */
  append(start: number, end: number): void {
    this.writer.append(this.region, start, end);
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
