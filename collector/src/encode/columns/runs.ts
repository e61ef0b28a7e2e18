/* oxlint-disable typescript/no-non-null-assertion -- run numbers are below length by construction */
import { NumberList } from "../../otlp/wire/number-list.ts";

/** How many rows a block has. One object per block, read by the columns that repeat. */
export interface RowCount {
  rows: number;
}

/**
 * Rows in a row that have the same resource (or scope, or metric): columns that only depend on it store the value
 * once per run and write it once per row at the very end.
 */
export class Runs {
  private readonly starts = new NumberList();
  private readonly rowCount: RowCount;
  private marked = 0;

  constructor(rowCount: RowCount) {
    this.rowCount = rowCount;
  }

  get length(): number {
    return this.starts.length;
  }

  /** The next row begins a run. */
  begin(): void {
    this.starts.push(this.rowCount.rows);
  }

  /** @returns how many rows run number index has */
  rowsOf(index: number): number {
    const { values, length } = this.starts;
    const end = index + 1 < length ? values[index + 1]! : this.rowCount.rows;
    return end - values[index]!;
  }

  mark(): void {
    this.marked = this.starts.length;
  }

  rollback(): void {
    this.starts.length = this.marked;
  }

  reset(): void {
    this.starts.clear();
    this.marked = 0;
  }
}
