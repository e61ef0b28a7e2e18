import type { Resource } from "@opentelemetry/resources";
import type { Overflow } from "../spool/overflow.ts";
import type { QueueLimits } from "../settings.ts";
import { AttributeWait } from "./attribute-wait.ts";
import { BATCH_BYTES_MAX, BatchQueue, type Rank } from "./batch-queue.ts";
import type { ExportOutcome } from "./outcome.ts";
import { sendThrough, type ItemExporter } from "./sender.ts";
import type { SenderTarget } from "./target.ts";

/** A batch that leaves the process without an event loop. */
export interface LeavingBatch {
  readonly target: SenderTarget;
  readonly count: number;
  /** As written by portable.ts for the target's signal. */
  readonly bytes: Uint8Array;
  /** Called once with what became of it. @returns where the items are now */
  settle(outcome: ExportOutcome): "delivered" | "refused" | "spooled" | "dropped";
}

export interface LaneOptions<T> {
  readonly target: SenderTarget;
  readonly limits: QueueLimits;
  readonly exporter: ItemExporter<T>;
  readonly rank: (item: T) => Rank;
  readonly sizeBytes: (item: T) => number;
  readonly pack: (items: readonly T[]) => Uint8Array;
  readonly unpack: (bytes: Uint8Array) => readonly T[];
  readonly onOutcome: (outcome: ExportOutcome) => void;
  /** undefined without a spool directory. */
  readonly createOverflow:
    | ((lane: {
        readonly pack: (items: readonly T[]) => Uint8Array;
        readonly onLost: (items: readonly T[]) => void;
      }) => Overflow<T>)
    | undefined;
  readonly writeSpoolSync: (bytes: Uint8Array) => boolean;
}

/** One signal: its queue, its exporter, and the ways out when there is no time or no room for either. */
export class Lane<T extends { readonly resource: Resource }> {
  readonly queue: BatchQueue<T>;
  readonly #options: LaneOptions<T>;
  readonly #overflow: Overflow<T> | undefined;
  readonly #attributeWait = new AttributeWait();

  constructor(options: LaneOptions<T>) {
    this.#options = options;
    this.#overflow = options.createOverflow?.({
      pack: options.pack,
      onLost: (items) => this.queue.unspool(items),
    });
    this.queue = new BatchQueue<T>({
      limits: options.limits,
      rank: options.rank,
      sizeBytes: options.sizeBytes,
      send: (batch) => this.#send(batch),
      onOutcome: options.onOutcome,
      onOverflow: (item) => this.#overflow?.take(item) ?? false,
    });
  }

  get target(): SenderTarget {
    return this.#options.target;
  }

  /** Sends with the resource attributes that are known by now; for whoever has no time to wait for more. */
  stopWaiting(): void {
    this.#attributeWait.end();
  }

  /** Empties the queue into batches no larger than those that are sent while the process lives. */
  takeAll(): readonly LeavingBatch[] {
    const { limits, sizeBytes } = this.#options;
    const batches: LeavingBatch[] = [];
    let items: T[] = [];
    let bytes = 0;
    for (const item of this.queue.takeAll()) {
      const size = sizeBytes(item);
      const full = items.length >= limits.batchItemsMax || bytes + size > BATCH_BYTES_MAX;
      if (full && items.length > 0) {
        batches.push(this.#leaving(items));
        items = [];
        bytes = 0;
      }
      items.push(item);
      bytes += size;
    }
    if (items.length > 0) batches.push(this.#leaving(items));
    return batches;
  }

  /** What the full queue handed over and is not on disk yet. */
  flushOverflow(): void {
    this.#overflow?.flushSync();
  }

  /** For a batch of the spool. @throws where the bytes cannot be read */
  async sendPacked(
    bytes: Uint8Array,
  ): Promise<{ readonly items: number; readonly outcome: ExportOutcome }> {
    const items = this.#options.unpack(bytes);
    return { items: items.length, outcome: await sendThrough(this.#options.exporter, items) };
  }

  async #send(batch: readonly T[]): Promise<ExportOutcome> {
    const waiting = this.#attributeWait.before(batch);
    if (waiting !== undefined) await waiting;
    return sendThrough(this.#options.exporter, batch);
  }

  #leaving(items: readonly T[]): LeavingBatch {
    const bytes = this.#options.pack(items);
    return {
      target: this.#options.target,
      count: items.length,
      bytes,
      settle: (outcome) => {
        const fate =
          outcome.kind === "unavailable"
            ? this.#options.writeSpoolSync(bytes)
              ? "spooled"
              : "dropped"
            : outcome.kind;
        this.queue.settleTaken(items, fate);
        return fate;
      },
    };
  }
}
