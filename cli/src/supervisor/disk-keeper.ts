/** Keeps the tables within the disk that they may take, for as long as the product runs. */
import { setTimeout as sleep } from "node:timers/promises";
import { keepDiskLimit, type ClickHouseConnection } from "@throughline/schemas";
import type { Logger } from "pino";
import { rootReason } from "./migrate-until-done.ts";

export interface DiskKeeperOptions {
  readonly connection: ClickHouseConnection;
  /** Of all tables, on this ClickHouse's disk. */
  readonly bytesMax: number;
  readonly logger: Logger;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Between two looks; default a minute. */
  readonly intervalMs?: number;
}

const INTERVAL_MS = 60_000;

/**
 * Looks at once and then every `intervalMs`; each partition that goes is a warning in the log and a row of
 * `throughline.dropped_partitions`. A ClickHouse that is away is asked again at the next look.
 * @returns when the signal ends it; never rejects
 */
export async function keepDisk(options: DiskKeeperOptions): Promise<void> {
  const { signal, intervalMs = INTERVAL_MS } = options;
  let said = "";
  while (!signal.aborted) {
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    said = await look(options, said);
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}

/** @returns what it complained of, so that the same is not said every minute */
async function look(
  { connection, bytesMax, logger, signal }: DiskKeeperOptions,
  said: string,
): Promise<string> {
  const complain = (complaint: string): string => {
    if (complaint !== said) logger.warn(complaint);
    return complaint;
  };
  try {
    const plan = await keepDiskLimit(connection, {
      bytesMax,
      onDrop: ({ table, partition, rows, bytes }) =>
        logger.warn(
          { table, partition, rows, bytes },
          `the disk's limit is reached: dropped ${table} of ${partition}, ${rows} rows`,
        ),
    });
    if (plan.bytesOver === 0) return "";
    return complain(
      `the tables are over the disk's limit (THROUGHLINE_DISK_MAX_BYTES) and nothing may go: today and the newest partition of each table are kept`,
    );
  } catch (error) {
    if (signal.aborted) return said;
    return complain(`the disk's limit could not be kept: ${rootReason(error)}`);
  }
}
