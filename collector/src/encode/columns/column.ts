import type { BlockWriter } from "../native-block.ts";

/**
 * One column of a block that is being filled. How rows are appended differs from kind to kind; the rest is this.
 *
 * A Native block writes a column as name, type, prefixes and data. The prefix is where LowCardinality says which
 * version it speaks; in nested types all prefixes come before all data, so the two are written apart.
 */
export interface Column {
  /** ClickHouse's text of the type. */
  readonly type: string;
  /** Bytes that `writePrefix` will write. */
  readonly prefixBytes: number;
  /** Bytes that `writeData` will write. Exact: the block is allocated from the sum. */
  dataBytes(): number;
  writePrefix(out: BlockWriter): void;
  writeData(out: BlockWriter): void;
  /** Remembers the rows there are; `rollback` returns to them. */
  mark(): void;
  rollback(): void;
  /** Forgets all rows and the memory they were in. */
  reset(): void;
}
