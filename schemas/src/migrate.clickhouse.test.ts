/**
 * Goal: the tables come out as the golden file says, however often and by however many they are made.
 * Method: real databases; a migrator's death is a migration whose statement fails or a lock row nobody renews.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClickHouseClient } from "./client.ts";
import { MigrationError } from "./migration-error.ts";
import { migrate } from "./migrate.ts";
import { loadMigrations, migrationOf } from "./migrations.ts";
import { dumpTables } from "./testing/dump-tables.ts";
import { createTestDatabase, type TestDatabase } from "./testing/index.ts";

const open: TestDatabase[] = [];
async function freshDatabase(migrated: boolean): Promise<TestDatabase> {
  const database = await createTestDatabase({ migrate: migrated });
  open.push(database);
  return database;
}
afterAll(async () => {
  await Promise.all(open.map(async (database) => database.drop()));
});

async function rows<T>(database: TestDatabase, query: string): Promise<readonly T[]> {
  const result = await database.client.query({ query, format: "JSONEachRow" });
  return result.json<T>();
}

describe("the tables", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase(true);
  });

  test("are those of the golden file", async () => {
    await expect(await dumpTables(database)).toMatchFileSnapshot("testdata/tables.sql");
  });

  test("every table and every target of a view has a deduplication window and syncs its inserts", async () => {
    const tables = await rows<{ name: string; engine_full: string }>(
      database,
      "SELECT name, engine_full FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'",
    );
    expect(tables.length).toBe(16);
    for (const { name, engine_full } of tables) {
      expect(engine_full, name).toContain("non_replicated_deduplication_window = 10000");
      expect(engine_full, name).toContain("fsync_after_insert = 1");
      expect(engine_full, name).toContain("fsync_part_directory = 1");
      expect(engine_full, name).toMatch(/TTL .+toIntervalDay\(\d+\)/);
    }
  });
});

test("a second call does nothing and says so", async () => {
  const database = await freshDatabase(false);
  const first = await migrate(database.connection);
  expect(first.applied.map(({ version }) => version)).toEqual(
    loadMigrations().map(({ version }) => version),
  );
  const second = await migrate(database.connection);
  expect(second.applied).toEqual([]);
  expect(second.retentionChanged).toEqual([]);
  expect(second.version).toBe(first.version);
});

test("it makes the database itself", async () => {
  const database = await freshDatabase(false);
  await database.client.command({ query: `DROP DATABASE ${database.connection.database}` });
  await migrate(database.connection);
  const tables = await rows(database, "SHOW TABLES LIKE 'otel_logs'");
  expect(tables).toHaveLength(1);
});

test("of twenty at once one works, and all end with the same tables", async () => {
  const database = await freshDatabase(false);
  const reports = await Promise.all(
    Array.from({ length: 20 }, async () => migrate(database.connection)),
  );
  const working = reports.filter((report) => report.applied.length > 0);
  expect(working).toHaveLength(1);
  expect(working[0]!.applied).toHaveLength(loadMigrations().length);
  const events = await rows<{ events: string }>(
    database,
    `SELECT count() AS events FROM throughline.migrations WHERE TargetDatabase = '${database.connection.database}'`,
  );
  expect(Number(events[0]!.events)).toBe(2 * loadMigrations().length);
});

test("every migration may run again after it was cut off", async () => {
  const database = await freshDatabase(true);
  // As if each migrator had died before its last row.
  await database.client.command({
    query: `ALTER TABLE throughline.migrations DELETE WHERE TargetDatabase = '${database.connection.database}' AND Event = 'finished' SETTINGS mutations_sync = 2`,
  });
  const report = await migrate(database.connection);
  expect(report.applied).toHaveLength(loadMigrations().length);
});

test("a statement that fails stops there; the next call goes on from that migration", async () => {
  const database = await freshDatabase(false);
  const good = migrationOf(
    1,
    "good",
    "CREATE TABLE {{database}}.a (n UInt8) ENGINE = {{engine:MergeTree}} ORDER BY n",
  );
  const bad = migrationOf(
    2,
    "bad",
    "SELECT 1; CREATE TABLE {{database}}.a (n UInt8) ENGINE = Wrong",
  );
  const error = await migrate(database.connection, { migrations: [good, bad] }).catch(
    (failed: unknown) => failed,
  );
  expect(error).toBeInstanceOf(MigrationError);
  expect(error).toMatchObject({ code: "STATEMENT_FAILED" });
  expect(String(error)).toContain("statement 2 of bad");
  const fixed = migrationOf(2, "bad", "SELECT 1");
  const report = await migrate(database.connection, { migrations: [good, fixed] });
  expect(report.applied.map(({ name }) => name)).toEqual(["bad"]);
});

test("a schema newer than the release is refused and left alone", async () => {
  const database = await freshDatabase(true);
  const known = loadMigrations();
  await migrate(database.connection, {
    migrations: [...known, migrationOf(known.length + 1, "of_the_future", "SELECT 1")],
  });
  const error = await migrate(database.connection).catch((refused: unknown) => refused);
  expect(error).toMatchObject({ code: "SCHEMA_NEWER" });
  expect(String(error)).toContain("of_the_future");
});

describe("the lock", () => {
  async function hold(database: TestDatabase): Promise<void> {
    await migrate(database.connection, { migrations: [] });
    await database.client.command({
      query: `INSERT INTO throughline.migration_locks (TargetDatabase, Holder, Released) VALUES ('${database.connection.database}', 'somebody:1:ff', false)`,
    });
  }

  test("of a migrator that died is taken over after its lease", async () => {
    const database = await freshDatabase(false);
    await hold(database);
    const report = await migrate(database.connection, { lockLeaseMs: 1_500 });
    expect(report.applied.length).toBeGreaterThan(0);
    expect(report.waitedMs).toBeGreaterThan(500);
  });

  test("of a migrator that lives is waited for, and the wait has an end that names it", async () => {
    const database = await freshDatabase(false);
    await hold(database);
    const error = await migrate(database.connection, { lockTimeoutMs: 700 }).catch(
      (late: unknown) => late,
    );
    expect(error).toMatchObject({ code: "LOCK_TIMEOUT" });
    expect(String(error)).toContain("somebody:1:ff");
  });

  test("of one database does not hold up another", async () => {
    const held = await freshDatabase(false);
    await hold(held);
    const free = await freshDatabase(false);
    const report = await migrate(free.connection, { lockTimeoutMs: 5_000 });
    expect(report.applied.length).toBeGreaterThan(0);
  });
});

test("retention that was changed in the settings is changed in the tables", async () => {
  const database = await freshDatabase(true);
  const retentionDays = { logs: 3, traces: 5, metrics: 30, rollups: 90 };
  const report = await migrate(database.connection, { retentionDays });
  expect(report.retentionChanged).toEqual(
    expect.arrayContaining([
      { table: "otel_logs", fromDays: 30, toDays: 3, droppedRows: 0 },
      { table: "otel_traces", fromDays: 30, toDays: 5, droppedRows: 0 },
      { table: "otel_traces_trace_id_ts", fromDays: 38, toDays: 13, droppedRows: 0 },
    ]),
  );
  expect(report.retentionChanged).toHaveLength(4);
  expect((await migrate(database.connection, { retentionDays })).retentionChanged).toEqual([]);
});

test("a client names its purpose in the query log", async () => {
  const database = await freshDatabase(false);
  const client = createClickHouseClient(database.connection, "some purpose");
  await client.command({ query: "SELECT 'find me by purpose'" });
  await client.close();
  await database.client.command({ query: "SYSTEM FLUSH LOGS" });
  const [found] = await rows<{ agent: string }>(
    database,
    "SELECT http_user_agent AS agent FROM system.query_log WHERE query LIKE 'SELECT \\'find me by purpose%' LIMIT 1",
  );
  expect(found!.agent).toContain("throughline-some-purpose");
});
