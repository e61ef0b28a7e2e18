import { NumberList } from "../../otlp/wire/number-list.ts";
import type { BlockWriter } from "../native-block.ts";
import type { Column } from "./column.ts";

/** Numbers of 8 bytes, kept as two halves: times, counts and doubles are all moved without being understood. */
export class Fixed64Column implements Column {
  readonly type: string;
  readonly prefixBytes = 0;
  private readonly halves = new NumberList();
  private marked = 0;

  constructor(type: "DateTime64(9)" | "UInt64" | "Float64") {
    this.type = type;
  }

  append(low: number, high: number): void {
    this.halves.pushPair(low, high);
  }

  dataBytes(): number {
    return 4 * this.halves.length;
  }

  writePrefix(): void {}

  writeData(out: BlockWriter): void {
    out.numbers(this.halves.values, this.halves.length);
  }

  mark(): void {
    this.marked = this.halves.length;
  }

  rollback(): void {
    this.halves.length = this.marked;
  }

  reset(): void {
    this.halves.clear();
    this.marked = 0;
  }
}

/** Numbers of 4 bytes. */
export class Fixed32Column implements Column {
  readonly type: string;
  readonly prefixBytes = 0;
  private readonly list = new NumberList();
  private marked = 0;

  constructor(type: "UInt32" | "Int32") {
    this.type = type;
  }

  append(value: number): void {
    this.list.push(value);
  }

  dataBytes(): number {
    return 4 * this.list.length;
  }

  writePrefix(): void {}

  writeData(out: BlockWriter): void {
    out.numbers(this.list.values, this.list.length);
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

/** Numbers of one byte, and Bool. */
export class Fixed8Column implements Column {
  readonly type: string;
  readonly prefixBytes = 0;
  private readonly list = new NumberList();
  private marked = 0;

  constructor(type: "UInt8" | "Bool") {
    this.type = type;
  }

  /** @param value 0..255 */
  append(value: number): void {
    this.list.push(value);
  }

  dataBytes(): number {
    return this.list.length;
  }

  writePrefix(): void {}

  writeData(out: BlockWriter): void {
    out.indexes(this.list.values, { start: 0, end: this.list.length }, 1);
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
