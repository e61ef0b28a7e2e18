import type { ExportOutcome } from "../export/outcome.ts";
import type { QueuedSignal } from "../export/target.ts";
import type { SpoolFiles } from "./spool-files.ts";

export interface ResendCounters {
  /** Items of earlier processes, or of this one's overflow, that the collector has now acknowledged. */
  readonly resent: number;
  readonly refused: number;
}

/** @returns how many items the bytes held; @throws where they cannot be read */
type SendPacked = (
  bytes: Uint8Array,
) => Promise<{ readonly items: number; readonly outcome: ExportOutcome }>;

export interface ResenderOptions {
  readonly files: SpoolFiles;
  readonly lanes: Readonly<Record<QueuedSignal, SendPacked>>;
  readonly warn: (line: string) => void;
}

/** Sends the spool's files, oldest first, one at a time, and stops at the first the collector cannot take. */
export class Resender {
  readonly #options: ResenderOptions;
  #running: Promise<void> | undefined;
  #counters = { resent: 0, refused: 0 };

  constructor(options: ResenderOptions) {
    this.#options = options;
  }

  get counters(): ResendCounters {
    return { ...this.#counters };
  }

  /** A second call while one is under way is the same run. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    for (const { name, signal } of this.#options.files.waiting()) {
      if (!(await this.#resend(name, signal))) return;
    }
  }

  async #resend(name: string, signal: QueuedSignal): Promise<boolean> {
    const file = this.#options.files.take(name);
    if (file === undefined) return true;
    try {
      const { items, outcome } = await this.#options.lanes[signal](file.bytes);
      if (outcome.kind === "unavailable") {
        file.putBack();
        return false;
      }
      file.remove();
      if (outcome.kind === "delivered") this.#counters.resent += items;
      else this.#counters.refused += items;
    } catch (error) {
      file.setAside();
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.warn(`spool file ${name} set aside as ${name}.unreadable: ${reason}`);
    }
    return true;
  }
}
