import { setTimeout as sleep } from "node:timers/promises";
import {
  migrate,
  MigrationError,
  type ClickHouseConnection,
  type MigrationErrorCode,
  type MigrationReport,
} from "@throughline/schemas";
import type { Logger } from "pino";
import { migrateOptions } from "../roles/migrate-options.ts";
import type { Settings } from "../settings/schema.ts";
import { backoffMs } from "./backoff.ts";

export interface MigrateUntilDoneOptions {
  readonly connection: ClickHouseConnection;
  readonly settings: Settings;
  readonly logger: Logger;
  /** Infinity for a server of one's own: it may come back any time. */
  readonly attemptsMax: number;
  /** Ends the waiting: rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Called once per different reason. */
  readonly onWaiting: (reason: string) => void;
}

/** Failures that waiting does not mend. */
const FINAL: ReadonlySet<MigrationErrorCode> = new Set([
  "SCHEMA_NEWER",
  "MIGRATION_CHANGED",
  "BAD_TEMPLATE",
  "BAD_OPTION",
]);

/**
 * Migrates as soon as ClickHouse lets it. A server that is away, starting, or refuses the password may do better later,
 * and until then the collector keeps what arrives.
 * @throws MigrationError when waiting does not help, or after the last attempt
 */
export async function migrateUntilDone(options: MigrateUntilDoneOptions): Promise<MigrationReport> {
  const { connection, settings, logger, attemptsMax, signal, onWaiting } = options;
  let said: string | undefined;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      // oxlint-disable-next-line no-await-in-loop -- attempts follow each other
      const report = await migrate(connection, migrateOptions(settings));
      logger.info({ report }, "tables are up to date");
      if (report.profile.kind === "pending") {
        const { from, to } = report.profile;
        logger.warn(
          `the settings ask for the schema profile ${to} and the tables have ${from}: \`throughline migrate --switch-profile\` says what it costs and does it`,
        );
      }
      return report;
    } catch (error) {
      // Stopped meanwhile: that ClickHouse went away is no news then.
      signal.throwIfAborted();
      const final = error instanceof MigrationError && FINAL.has(error.code);
      if (final || attempt >= attemptsMax) {
        throw error;
      }
      logger.info({ err: error, attempt }, "ClickHouse cannot be used yet");
      const reason = rootReason(error);
      if (reason !== said) {
        onWaiting(reason);
        said = reason;
      }
      // oxlint-disable-next-line no-await-in-loop -- attempts follow each other
      await sleep(backoffMs(attempt), undefined, { signal });
    }
  }
}

/** The message of the innermost cause. Connection errors to several addresses at once hold one each and say nothing themselves. */
export function rootReason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map((inner) => rootReason(inner)))].join("; ");
  }
  if (error instanceof Error) {
    return error.cause instanceof Error ? rootReason(error.cause) : error.message.trim();
  }
  return String(error);
}
