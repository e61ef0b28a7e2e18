/** Items in memory on their way to a spool file, at most: one batch being written and one being filled. */
const BUFFER_BATCHES_MAX = 2;
const WRITE_DELAY_MS = 1_000;

export interface OverflowOptions<T> {
  readonly batchItemsMax: number;
  /** Resolves whether the batch is on disk; must not reject. */
  readonly write: (batch: readonly T[]) => Promise<boolean>;
  readonly writeSync: (batch: readonly T[]) => boolean;
  /** What was taken and could not be kept. */
  readonly onLost: (items: readonly T[]) => void;
}

/**
 * What a full queue has no room for, gathered into batches and written to disk on later turns of the event loop: `take` only
 * pushes. When the disk is slower than the overflow, `take` says no and the item is counted as dropped.
 */
export class Overflow<T> {
  readonly #options: OverflowOptions<T>;
  #filling: T[] = [];
  #writing: readonly T[] = [];
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;

  constructor(options: OverflowOptions<T>) {
    this.#options = options;
  }

  take(item: T): boolean {
    const { batchItemsMax } = this.#options;
    if (this.#filling.length + this.#writing.length >= batchItemsMax * BUFFER_BATCHES_MAX) {
      return false;
    }
    this.#filling.push(item);
    this.#schedule();
    return true;
  }

  /** For a process without an event loop: what is not on disk yet is written now. */
  flushSync(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    // The batch being written may be written twice: at the edge of an exit better twice than not.
    const items = [...this.#writing, ...this.#filling];
    this.#writing = [];
    this.#filling = [];
    if (items.length > 0 && !this.#options.writeSync(items)) this.#options.onLost(items);
  }

  #schedule(): void {
    if (this.#writing.length > 0 || this.#filling.length === 0) return;
    if (this.#filling.length >= this.#options.batchItemsMax) {
      this.#soon ??= setImmediate(() => void this.#write()).unref();
    } else {
      this.#timer ??= setTimeout(() => void this.#write(), WRITE_DELAY_MS).unref();
    }
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    this.#timer = undefined;
    this.#soon = undefined;
    if (this.#writing.length > 0 || this.#filling.length === 0) return;
    const batch = this.#filling;
    this.#writing = batch;
    this.#filling = [];
    const kept = await this.#options.write(batch);
    if (this.#writing !== batch) return;
    this.#writing = [];
    if (!kept) this.#options.onLost(batch);
    this.#schedule();
  }
}
