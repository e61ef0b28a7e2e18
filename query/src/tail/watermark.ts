/**
 * How far a table has come, looked at once for all tails of it: the number of its newest INSERT. Costs one question that
 * reads no row, a few times a second, while somebody listens, and nothing otherwise.
 */
export interface WatermarkOptions {
  /** @throws when ClickHouse cannot say */
  readonly read: (signal: AbortSignal) => Promise<bigint>;
  readonly pollMs: number;
}

export interface WatermarkListener {
  /** After each look that began since it listens, also when nothing is new. */
  readonly advance: (newest: bigint) => void;
  /** ClickHouse could not say; it is asked again at the next look. */
  readonly fail: (error: unknown) => void;
}

export class Watermark {
  readonly #options: WatermarkOptions;
  readonly #listeners = new Set<WatermarkListener>();
  #polling: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WatermarkOptions) {
    this.#options = options;
  }

  /** Asks now. @throws what `read` throws */
  read(signal: AbortSignal): Promise<bigint> {
    return this.#options.read(signal);
  }

  /** @returns a function that ends it */
  listen(listener: WatermarkListener): () => void {
    this.#listeners.add(listener);
    if (this.#polling === undefined) {
      this.#polling = new AbortController();
      this.#next();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#polling?.abort();
    this.#polling = undefined;
    this.#listeners.clear();
  }

  #next(): void {
    this.#timer = setTimeout(() => void this.#look(), this.#options.pollMs);
  }

  async #look(): Promise<void> {
    const polling = this.#polling;
    if (polling === undefined) return;
    // Who comes while a slow look is under way may know of more than that saw: it waits for the next.
    const listeners = [...this.#listeners];
    try {
      const newest = await this.#options.read(polling.signal);
      for (const listener of listeners) {
        if (this.#listeners.has(listener)) listener.advance(newest);
      }
    } catch (error) {
      // What came meanwhile is still there at the next look.
      if (!polling.signal.aborted) {
        for (const listener of this.#listeners) listener.fail(error);
      }
    }
    if (this.#polling === polling) this.#next();
  }
}
