import { migrate, type ClickHouseConnection, type MigrationReport } from "@throughline/schemas";
import type { Logger } from "pino";
import { setTimeout as sleep } from "node:timers/promises";
import { migrateOptions } from "../roles/migrate-options.ts";
import type { Settings } from "../settings/schema.ts";
import { backoffMs } from "./backoff.ts";

export interface MigrateUntilDoneOptions {
  readonly connection: ClickHouseConnection;
  readonly settings: Settings;
  readonly logger: Logger;
  /** Ends the waiting: rejects with the signal's reason. */
  readonly signal: AbortSignal;
  readonly onWaiting: (reason: string) => void;
}

/**
 * Migrates as soon as ClickHouse lets it. A server that is away, starting, or refuses the password may do better later,
 * and until then the collector keeps what arrives; so this does not give up.
 */
export async function migrateUntilDone(options: MigrateUntilDoneOptions): Promise<MigrationReport> {
  const { connection, settings, logger, signal, onWaiting } = options;
  let said: string | undefined;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      // oxlint-disable-next-line no-await-in-loop -- attempts follow each other
      const report = await migrate(connection, migrateOptions(settings));
      logger.info({ report }, "tables are up to date");
      return report;
    } catch (error) {
      const reason = describeFailure(error);
      logger.info({ err: error, attempt }, "ClickHouse cannot be used yet");
      if (reason !== said) {
        onWaiting(reason);
        said = reason;
      }
      // oxlint-disable-next-line no-await-in-loop -- attempts follow each other
      await sleep(backoffMs(attempt), undefined, { signal });
    }
  }
}

/** Node's connection errors to several addresses at once have an empty message and hold the real ones. */
function describeFailure(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") {
    return error.errors.map((inner) => describeFailure(inner)).join("; ");
  }
  return error instanceof Error ? error.message : String(error);
}
