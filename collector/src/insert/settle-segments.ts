/**
 * Decides what to do with a segment in doubt:
 *
 *   its rows are in the table       it is stored; its views are completed where they miss it
 *   they are not                    it is inserted; under a token of its own where the server has started since the segment
 *                                   was made, because the server may remember the old one without the rows
 *   ClickHouse refuses to say       after some tries it is inserted under its token, which was all there is without asking;
 *                                   where only the views cannot be compared, it counts as stored, and the log says so
 */
import { ClickHouseError } from "@clickhouse/client";
import type { ClickHouseClient } from "@clickhouse/client";
import type { Logger } from "pino";
import type { SealedSegment } from "../contract.ts";
import { completeViews } from "./complete-views.ts";
import { isStored } from "./find-stored.ts";
import { SharedLock } from "./shared-lock.ts";

export interface SettleOptions {
  readonly client: ClickHouseClient;
  readonly database: string;
  readonly logger: Logger;
}

export type Settled =
  | { readonly kind: "stored" }
  | { readonly kind: "not_stored"; readonly token: string };

export interface Doubt {
  /** When the server started, in seconds since 1970. */
  readonly serverStart: number;
  /** How often this was tried before. */
  readonly tries: number;
  readonly signal: AbortSignal;
}

const TRIES_MAX = 5;

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
    const { client, database, logger } = this.#options;
    const place = { segment: segment.id, table: segment.table, rows: segment.rows };
    const question = { client, database, signal: doubt.signal };
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
    if (!stored) return { kind: "not_stored", token: tokenIn(segment, doubt.serverStart) };
    try {
      const views = await this.#lock.holdAlone(() => completeViews(segment, question));
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
function tokenIn(segment: SealedSegment, serverStart: number): string {
  const createdSeconds = Number(BigInt(`0x${segment.id.slice(0, 16)}`) / 1_000_000n);
  const token = segment.deduplicationToken;
  return createdSeconds <= serverStart ? `${token}/${serverStart}` : token;
}
