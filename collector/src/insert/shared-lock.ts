/** Many may share it, or one may hold it alone. Whoever wants it alone goes before those who come later. */
export class SharedLock {
  #shares = 0;
  #alone = false;
  #waitingAlone = 0;
  #changed = Promise.withResolvers<void>();

  async share<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone || this.#waitingAlone > 0) await this.#changed.promise;
    this.#shares += 1;
    try {
      return await work();
    } finally {
      this.#shares -= 1;
      this.#wake();
    }
  }

  /** Not to be called while sharing: it would wait for itself. */
  async holdAlone<T>(work: () => Promise<T>): Promise<T> {
    this.#waitingAlone += 1;
    while (this.#alone || this.#shares > 0) await this.#changed.promise;
    this.#waitingAlone -= 1;
    this.#alone = true;
    try {
      return await work();
    } finally {
      this.#alone = false;
      this.#wake();
    }
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
