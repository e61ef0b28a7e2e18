/**
 * Goal: a profile is chosen with the first start, changed only when it was asked for, and the way back leads to the same
 * tables. Method: real databases, the definitions compared with golden files and with each other.
 */
import { afterAll, expect, test } from "vitest";
import { migrate } from "./migrate.ts";
import { createTestDatabase, type TestDatabase } from "./testing/index.ts";
import { dumpTables } from "./testing/dump-tables.ts";
import { insertRows } from "./testing/records.ts";

const open: TestDatabase[] = [];
async function fresh(migrated: boolean): Promise<TestDatabase> {
  const database = await createTestDatabase({ migrate: migrated });
  open.push(database);
  return database;
}
afterAll(async () => {
  await Promise.all(open.map(async (database) => database.drop()));
});

const now = new Date().toISOString().slice(0, 19).replace("T", " ");

async function addRows(database: TestDatabase): Promise<void> {
  await insertRows(database.client, "otel_logs", [
    { Timestamp: now, Body: "the Disk is full", LogAttributes: { "user.id": "42" } },
  ]);
  await insertRows(database.client, "otel_traces", [
    { Timestamp: now, SpanName: "GET /", SpanAttributes: { "user.id": "42" } },
  ]);
}

async function find(database: TestDatabase): Promise<readonly string[]> {
  const result = await database.client.query({
    query: `SELECT 'body' AS found FROM otel_logs WHERE hasAllTokens(lower(Body), 'disk')
      UNION ALL SELECT 'log attribute' FROM otel_logs WHERE has(LogAttributeItems, 'user.id=42')
      UNION ALL SELECT 'span attribute' FROM otel_traces WHERE has(SpanAttributeItems, 'user.id=42')`,
    format: "JSONEachRow",
  });
  return (await result.json<{ found: string }>()).map((row) => row.found).toSorted();
}

test("a first start with the profile throughput makes the tables of its golden file", async () => {
  const database = await fresh(false);
  const { profile } = await migrate(database.connection, { profile: "throughput" });
  expect(profile).toMatchObject({ kind: "switched", to: "throughput", cost: { rows: 0 } });
  await expect(await dumpTables(database)).toMatchFileSnapshot("testdata/tables-throughput.sql");
  const again = await migrate(database.connection, { profile: "throughput" });
  expect(again.profile).toEqual({ kind: "kept", profile: "throughput" });
});

test("a start leaves indexes alone that a switch under way has made", async () => {
  const database = await fresh(false);
  await migrate(database.connection, { profile: "throughput" });
  await database.client.command({
    query:
      "ALTER TABLE otel_traces ADD INDEX idx_span_attr_items SpanAttributeItems TYPE text(tokenizer = 'array')",
  });
  await migrate(database.connection, { profile: "throughput" });
  expect(await dumpTables(database)).toContain("idx_span_attr_items");
});

test("tables with rows keep their profile until the switch is asked for; the report says what it costs", async () => {
  const database = await fresh(true);
  await addRows(database);
  const before = await dumpTables(database);
  const { profile } = await migrate(database.connection, { profile: "throughput" });
  expect(profile).toMatchObject({
    kind: "pending",
    from: "search",
    to: "throughput",
    cost: { rows: 2 },
  });
  if (profile.kind !== "pending") throw new Error("not pending");
  expect(profile.cost.indexBytes).toBeLessThan(0);
  expect(profile.cost.columnBytesThen).toBeGreaterThan(profile.cost.columnBytesNow);
  expect(await dumpTables(database)).toBe(before);
});

test("there and back again: the same tables, and everything is found all the way", async () => {
  const database = await fresh(true);
  await addRows(database);
  const before = await dumpTables(database);
  const all = ["body", "log attribute", "span attribute"];
  expect(await find(database)).toEqual(all);

  const there = await migrate(database.connection, { profile: "throughput", switchProfile: true });
  expect(there.profile.kind).toBe("switched");
  expect(await find(database)).toEqual(all);

  const back = await migrate(database.connection, { profile: "search", switchProfile: true });
  if (back.profile.kind !== "switched") throw new Error("not switched");
  expect(back.profile.cost.indexBytes).toBeGreaterThan(0);
  expect(await dumpTables(database)).toBe(before);
  await expect.poll(async () => unfinishedMutations(database), { timeout: 20_000 }).toBe(0);
  expect(await find(database)).toEqual(all);
});

async function unfinishedMutations(database: TestDatabase): Promise<number> {
  const result = await database.client.query({
    query:
      "SELECT count() AS n FROM system.mutations WHERE database = currentDatabase() AND NOT is_done",
    format: "JSONEachRow",
  });
  const [row] = await result.json<{ n: string }>();
  return Number(row?.n);
}
