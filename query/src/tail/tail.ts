/**
 * One live tail: whenever the table has come further, what was stored since and meets the conditions. Its place is the number of the
 * INSERT it has reached, so a row that arrives late is shown when it arrives, and every row once.
 */
import type { Searcher } from "../search/searcher.ts";
import type { QueryMetrics } from "../telemetry/metrics.ts";
import type { EventStream } from "./event-stream.ts";
import type { Watermark } from "./watermark.ts";

/** Rows in the order of being stored, and how many there were. */
export interface TailBatch {
  readonly rows: readonly object[];
  readonly matched: number;
}

export interface TailOptions {
  /** Name of the event and of its list. */
  readonly kind: "logs" | "spans";
  readonly stream: EventStream;
  readonly watermark: Watermark;
  readonly limits: Searcher["limits"];
  readonly metrics: Pick<QueryMetrics, "tailDroppedRows">;
  /** The newest `limit` rows stored after `after` and not after `upTo`. */
  readonly read: (
    range: { readonly after: bigint; readonly upTo: bigint },
    limit: number,
    signal: AbortSignal,
  ) => Promise<TailBatch>;
  /** Ends the tail. */
  readonly signal: AbortSignal;
}

/** A client that has so much to take yet is given nothing more until it has. */
const WAITING_BYTES_MAX = 1024 ** 2;
/** After a pause, no more than the rows of so many seconds at once. */
const BURST_SECONDS = 2;

/** Settles when the tail has ended. Never rejects. */
export function runTail(options: TailOptions, after: bigint): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  // So that a client that loses its connection before the first row goes on from here, too.
  options.stream.send("start", {}, String(after));
  const tail = new Tail(options, after);
  const stop = options.watermark.listen((newest) => void tail.advance(newest));
  const end = () => {
    clearTimeout(timer);
    stop();
    options.stream.end();
    resolve(undefined);
  };
  // A client that stays comes back by itself; one that was forgotten does not.
  const timer = setTimeout(end, options.limits.tailTimeMs);
  options.signal.addEventListener("abort", end, { once: true });
  return promise;
}

class Tail {
  readonly #options: TailOptions;
  #after: bigint;
  #isReading = false;
  #lastAtMs = performance.now();

  constructor(options: TailOptions, after: bigint) {
    this.#options = options;
    this.#after = after;
  }

  async advance(newest: bigint): Promise<void> {
    const { stream, signal } = this.#options;
    // A table that was made anew counts from the beginning.
    if (newest < this.#after) this.#after = newest;
    if (newest === this.#after || this.#isReading || signal.aborted) return;
    if (stream.waitingBytes > WAITING_BYTES_MAX) return;
    this.#isReading = true;
    try {
      await this.#read(newest);
    } catch {
      // ClickHouse is away or busy: the same is asked again at the next look.
    } finally {
      this.#isReading = false;
    }
  }

  async #read(upTo: bigint): Promise<void> {
    const { kind, stream, metrics, limits, read, signal } = this.#options;
    const seconds = Math.min((performance.now() - this.#lastAtMs) / 1_000, BURST_SECONDS);
    const limit = Math.max(Math.floor(limits.tailRowsPerSecondMax * seconds), 1);
    const { rows, matched } = await read({ after: this.#after, upTo }, limit, signal);
    this.#after = upTo;
    this.#lastAtMs = performance.now();
    if (rows.length === 0) return;
    const dropped = matched - rows.length;
    if (dropped > 0) metrics.tailDroppedRows.inc(dropped);
    stream.send(kind, { [kind]: rows, dropped }, String(upTo));
  }
}
