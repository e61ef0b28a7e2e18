import type { Logger } from "pino";

/** What runs, in the order of its start; stopped in reverse, each once, whatever the others do. */
export class RunningParts {
  readonly #logger: Logger;
  readonly #parts: { readonly name: string; readonly stop: () => void | Promise<void> }[] = [];
  #stopped: Promise<void> | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(name: string, stop: () => void | Promise<void>): void {
    this.#parts.push({ name, stop });
  }

  /** May be called again, for the same promise. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #stopAll(): Promise<void> {
    for (const { name, stop } of this.#parts.toReversed()) {
      try {
        await stop();
      } catch (error) {
        this.#logger.error({ part: name, err: error }, "a part did not stop cleanly");
      }
    }
  }
}
