import type { QueueLimits } from "../settings.ts";

/**
 * The bounded queue between the application and the network, one per signal.
 *
 * `add` never waits and never throws. At most one batch is on its way; it stays at the head of the
 * queue until the collector has answered, so a dying process can still see it and send it again:
 * better a record twice than a record lost.
 *
 *   delivered    the collector took the batch: forget it
 *   refused      no retry can help: forget it, count it
 *   unavailable  keep it, try again after a growing pause; meanwhile the queue fills up to its bound
 */
export type ExportOutcome =
  | { readonly kind: "delivered" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unavailable"; readonly reason: string };

export interface QueueCounters {
  readonly accepted: number;
  readonly delivered: number;
  /** Not queued because the queue was full. */
  readonly dropped: number;
  /** Sent, and refused by the collector for good. */
  readonly refused: number;
}

export interface BatchQueueOptions<T> {
  readonly limits: QueueLimits;
  /** Must not reject. */
  readonly send: (batch: readonly T[]) => Promise<ExportOutcome>;
  readonly onOutcome: (outcome: ExportOutcome) => void;
  /** First pause after `unavailable`; it doubles up to RETRY_DELAY_MS_MAX. */
  readonly retryDelayMs?: number;
}

const RETRY_DELAY_MS = 1_000;
const RETRY_DELAY_MS_MAX = 30_000;

export class BatchQueue<T> {
  readonly #limits: QueueLimits;
  readonly #send: (batch: readonly T[]) => Promise<ExportOutcome>;
  readonly #onOutcome: (outcome: ExportOutcome) => void;
  readonly #retryDelayMs: number;
  #items: T[] = [];
  #sending: Promise<ExportOutcome> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #counters = { accepted: 0, delivered: 0, dropped: 0, refused: 0 };

  constructor(options: BatchQueueOptions<T>) {
    this.#limits = options.limits;
    this.#send = options.send;
    this.#onOutcome = options.onOutcome;
    this.#retryDelayMs = options.retryDelayMs ?? RETRY_DELAY_MS;
  }

  /** Items that no collector has answered for yet. */
  get pending(): number {
    return this.#items.length;
  }

  get counters(): QueueCounters {
    return { ...this.#counters };
  }

  add(item: T): void {
    if (this.#items.length >= this.#limits.queueItemsMax) {
      this.#counters.dropped++;
      return;
    }
    this.#items.push(item);
    this.#counters.accepted++;
    this.#schedule();
  }

  /**
   * Sends what is queued now, without waiting for the schedule.
   * @returns true when everything that was queued at the call has been answered for; false as soon as the
   *   collector is unavailable: what is left stays queued
   */
  async flush(): Promise<boolean> {
    const goal = this.#answered + this.#items.length;
    while (this.#answered < goal && this.#items.length > 0) {
      const outcome = await (this.#sending ?? this.#sendBatch());
      if (outcome.kind === "unavailable") return false;
    }
    return true;
  }

  /** Empties the queue at once, the batch on its way included; for a process that is about to end. */
  takeAll(): readonly T[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const items = this.#items;
    this.#items = [];
    return items;
  }

  get #answered(): number {
    return this.#counters.delivered + this.#counters.refused;
  }

  #schedule(): void {
    if (this.#sending !== undefined || this.#items.length === 0) return;
    if (this.#failures === 0 && this.#items.length >= this.#limits.batchItemsMax) {
      void this.#sendBatch();
      return;
    }
    if (this.#timer !== undefined) return;
    // The timer never keeps a process alive: the flush at exit delivers what it would have sent.
    this.#timer = setTimeout(() => void this.#sendBatch(), this.#delayMs()).unref();
  }

  #delayMs(): number {
    if (this.#failures === 0) return this.#limits.scheduleDelayMs;
    return Math.min(this.#retryDelayMs * 2 ** (this.#failures - 1), RETRY_DELAY_MS_MAX);
  }

  #sendBatch(): Promise<ExportOutcome> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#items.slice(0, this.#limits.batchItemsMax);
    const source = this.#items;
    const sending = this.#send(batch).then((outcome) => {
      this.#sending = undefined;
      // takeAll() may have replaced the list meanwhile: then the batch is no longer ours to settle.
      if (source === this.#items) this.#settle(batch, outcome);
      this.#onOutcome(outcome);
      this.#schedule();
      return outcome;
    });
    this.#sending = sending;
    return sending;
  }

  #settle(batch: readonly T[], outcome: ExportOutcome): void {
    switch (outcome.kind) {
      case "unavailable":
        this.#failures++;
        return;
      case "delivered":
        this.#counters.delivered += batch.length;
        break;
      case "refused":
        this.#counters.refused += batch.length;
        break;
    }
    this.#failures = 0;
    this.#items.splice(0, batch.length);
  }
}
