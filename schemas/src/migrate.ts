import type { ClickHouseClient } from "@clickhouse/client";
import { createClickHouseClient } from "./client.ts";
import type { ClickHouseConnection } from "./connection.ts";
import { MigrationError } from "./migration-error.ts";
import { acquireMigrationLock } from "./migration-lock.ts";
import { loadMigrations, loadSql, type Migration } from "./migrations.ts";
import { applyProfile, type ProfileReport } from "./profile.ts";
import { applyRetention, type RetentionChange } from "./retention.ts";
import type { SchemaProfile } from "./schema-profiles.ts";
import { splitStatements } from "./split-statements.ts";
import { renderTemplate, type RetentionDays, type TemplateValues } from "./template.ts";

export interface MigrateOptions {
  readonly retentionDays: RetentionDays;
  /** Codecs and indexes of the large tables; default `search`. */
  readonly profile: SchemaProfile;
  /** Changes the profile of tables that have rows, too; default false: the report says what it would cost. */
  readonly switchProfile: boolean;
  /** A cluster of the server's configuration; default undefined: one server. */
  readonly cluster: string | undefined;
  /** Replicated engines; default false. */
  readonly replicated: boolean;
  /** Holds what has run and who is at it; default `throughline`. */
  readonly metadataDatabase: string;
  /** How long to wait for another migrator; default 120 000. */
  readonly lockTimeoutMs: number;
  /** How long a migrator that died keeps the lock; default 30 000. */
  readonly lockLeaseMs: number;
  /** Default: those of this release. */
  readonly migrations: readonly Migration[];
}

export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly statements: number;
  readonly elapsedMs: number;
}

/** What one call did. */
export interface MigrationReport {
  readonly database: string;
  /** Of the schema now. */
  readonly version: number;
  /** Those that ran now, in order; empty when everything had run. */
  readonly applied: readonly AppliedMigration[];
  readonly retentionChanged: readonly RetentionChange[];
  readonly profile: ProfileReport;
  /** For other migrators. */
  readonly waitedMs: number;
}

export const DEFAULT_RETENTION_DAYS: RetentionDays = {
  logs: 30,
  traces: 30,
  metrics: 30,
  rollups: 90,
};

/** An index that is built over old rows takes half a second of a core for each million of them, and the statement waits. */
const STATEMENT_TIMEOUT_MS = 3_600_000;

/**
 * Brings the tables of `connection.database` up to this release; does nothing where they are. Any number of
 * processes may call it at once: one works, the others wait and then find everything done.
 * @throws MigrationError with a stable code; calling again continues where it stopped
 */
export async function migrate(
  connection: ClickHouseConnection,
  options: Partial<MigrateOptions> = {},
): Promise<MigrationReport> {
  const settings = withDefaults(options);
  const values: TemplateValues = { ...settings, database: connection.database };
  // The database does not exist yet, perhaps; `default` always does.
  const client = createClickHouseClient({ ...connection, database: "default" }, "migrate", {
    requestTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  const context: Context = { client, settings, values, database: connection.database };
  try {
    await runStatements(context, loadSql("metadata"), "metadata");
    // Where nothing is to do nobody needs to wait.
    if (await isUpToDate(context)) return await report(context, { applied: [], waitedMs: 0 });
    return await migrateLocked(context);
  } finally {
    await client.close();
  }
}

interface Context {
  readonly client: ClickHouseClient;
  readonly settings: MigrateOptions;
  readonly values: TemplateValues;
  readonly database: string;
}

function withDefaults(options: Partial<MigrateOptions>): MigrateOptions {
  return {
    retentionDays: DEFAULT_RETENTION_DAYS,
    profile: "search",
    switchProfile: false,
    cluster: undefined,
    replicated: false,
    metadataDatabase: "throughline",
    lockTimeoutMs: 120_000,
    lockLeaseMs: 30_000,
    migrations: options.migrations ?? loadMigrations(),
    ...options,
  };
}

async function isUpToDate(context: Context): Promise<boolean> {
  const { migrations } = context.settings;
  return pendingMigrations(await appliedMigrations(context), migrations).length === 0;
}

async function migrateLocked(context: Context): Promise<MigrationReport> {
  const { client, settings, values, database } = context;
  const startedAt = performance.now();
  const lockOptions = {
    metadataDatabase: settings.metadataDatabase,
    database,
    holdersSql: renderTemplate(loadSql("lock_holders"), values),
    leaseMs: settings.lockLeaseMs,
    timeoutMs: settings.lockTimeoutMs,
  };
  const lock = await acquireMigrationLock(client, lockOptions, async () => isUpToDate(context));
  if (!lock) return report(context, { applied: [], waitedMs: performance.now() - startedAt });
  try {
    const pending = pendingMigrations(await appliedMigrations(context), settings.migrations);
    const applied: AppliedMigration[] = [];
    for (const migration of pending) {
      applied.push(await applyMigration(context, migration, lock.holder));
    }
    return await report(context, { applied, waitedMs: lock.waitedMs });
  } finally {
    await lock.release();
  }
}

async function report(
  context: Context,
  done: Pick<MigrationReport, "applied" | "waitedMs">,
): Promise<MigrationReport> {
  const { client, values, database, settings } = context;
  return {
    ...done,
    database,
    version: settings.migrations.at(-1)?.version ?? 0,
    retentionChanged: await applyRetention(client, values),
    profile: await applyProfile(client, values, {
      ...settings,
      hasMigrated: done.applied.length > 0,
    }),
  };
}

/**
 * Pure: which migrations have not run yet.
 * @throws MigrationError SCHEMA_NEWER or MIGRATION_CHANGED
 */
export function pendingMigrations(
  applied: readonly Pick<Migration, "version" | "name" | "checksum">[],
  known: readonly Migration[],
): readonly Migration[] {
  const newest = known.at(-1)?.version ?? 0;
  const byVersion = new Map(known.map((migration) => [migration.version, migration]));
  for (const { version, name, checksum } of applied) {
    const migration = byVersion.get(version);
    if (!migration) {
      throw new MigrationError(
        "SCHEMA_NEWER",
        `the tables are at version ${version} (${name}) and this release knows ${newest}: run the newer release`,
      );
    }
    if (migration.checksum !== checksum && !migration.earlierChecksums.includes(checksum)) {
      throw new MigrationError(
        "MIGRATION_CHANGED",
        `migration ${version} (${name}) is not the one that ran here: add a new migration instead of changing one`,
      );
    }
  }
  const versions = new Set(applied.map(({ version }) => version));
  return known.filter(({ version }) => !versions.has(version));
}

async function appliedMigrations(
  context: Context,
): Promise<readonly Pick<Migration, "version" | "name" | "checksum">[]> {
  const result = await context.client.query({
    query: renderTemplate(loadSql("applied_migrations"), context.values),
    query_params: { database: context.database },
    format: "JSONEachRow",
  });
  return result.json<Pick<Migration, "version" | "name" | "checksum">>();
}

async function applyMigration(
  context: Context,
  migration: Migration,
  holder: string,
): Promise<AppliedMigration> {
  const startedAt = performance.now();
  await recordEvent(context, migration, { event: "started", holder });
  const statements = await runStatements(context, migration.sql, migration.name);
  await recordEvent(context, migration, { event: "finished", holder });
  const { version, name } = migration;
  return { version, name, statements, elapsedMs: performance.now() - startedAt };
}

async function recordEvent(
  context: Context,
  migration: Migration,
  row: { readonly event: "started" | "finished"; readonly holder: string },
): Promise<void> {
  const { version, name, checksum } = migration;
  await context.client.insert({
    table: `${context.settings.metadataDatabase}.migrations`,
    columns: ["TargetDatabase", "Version", "Name", "Checksum", "Event", "Holder"],
    values: [[context.database, version, name, checksum, row.event, row.holder]],
    format: "JSONCompactEachRow",
    clickhouse_settings: { async_insert: 0 },
  });
}

/** @returns how many statements ran */
async function runStatements(context: Context, sql: string, name: string): Promise<number> {
  const statements = splitStatements(renderTemplate(sql, context.values));
  for (const [index, query] of statements.entries()) {
    try {
      await context.client.command({ query });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new MigrationError(
        "STATEMENT_FAILED",
        `statement ${index + 1} of ${name} failed: ${reason}\n${query.slice(0, 200)}`,
        cause,
      );
    }
  }
  return statements.length;
}
