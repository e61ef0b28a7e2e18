/**
 * One live tail: whenever the table has come further, what was stored since and meets the conditions. Its place is the number of the
 * INSERT it has reached, so a row that arrives late is shown when it arrives, and every row once.
 */
import { QueryError, toProblem } from "../problem/query-error.ts";
import { isLimit } from "../search/deadline.ts";
import type { Searcher } from "../search/searcher.ts";
import type { QueryMetrics } from "../telemetry/metrics.ts";
import type { Problem } from "../wire.ts";
import type { EventStream } from "./event-stream.ts";
import { RowBudget } from "./row-budget.ts";
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
/** Of the rows of one event; `throughline tail` takes 64 MiB. */
const EVENT_CHARACTERS_MAX = 8 * 1024 ** 2;

/** Settles when the tail has ended. Never rejects. */
export function runTail(options: TailOptions, after: bigint): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  // So that a client that loses its connection before the first row goes on from here, too.
  options.stream.send("start", {}, String(after));
  const tail = new Tail(options, after);
  const stop = options.watermark.listen({
    advance: (newest) => void tail.advance(newest),
    fail: (error) => tail.fail(error),
  });
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
  /** The problem that the client was told of and that has not passed. */
  #problem: string | undefined;
  readonly #budget: RowBudget;

  constructor(options: TailOptions, after: bigint) {
    this.#options = options;
    this.#budget = new RowBudget(options.limits.tailRowsPerSecondMax, performance.now());
    this.#after = after;
  }

  async advance(newest: bigint): Promise<void> {
    const { stream, signal } = this.#options;
    // A table that was made anew counts from the beginning.
    if (newest < this.#after) this.#after = newest;
    if (this.#isReading || signal.aborted) return;
    if (newest === this.#after) {
      this.#recover();
      return;
    }
    if (stream.waitingBytes > WAITING_BYTES_MAX) return;
    this.#isReading = true;
    try {
      await this.#read(newest);
    } catch (error) {
      if (isLimit(error)) this.#leaveBehind(newest, error);
      else this.fail(error);
    } finally {
      this.#isReading = false;
    }
  }

  /** Says so, once; the same is asked again at the next look. */
  fail(error: unknown): void {
    const { signal, stream } = this.#options;
    const problem = problemOf(error);
    if (signal.aborted || problem.code === this.#problem) return;
    this.#problem = problem.code;
    stream.send("problem", problem, String(this.#after));
  }

  /** Asked again it would cost as much again, for ever. The id lies behind it, so that nobody comes back to it. */
  #leaveBehind(upTo: bigint, error: unknown): void {
    const { signal, stream } = this.#options;
    if (signal.aborted) return;
    this.#after = upTo;
    const problem = problemOf(error);
    stream.send(
      "problem",
      {
        ...problem,
        detail: `${problem.detail} The tail goes on without what was stored until now.`,
      },
      String(upTo),
    );
  }

  /** Nothing may come for long: that the tail listens again is said by itself. */
  #recover(): void {
    if (this.#problem === undefined) return;
    this.#problem = undefined;
    this.#options.stream.send("start", {}, String(this.#after));
  }

  async #read(upTo: bigint): Promise<void> {
    const { kind, stream, metrics, read, signal } = this.#options;
    const limit = this.#budget.available(performance.now());
    const { rows: found, matched } = await read({ after: this.#after, upTo }, limit, signal);
    this.#recover();
    this.#after = upTo;
    this.#budget.spend(found.length);
    if (found.length === 0) return;
    const rows = newestWithin(found, EVENT_CHARACTERS_MAX);
    const dropped = matched - rows.length;
    if (dropped > 0) metrics.tailDroppedRows.inc(dropped);
    stream.send(kind, { [kind]: rows, dropped }, String(upTo));
  }
}

/** The last of the rows that have room together. */
function newestWithin(rows: readonly object[], charactersMax: number): readonly object[] {
  let characters = 0;
  let first = rows.length;
  while (first > 0) {
    characters += JSON.stringify(rows[first - 1]).length;
    if (characters > charactersMax) break;
    first -= 1;
  }
  return rows.slice(first);
}

function problemOf(error: unknown): Problem {
  return error instanceof QueryError
    ? toProblem(error.code, error.message)
    : toProblem("internal", "A fault in the query service ended one look; the tail goes on.");
}
