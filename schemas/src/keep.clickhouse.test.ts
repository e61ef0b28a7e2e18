/**
 * Goal: what the settings say about keeping is what the tables keep, what goes is known before, and a full disk loses the
 * oldest days and nothing else. Method: rows of several days in real tables.
 */
import { afterAll, describe, expect, test } from "vitest";
import { keepDiskLimit, keepRetention, readKept } from "./keep.ts";
import { migrate } from "./migrate.ts";
import { readPartitions } from "./partitions.ts";
import { createTestDatabase, type TestDatabase } from "./testing/index.ts";
import { hexId, insertRows } from "./testing/records.ts";
import { count } from "./testing/records-of-a-day.ts";

const open: TestDatabase[] = [];
async function fresh(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  open.push(database);
  return database;
}
afterAll(async () => {
  await Promise.all(open.map(async (database) => database.drop()));
});

const RETENTION = { logs: 30, traces: 30, metrics: 30, rollups: 90 };
const DAY_MS = 86_400_000;

function day(daysAgo: number): string {
  return new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10);
}

/** One log and one span of noon, as many days ago. */
async function addDays(database: TestDatabase, daysAgo: readonly number[]): Promise<void> {
  for (const ago of daysAgo) {
    const Timestamp = `${day(ago)} 00:00:01`;
    const TraceId = hexId(ago + 1, 16);
    // oxlint-disable-next-line no-await-in-loop -- oldest first
    await insertRows(database.client, "otel_logs", [{ Timestamp, TraceId, Body: `day ${ago}` }]);
    // oxlint-disable-next-line no-await-in-loop -- oldest first
    await insertRows(database.client, "otel_traces", [
      { Timestamp, TraceId, SpanId: hexId(ago + 1, 8), SpanName: "GET /" },
    ]);
  }
}

async function daysOf(database: TestDatabase, table: string): Promise<readonly string[]> {
  const result = await database.client.query({
    query: `SELECT DISTINCT toString(toDate(${table.endsWith("_ts") ? "Start" : "Timestamp"})) AS day FROM ${table} ORDER BY day`,
    format: "JSONEachRow",
  });
  return (await result.json<{ day: string }>()).map((row) => row.day);
}

async function ttlOf(database: TestDatabase, name: string): Promise<string> {
  const result = await database.client.query({
    query: `SELECT extract(engine_full, 'TTL (.*?) SETTINGS') AS ttl FROM system.tables WHERE database = currentDatabase() AND name = '${name}'`,
    format: "JSONEachRow",
  });
  const [row] = await result.json<{ ttl: string }>();
  return row?.ttl ?? "";
}

describe("retention", () => {
  test("is told before it is applied: what would go, and that nothing went", async () => {
    const database = await fresh();
    await addDays(database, [9, 5, 1]);
    const retentionDays = { ...RETENTION, logs: 3, traces: 7 };
    const { tables } = await readKept(database.connection, { retentionDays });
    const logs = tables.find(({ table }) => table === "otel_logs");
    expect(logs).toMatchObject({ days: 30, wantedDays: 3, rows: 3 });
    expect(logs?.expired.map(({ partition, rows }) => [partition, rows])).toEqual([
      [day(9), 1],
      [day(5), 1],
    ]);
    expect(new Date((logs?.oldest ?? 0) * 1000).toISOString().slice(0, 10)).toBe(day(9));
    const windows = tables.find(({ table }) => table === "otel_traces_trace_id_ts");
    expect(windows).toMatchObject({ days: 38, wantedDays: 15, expired: [] });
    expect(await daysOf(database, "otel_logs")).toEqual([day(9), day(5), day(1)]);
  });

  test("is applied to tables with rows: what is past it goes at once, the windows of traces stay longer", async () => {
    const database = await fresh();
    await addDays(database, [9, 5, 1]);
    const retentionDays = { ...RETENTION, logs: 3, traces: 7 };
    const changes = await keepRetention(database.connection, { retentionDays });
    expect(changes).toEqual([
      { table: "otel_logs", fromDays: 30, toDays: 3, droppedRows: 2 },
      { table: "otel_traces", fromDays: 30, toDays: 7, droppedRows: 1 },
      { table: "otel_traces_exemplars", fromDays: 30, toDays: 7, droppedRows: 0 },
      { table: "otel_traces_trace_id_ts", fromDays: 38, toDays: 15, droppedRows: 0 },
    ]);
    expect(await daysOf(database, "otel_logs")).toEqual([day(1)]);
    expect(await daysOf(database, "otel_traces")).toEqual([day(5), day(1)]);
    expect(await daysOf(database, "otel_traces_trace_id_ts")).toEqual([day(9), day(5), day(1)]);
    expect(await ttlOf(database, "otel_logs")).toBe("toDateTime(Timestamp) + toIntervalDay(3)");
    expect(await keepRetention(database.connection, { retentionDays })).toEqual([]);
  });

  test("that becomes longer keeps the rows that are there as long", async () => {
    const database = await fresh();
    await addDays(database, [1]);
    await keepRetention(database.connection, { retentionDays: { ...RETENTION, logs: 60 } });
    const ends = async (): Promise<string> => {
      const result = await database.client.query({
        query:
          "SELECT toString(toDate(max(delete_ttl_info_max))) AS ends FROM system.parts WHERE active AND database = currentDatabase() AND table = 'otel_logs'",
        format: "JSONEachRow",
      });
      const [row] = await result.json<{ ends: string }>();
      return row?.ends ?? "";
    };
    await expect.poll(ends, { timeout: 20_000 }).toBe(day(-59));
  });

  test("may be another one for a single table, also for a database that is migrated for the first time", async () => {
    const database = await createTestDatabase({ migrate: false });
    open.push(database);
    const retentionDays = {
      ...RETENTION,
      tables: { otel_traces_red_1m: 400, otel_metrics_gauge: 2 },
    };
    await migrate(database.connection, { retentionDays });
    expect(await ttlOf(database, "otel_traces_red_1m")).toBe("Bucket + toIntervalDay(400)");
    expect(await ttlOf(database, "otel_metrics_gauge")).toBe(
      "toDateTime(TimeUnix) + toIntervalDay(2)",
    );
    expect(await ttlOf(database, "otel_logs_rate_1m")).toBe("Bucket + toIntervalDay(90)");
    const { tables } = await readKept(database.connection, { retentionDays });
    expect(tables.every(({ days, wantedDays }) => days === wantedDays)).toBe(true);
  });

  test("of the windows of traces is never shorter than that of the traces, and a table that is not there is refused", async () => {
    const database = await fresh();
    const refused = async (tables: Record<string, number>): Promise<unknown> =>
      keepRetention(database.connection, { retentionDays: { ...RETENTION, tables } }).catch(
        (error: unknown) => error,
      );
    expect(await refused({ otel_traces_trace_id_ts: 37 })).toMatchObject({ code: "BAD_OPTION" });
    expect(await refused({ otel_traces: 60, otel_traces_trace_id_ts: 67 })).toMatchObject({
      code: "BAD_OPTION",
    });
    expect(await refused({ otel_lgos: 3 })).toMatchObject({
      code: "BAD_OPTION",
      message: expect.stringContaining("no table otel_lgos"),
    });
    expect(await refused({ otel_traces: 60, otel_traces_trace_id_ts: 68 })).toHaveLength(3);
  });

  test("is that of our tables only, and of partitions whose times are known", async () => {
    const database = await fresh();
    const { client } = database;
    const own =
      "ENGINE = MergeTree ORDER BY At TTL toDateTime(At) + toIntervalDay(30) AS SELECT now() AS At";
    await client.command({ query: `CREATE TABLE otel_deploys ${own}` });
    await client.command({ query: "DROP TABLE otel_metrics_gauge" });
    await client.command({ query: `CREATE TABLE otel_metrics_gauge ${own}` });
    const retentionDays = { ...RETENTION, metrics: 60 };
    const { tables } = await readKept(database.connection, { retentionDays });
    expect(tables.filter(({ expired }) => expired.length > 0)).toEqual([]);
    const changes = await keepRetention(database.connection, { retentionDays });
    expect(changes.map(({ table }) => table)).not.toContain("otel_deploys");
    expect(changes).toContainEqual({
      table: "otel_metrics_gauge",
      fromDays: 30,
      toDays: 60,
      droppedRows: 0,
    });
    expect(await count(database, "otel_deploys")).toBe(1);
    expect(await count(database, "otel_metrics_gauge")).toBe(1);
    expect(await ttlOf(database, "otel_deploys")).toBe("toDateTime(At) + toIntervalDay(30)");
  });

  test("leaves a TTL alone that is no number of days: conditions, tiers, months", async () => {
    const database = await fresh();
    await addDays(database, [9]);
    const retentionDays = { ...RETENTION, logs: 4, tables: { otel_logs: 3 } };
    for (const elements of [
      "{at} + toIntervalDay(365) WHERE ServiceName = 'audit', {at} + toIntervalDay(30) WHERE ServiceName != 'audit'",
      "{at} + toIntervalDay(30) WHERE ServiceName != 'audit'",
      "{at} + toIntervalDay(7) RECOMPRESS CODEC(ZSTD(9)), {at} + toIntervalDay(30)",
      "{at} + toIntervalDay(30), {at} + toIntervalDay(7) RECOMPRESS CODEC(ZSTD(9))",
      "{at} + toIntervalMonth(1) RECOMPRESS CODEC(ZSTD(9)), {at} + toIntervalDay(30)",
      "{at} + toIntervalMonth(3) + toIntervalDay(1)",
    ]) {
      const ttl = elements.replaceAll("{at}", "toDateTime(Timestamp)");
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await database.client.command({ query: `ALTER TABLE otel_logs MODIFY TTL ${ttl}` });
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const written = await ttlOf(database, "otel_logs");
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await keepRetention(database.connection, { retentionDays }), ttl).toEqual([]);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await ttlOf(database, "otel_logs")).toBe(written);
    }
    expect(await daysOf(database, "otel_logs")).toEqual([day(9)]);
    const { tables } = await readKept(database.connection, { retentionDays });
    expect(tables.map(({ table }) => table)).not.toContain("otel_logs");
  });

  test("decides about every table that a migrated database has", async () => {
    const database = await fresh();
    const result = await database.client.query({
      query:
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' ORDER BY name",
      format: "JSONEachRow",
    });
    const names = (await result.json<{ name: string }>()).map(({ name }) => name);
    const { tables } = await readKept(database.connection);
    expect(tables.map(({ table }) => table)).toEqual(names);
  });
});

test("partitions tell their times as numbers", async () => {
  const database = await fresh();
  const own = "ENGINE = MergeTree ORDER BY At AS SELECT now() AS At";
  await database.client.command({ query: `CREATE TABLE otel_deploys ${own}` });
  await addDays(database, [1]);
  const partitions = await readPartitions(database.client, database.connection.database);
  const of = (name: string): unknown => partitions.find(({ table }) => table === name);
  const begins = Date.parse(day(1)) / 1000;
  expect(of("otel_deploys")).toMatchObject({ begins: 0, ends: 0, rows: 1 });
  expect(of("otel_logs")).toMatchObject({ begins, ends: begins + 86_400, newest: begins + 1 });
  expect(of("otel_traces_trace_id_ts")).toMatchObject({ ends: expect.any(Number) });
  expect(of("otel_traces_red_1m")).toMatchObject({ ends: expect.any(Number) });
});

describe("a limit of the disk", () => {
  test("drops the oldest days of all tables, tells of each, and remembers that it did", async () => {
    const database = await fresh();
    await addDays(database, [9, 5, 1, 0]);
    const { disk } = await readKept(database.connection, { diskMaxBytes: 1 });
    const planned = disk?.drops.map(({ table, partition }) => `${table} ${partition}`) ?? [];
    // Weeks and months that end meanwhile go, too, depending on today's date.
    expect(planned.filter((name) => /^otel_(logs|traces) /.test(name))).toEqual(
      [9, 5, 1].flatMap((ago) => [`otel_logs ${day(ago)}`, `otel_traces ${day(ago)}`]),
    );
    const told: string[] = [];
    await keepDiskLimit(database.connection, {
      bytesMax: 1,
      onDrop: ({ table, partition }) => told.push(`${table} ${partition}`),
    });
    expect(told).toEqual(planned);
    expect(await daysOf(database, "otel_logs")).toEqual([day(0)]);
    expect(await daysOf(database, "otel_traces")).toEqual([day(0)]);
    const { droppedByDisk } = await readKept(database.connection);
    expect(droppedByDisk).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ table: "otel_logs", rows: 3, partitions: 3 }),
        expect.objectContaining({ table: "otel_traces", rows: 3, partitions: 3 }),
      ]),
    );
  });

  test("that holds changes nothing", async () => {
    const database = await fresh();
    await addDays(database, [5, 0]);
    const plan = await keepDiskLimit(database.connection, { bytesMax: 1e12 });
    expect(plan).toMatchObject({ drops: [], bytesOver: 0 });
    expect(plan.bytes).toBeGreaterThan(0);
    expect(await daysOf(database, "otel_logs")).toEqual([day(5), day(0)]);
  });
});
