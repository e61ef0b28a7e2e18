/**
 * Goal: whoever upgrades from any earlier release has the tables of a fresh install, and all rows, found by every index.
 * Method: for each version a database that stopped there, rows as a collector of that time wrote them, then the rest; two such of the
 * profile throughput, whose tables lack some indexes.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate } from "./migrate.ts";
import { loadMigrations } from "./migrations.ts";
import { dumpTables } from "./testing/dump-tables.ts";
import { createTestDatabase, type TestDatabase } from "./testing/index.ts";
import { addRecords, count, rowsOf, today, yesterday } from "./testing/records-of-a-day.ts";

const migrations = loadMigrations();
const newest = migrations.length;

const open: TestDatabase[] = [];
let asNew: string;
beforeAll(async () => {
  const database = await createTestDatabase();
  open.push(database);
  asNew = await dumpTables(database);
});
afterAll(async () => {
  await Promise.all(open.map(async (database) => database.drop()));
});

/** Every way in which an index is asked; each finds one row a day. */
const QUESTIONS = [
  "otel_logs WHERE hasAllTokens(lower(Body), 'disk')",
  "otel_logs WHERE has(LogAttributeItems, 'user.id=42')",
  "otel_logs WHERE has(ResourceAttributeItems, 'service.name=shop')",
  "otel_logs WHERE has(mapKeys(LogAttributes), 'user.id')",
  "otel_logs WHERE TraceId IN ('00000000000000000000000000000001', '00000000000000000000000000000002')",
  "otel_logs WHERE SpanId IN ('0000000000000001', '0000000000000002')",
];
const SPAN_QUESTIONS = [
  "otel_traces WHERE has(SpanAttributeItems, 'user.id=42')",
  "otel_traces WHERE has(ResourceAttributeItems, 'service.name=shop')",
  "otel_traces WHERE SpanId IN ('0000000000000001', '0000000000000002')",
  "otel_traces WHERE TraceId IN ('00000000000000000000000000000001', '00000000000000000000000000000002')",
];
/** What views fill, and since which version they have done so. */
const VIEWS = [
  { since: 3, sums: "SELECT uniqExact(TraceId) AS n FROM otel_traces_trace_id_ts" },
  { since: 5, sums: "SELECT sum(Requests) AS n FROM otel_traces_red_1m" },
  { since: 6, sums: "SELECT sum(Count) AS n FROM otel_logs_rate_1m" },
];

describe.each(migrations.map(({ version, name }) => ({ version, name })))(
  "from version $version ($name)",
  ({ version }) => {
    test("everything is there, found and as new", async () => {
      const database = await createTestDatabase({
        migrateOptions: { migrations: migrations.slice(0, version) },
      });
      open.push(database);
      await addRecords(database, { version, day: yesterday, seed: 1 });
      const report = await migrate(database.connection);
      expect(report.applied.map((applied) => applied.version)).toEqual(
        migrations.slice(version).map((migration) => migration.version),
      );
      expect(await dumpTables(database)).toBe(asNew);
      await expect
        .poll(
          () =>
            count(database, "system.mutations WHERE database = currentDatabase() AND NOT is_done"),
          {
            timeout: 30_000,
          },
        )
        .toBe(0);
      await addRecords(database, { version: newest, day: today, seed: 2 });
      for (const question of QUESTIONS) expect(await count(database, question), question).toBe(2);
      for (const question of SPAN_QUESTIONS) {
        expect(await count(database, question), question).toBe(version >= 2 ? 2 : 1);
      }
      for (const { since, sums } of VIEWS) {
        const [row] = await rowsOf<{ n: string }>(database, sums);
        expect(Number(row?.n), sums).toBe(version >= since ? 2 : 1);
      }
      expect(await count(database, "otel_metrics_gauge")).toBe(version >= 4 ? 2 : 1);
    });
  },
);

test("with the profile throughput, too, the tables are those of a fresh install", async () => {
  const profile = "throughput";
  const databases = await Promise.all(
    [newest, 2, 8].map(async (version) =>
      createTestDatabase({ migrateOptions: { migrations: migrations.slice(0, version), profile } }),
    ),
  );
  open.push(...databases);
  const [fresh, ...older] = await Promise.all(
    databases.map(async (database, i) => {
      if (i > 0) await addRecords(database, { version: 2, day: yesterday, seed: 1 });
      await migrate(database.connection, { profile });
      return dumpTables(database);
    }),
  );
  expect(older).toEqual([fresh, fresh]);
});
