/**
 * Decides what to do with a segment in doubt:
 *
 *   its rows are in the table       it is stored; its views are completed where they miss it
 *   they are not                    it is inserted; under a token of its own where the server has started since the segment
 *                                   was made, because the server may remember the old one without the rows
 *   ClickHouse refuses to say       after some tries it is inserted under its token, which was all there is without asking;
 *                                   where only the views cannot be compared, it counts as stored, and the log says so
 *   views lack something else       tried again until other collectors are done with the segment's time; then the views are
 *                                   given the segment where it fits into what they lack
 */
import { ClickHouseError } from "@clickhouse/client";
import type { ClickHouseClient } from "@clickhouse/client";
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import type { SealedSegment } from "../contract.ts";
import { segmentAgeMs, segmentUnixMs } from "../segment-time.ts";
import { completeViews } from "./complete-views.ts";
import { PARTS_MAX } from "./find-missing.ts";
import { isStored } from "./find-stored.ts";
import { SharedLock } from "./shared-lock.ts";

export interface SettleOptions {
  readonly client: ClickHouseClient;
  readonly database: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type Settled =
  | { readonly kind: "stored" }
  | { readonly kind: "not_stored"; readonly token: string };

export interface Doubt {
  /** When the server started, in seconds since 1970. */
  readonly serverStart: number;
  /** Whether only a life of the server that has ended can have got the segment before. */
  readonly isOfEarlierLife: boolean;
  /** How long this process has had the segment. */
  readonly heldMs: number;
  /** How often this was tried before. */
  readonly tries: number;
  /** What else of the table and day is or may be in doubt; asked while no INSERT runs. */
  readonly others: () => readonly SealedSegment[];
  /** Whether all segments in doubt are known: those of an earlier process are read one after the other. */
  readonly recovered: () => boolean;
  readonly signal: AbortSignal;
}

const TRIES_MAX = 5;
/** After this no other collector stores rows of the same minutes, but for late ones. */
const OTHERS_DONE_MS = 180_000;

export class SettleSegments {
  readonly #options: SettleOptions;
  readonly #lock = new SharedLock();

  constructor(options: SettleOptions) {
    this.#options = options;
  }

  /** Runs an INSERT while no views are being completed. */
  besideOthers<T>(insert: () => Promise<T>): Promise<T> {
    return this.#lock.share(insert);
  }

  /** @throws when the answer is not known now: to be tried again later */
  async settle(segment: SealedSegment, doubt: Doubt): Promise<Settled> {
    const { client, clock, database, logger } = this.#options;
    const place = { segment: segment.id, table: segment.table, rows: segment.rows };
    const { serverStart, signal } = doubt;
    const question = { client, database, signal };
    const givesUp = (error: unknown) =>
      error instanceof ClickHouseError && doubt.tries >= TRIES_MAX;
    let stored = false;
    try {
      stored = await isStored(segment, question);
    } catch (error) {
      if (!givesUp(error)) throw error;
      logger.warn({ ...place, err: error }, "ClickHouse does not say whether it has a segment");
      return { kind: "not_stored", token: segment.deduplicationToken };
    }
    if (!stored) return { kind: "not_stored", token: tokenIn(segment, doubt) };
    const tried = doubt.tries >= TRIES_MAX && doubt.recovered();
    const ageMs = segmentAgeMs(segment.id, { unixMs: clock.unixMs(), heldMs: doubt.heldMs });
    const guess = tried && ageMs >= OTHERS_DONE_MS;
    try {
      const views = await this.#lock.holdAlone(() =>
        completeViews(segment, {
          ...question,
          serverStart,
          others: nearest(segment, doubt.others()),
          guess,
        }),
      );
      logger.info({ ...place, views }, "a segment in doubt was found in its table");
    } catch (error) {
      // Its rows are there: sending them again would double them, and that is worse than a view without them.
      if (!givesUp(error)) throw error;
      logger.error({ ...place, err: error }, "views of a stored segment could not be checked");
    }
    return { kind: "stored" };
  }
}

/** The same for every try within one life of the server, so that a repetition is still recognized. */
function tokenIn(
  { deduplicationToken: token }: SealedSegment,
  { isOfEarlierLife, serverStart }: Doubt,
): string {
  return isOfEarlierLife ? `${token}/${serverStart}` : token;
}

/** As many as can be weighed against each other, the nearest in age: of others there is rarely more than one. */
function nearest(segment: SealedSegment, others: readonly SealedSegment[]) {
  const age = segmentUnixMs(segment.id);
  const distance = (other: SealedSegment) => Math.abs(segmentUnixMs(other.id) - age);
  return others.toSorted((a, b) => distance(a) - distance(b)).slice(0, PARTS_MAX - 1);
}
