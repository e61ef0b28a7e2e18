import { NumberList } from "../../otlp/wire/number-list.ts";
import type { BlockWriter } from "../native-block.ts";
import type { Column } from "./column.ts";

/**
 * Where the rows of arrays end. The columns of one Nested (`Events.Timestamp`, `Events.Name`, …) have the same
 * lengths in every row and share one of these.
 */
export class ArrayEnds {
  /** As two halves of a UInt64. */
  readonly ends = new NumberList();
  private total = 0;
  private marked = 0;
  private markedTotal = 0;

  /** The row's array has so many items. */
  appendRow(items: number): void {
    this.total += items;
    this.ends.pushPair(this.total, 0);
  }

  mark(): void {
    this.marked = this.ends.length;
    this.markedTotal = this.total;
  }

  rollback(): void {
    this.ends.length = this.marked;
    this.total = this.markedTotal;
  }

  reset(): void {
    this.ends.clear();
    this.total = this.marked = this.markedTotal = 0;
  }
}

/** An array per row: its items are appended to `items`, its length to the ends it shares. */
export class ArrayColumn<Items extends Column> implements Column {
  readonly type: string;
  readonly prefixBytes: number;
  readonly items: Items;
  private readonly ends: ArrayEnds;

  constructor(ends: ArrayEnds, items: Items) {
    this.ends = ends;
    this.items = items;
    this.type = `Array(${items.type})`;
    this.prefixBytes = items.prefixBytes;
  }

  dataBytes(): number {
    return 4 * this.ends.ends.length + this.items.dataBytes();
  }

  writePrefix(out: BlockWriter): void {
    this.items.writePrefix(out);
  }

  writeData(out: BlockWriter): void {
    out.numbers(this.ends.ends.values, this.ends.ends.length);
    this.items.writeData(out);
  }

  mark(): void {
    this.ends.mark();
    this.items.mark();
  }

  rollback(): void {
    this.ends.rollback();
    this.items.rollback();
  }

  reset(): void {
    this.ends.reset();
    this.items.reset();
  }
}
