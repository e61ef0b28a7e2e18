/** So many seconds' rows are saved up while fewer come: what is stored comes in lumps, not evenly. */
const BURST_SECONDS = 2;

/** How many rows a tail may give now, of so many per second in the mean. Times are milliseconds of one clock. */
export class RowBudget {
  readonly #rowsPerSecond: number;
  #rows: number;
  #atMs: number;

  /** Begins full. */
  constructor(rowsPerSecond: number, nowMs: number) {
    this.#rowsPerSecond = rowsPerSecond;
    this.#rows = rowsPerSecond * BURST_SECONDS;
    this.#atMs = nowMs;
  }

  /** At least one, so that the newest is always shown. */
  available(nowMs: number): number {
    const earned = (this.#rowsPerSecond * Math.max(0, nowMs - this.#atMs)) / 1_000;
    this.#rows = Math.min(this.#rows + earned, this.#rowsPerSecond * BURST_SECONDS);
    this.#atMs = nowMs;
    return Math.max(1, Math.floor(this.#rows));
  }

  spend(rows: number): void {
    this.#rows = Math.max(0, this.#rows - rows);
  }
}
