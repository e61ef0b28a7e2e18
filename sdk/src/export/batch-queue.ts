import type { QueueLimits } from "../settings.ts";
import { Fifo } from "./fifo.ts";
import type { ExportOutcome } from "./outcome.ts";

/** How much an item matters when there is no room for all; 0 goes first. For log records: debug, info, warn, error. */
export type Rank = 0 | 1 | 2 | 3;

/** What became of everything recorded: `recorded = delivered + refused + spooled + dropped + pending`, at every moment. */
export interface QueueCounters {
  readonly recorded: number;
  /** Handed to the exporter at least once. */
  readonly sent: number;
  /** Acknowledged by the collector. */
  readonly delivered: number;
  /** Refused by the collector for good. */
  readonly refused: number;
  /** Written to the spool directory, for the next start or the collector's return. */
  readonly spooled: number;
  /** Lost: no room in the queue, nor in a spool. */
  readonly dropped: number;
  readonly droppedByRank: readonly [number, number, number, number];
}

export interface BatchQueueOptions<T> {
  readonly limits: QueueLimits;
  /** Must not reject. */
  readonly send: (batch: readonly T[]) => Promise<ExportOutcome>;
  readonly onOutcome: (outcome: ExportOutcome) => void;
  /** First pause after `unavailable`; it doubles up to RETRY_DELAY_MS_MAX. */
  readonly retryDelayMs?: number;
  readonly rank?: (item: T) => Rank;
  /** About how much memory an item holds. */
  readonly sizeBytes?: (item: T) => number;
  /** @returns whether someone else keeps what the queue has no room for */
  readonly onOverflow?: (item: T) => boolean;
}

interface Entry<T> {
  readonly item: T;
  readonly rank: Rank;
  readonly sizeBytes: number;
  readonly sequence: number;
}

const RETRY_DELAY_MS = 1_000;
const RETRY_DELAY_MS_MAX = 30_000;
/** A server may ask for any pause; longer than this and the queue is better off asking again. */
const SERVER_PAUSE_MS_MAX = 120_000;
/** Encoded requests stay far below the 4 MiB that gRPC servers accept by default. */
export const BATCH_BYTES_MAX = 1_048_576;
const RANKS: readonly Rank[] = [0, 1, 2, 3];

/**
 * The bounded queue between the application and the network, one per signal.
 *
 * `add` never waits, never throws, and encodes nothing: that happens on a later turn of the event loop. Items and bytes are
 * bounded; in a full queue an item makes room by pushing out one of a lower rank, the oldest of the lowest, and is
 * itself left out where there is none. At most one batch is on its way. It stays whole until the collector has answered,
 * so a dying process can still see it and send it again: better a record twice than a record lost.
 */
export class BatchQueue<T> {
  readonly #options: BatchQueueOptions<T>;
  readonly #limits: QueueLimits;
  readonly #waiting = [
    new Fifo<Entry<T>>(),
    new Fifo<Entry<T>>(),
    new Fifo<Entry<T>>(),
    new Fifo<Entry<T>>(),
  ] as const;
  /** What waits of each rank, in bytes. */
  readonly #waitingBytes: [number, number, number, number] = [0, 0, 0, 0];
  /** On its way, or waiting to be sent again. */
  #batch: readonly Entry<T>[] = [];
  #heldItems = 0;
  #heldBytes = 0;
  #sequence = 0;
  #sending: Promise<ExportOutcome> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;
  #failures = 0;
  #serverPauseMs: number | undefined;
  #counters = { recorded: 0, sent: 0, delivered: 0, refused: 0, spooled: 0 };
  #droppedByRank: [number, number, number, number] = [0, 0, 0, 0];

  constructor(options: BatchQueueOptions<T>) {
    this.#options = options;
    this.#limits = options.limits;
  }

  /** Items that no collector has answered for yet. */
  get pending(): number {
    return this.#heldItems;
  }

  /** About what the queue holds in memory. */
  get pendingBytes(): number {
    return this.#heldBytes;
  }

  get counters(): QueueCounters {
    const droppedByRank = [...this.#droppedByRank] as const;
    return { ...this.#counters, dropped: sum(droppedByRank), droppedByRank };
  }

  add(item: T): void {
    this.#counters.recorded++;
    const entry: Entry<T> = {
      item,
      rank: this.#options.rank?.(item) ?? 1,
      sizeBytes: this.#options.sizeBytes?.(item) ?? 0,
      sequence: this.#sequence++,
    };
    if (!this.#makeRoom(entry)) {
      this.#overflow(entry);
      return;
    }
    this.#waiting[entry.rank].push(entry);
    this.#waitingBytes[entry.rank] += entry.sizeBytes;
    this.#hold(entry, 1);
    this.#schedule();
  }

  /**
   * Sends what is queued now, without waiting for the schedule.
   * @returns true when everything that was queued at the call has been answered for; false as soon as the
   *   collector is unavailable: what is left stays queued
   */
  async flush(): Promise<boolean> {
    const goal = this.#sequence;
    while (this.#oldestSequence() < goal) {
      const outcome = await (this.#sending ?? this.#sendBatch());
      if (outcome.kind === "unavailable") return false;
    }
    return true;
  }

  /**
   * Empties the queue at once, the batch on its way included; for a process that is about to end. Whoever takes the items says
   * with `settleTaken` what became of them.
   */
  takeAll(): readonly T[] {
    this.#unschedule();
    const entries = [...this.#batch];
    for (let entry = this.#shiftOldest(); entry !== undefined; entry = this.#shiftOldest()) {
      entries.push(entry);
    }
    this.#batch = [];
    for (const entry of entries) this.#hold(entry, -1);
    return entries.map(({ item }) => item);
  }

  settleTaken(items: readonly T[], fate: "delivered" | "refused" | "spooled" | "dropped"): void {
    if (fate !== "dropped") {
      this.#counters[fate] += items.length;
      const answered = this.#counters.delivered + this.#counters.refused;
      this.#counters.sent = Math.max(this.#counters.sent, answered);
      return;
    }
    for (const item of items) this.#droppedByRank[this.#options.rank?.(item) ?? 1]++;
  }

  /** Items the overflow's keeper took and could not keep after all. */
  unspool(items: readonly T[]): void {
    this.#counters.spooled -= items.length;
    this.settleTaken(items, "dropped");
  }

  #makeRoom(entry: Entry<T>): boolean {
    if (!this.#canMakeRoom(entry)) return false;
    while (
      this.#heldItems >= this.#limits.queueItemsMax ||
      this.#heldBytes + entry.sizeBytes > this.#limits.queueBytesMax
    ) {
      const lower = RANKS.find((rank) => rank < entry.rank && this.#waiting[rank].length > 0);
      const evicted = lower === undefined ? undefined : this.#shift(this.#waiting[lower]);
      if (evicted === undefined) return false;
      this.#hold(evicted, -1);
      this.#overflow(evicted);
    }
    return true;
  }

  /** Asked first: what is pushed out for an item that then stays out as well would be lost for nothing. */
  #canMakeRoom(entry: Entry<T>): boolean {
    let lowerBytes = 0;
    for (const rank of RANKS) if (rank < entry.rank) lowerBytes += this.#waitingBytes[rank];
    return this.#heldBytes - lowerBytes + entry.sizeBytes <= this.#limits.queueBytesMax;
  }

  #overflow(entry: Entry<T>): void {
    if (this.#options.onOverflow?.(entry.item) === true) this.#counters.spooled++;
    else this.#droppedByRank[entry.rank]++;
  }

  #hold(entry: Entry<T>, sign: 1 | -1): void {
    this.#heldItems += sign;
    this.#heldBytes += sign * entry.sizeBytes;
  }

  #oldestSequence(): number {
    if (this.#batch[0] !== undefined) return this.#batch[0].sequence;
    return this.#oldestWaiting()?.peek()?.sequence ?? Infinity;
  }

  /** The ranks share one order: that in which the application wrote. */
  #oldestWaiting(): Fifo<Entry<T>> | undefined {
    let oldest: Fifo<Entry<T>> | undefined;
    for (const fifo of this.#waiting) {
      const first = fifo.peek();
      if (first === undefined) continue;
      if (oldest === undefined || first.sequence < (oldest.peek()?.sequence ?? Infinity)) {
        oldest = fifo;
      }
    }
    return oldest;
  }

  #shiftOldest(): Entry<T> | undefined {
    const oldest = this.#oldestWaiting();
    return oldest === undefined ? undefined : this.#shift(oldest);
  }

  #shift(fifo: Fifo<Entry<T>>): Entry<T> | undefined {
    const entry = fifo.shift();
    if (entry !== undefined) this.#waitingBytes[entry.rank] -= entry.sizeBytes;
    return entry;
  }

  #schedule(): void {
    if (this.#sending !== undefined || this.#heldItems === 0 || this.#soon !== undefined) return;
    if (this.#failures === 0 && this.#heldItems >= this.#limits.batchItemsMax) {
      // Neither timer keeps a process alive: the flush at exit delivers what they would have sent.
      this.#soon = setImmediate(() => void this.#sendBatch()).unref();
      return;
    }
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#sendBatch(), this.#delayMs()).unref();
  }

  #unschedule(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    this.#timer = undefined;
    this.#soon = undefined;
  }

  #delayMs(): number {
    if (this.#failures === 0) return this.#limits.scheduleDelayMs;
    const ownPauseMs = Math.min(
      (this.#options.retryDelayMs ?? RETRY_DELAY_MS) * 2 ** (this.#failures - 1),
      RETRY_DELAY_MS_MAX,
    );
    return this.#serverPauseMs === undefined
      ? ownPauseMs
      : Math.min(this.#serverPauseMs, SERVER_PAUSE_MS_MAX);
  }

  #sendBatch(): Promise<ExportOutcome> {
    this.#unschedule();
    if (this.#sending !== undefined) return this.#sending;
    if (this.#batch.length === 0) {
      this.#batch = this.#takeBatch();
      this.#counters.sent += this.#batch.length;
    }
    const batch = this.#batch;
    if (batch.length === 0) return Promise.resolve({ kind: "delivered" });
    const sending = this.#options.send(batch.map(({ item }) => item)).then((outcome) => {
      this.#sending = undefined;
      // takeAll() may have taken the batch meanwhile: then it is no longer ours to settle.
      if (batch === this.#batch) this.#settle(batch, outcome);
      this.#options.onOutcome(outcome);
      this.#schedule();
      return outcome;
    });
    this.#sending = sending;
    return sending;
  }

  #takeBatch(): readonly Entry<T>[] {
    const batch: Entry<T>[] = [];
    let bytes = 0;
    while (batch.length < this.#limits.batchItemsMax) {
      const next = this.#oldestWaiting();
      const size = next?.peek()?.sizeBytes ?? 0;
      if (next === undefined || (batch.length > 0 && bytes + size > BATCH_BYTES_MAX)) break;
      const entry = this.#shift(next);
      if (entry === undefined) break;
      bytes += size;
      batch.push(entry);
    }
    return batch;
  }

  #settle(batch: readonly Entry<T>[], outcome: ExportOutcome): void {
    if (outcome.kind === "unavailable") {
      this.#failures++;
      this.#serverPauseMs = outcome.retryAfterMs;
      return;
    }
    this.#counters[outcome.kind] += batch.length;
    this.#failures = 0;
    this.#serverPauseMs = undefined;
    for (const entry of batch) this.#hold(entry, -1);
    this.#batch = [];
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
