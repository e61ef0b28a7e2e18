/**
 * Goal: a segment whose token ClickHouse has forgotten, or remembers without the rows, is still stored once, views
 * included. Method: what a power cut leaves is made by hand: tables are detached, their log of tokens, or parts, or both
 * are deleted on disk, the tables attached; then a collector starts over a spool that still holds the segment.
 */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TableName } from "@throughline/schemas";
import { createTestDatabase } from "@throughline/schemas/testing";
import type { TestDatabase } from "@throughline/schemas/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Clock } from "../clock.ts";
import type { EncodedBlock, SealedSegment } from "../contract.ts";
import { insertSegment } from "./insert-segment.ts";
import { viewToken } from "./complete-views.ts";
import type { Inserter } from "./inserter.ts";
import {
  clockAhead,
  makeBlock,
  newSpoolDirectory,
  openSpool,
  startStore,
  until,
} from "./testing/store-harness.ts";

const TABLES = [
  "otel_logs",
  "otel_logs_rate_1m",
  "otel_traces",
  "otel_traces_exemplars",
  "otel_traces_red_1m",
  "otel_traces_red_services",
  "otel_traces_red_services_1m",
  "otel_traces_trace_id_ts",
  "otel_metrics_sum",
] as const;

let database: TestDatabase;
const directories: string[] = [];
const running: Inserter[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());
afterEach(async () => {
  for (const inserter of running.splice(0)) await inserter.stop();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
  for (const table of TABLES) await database.client.command({ query: `TRUNCATE TABLE ${table}` });
});

async function ask(query: string): Promise<number> {
  const result = await database.client.query({ query, format: "JSONEachRow" });
  const [row] = await result.json<{ n: string }>();
  return Number(row?.n);
}

/** Detaches the table, lets `damage` change its folder, and attaches it: it then knows what is on disk. */
async function whileDetached(
  table: string,
  damage: (folder: string, names: readonly string[]) => void,
): Promise<void> {
  const { client } = database;
  const result = await client.query({
    query: `SELECT data_paths[1] AS path FROM system.tables WHERE database = currentDatabase() AND name = '${table}'`,
    format: "JSONEachRow",
  });
  const [row] = await result.json<{ path: string }>();
  await client.command({ query: `DETACH TABLE ${table} SYNC` });
  damage(row!.path, readdirSync(row!.path));
  await client.command({ query: `ATTACH TABLE ${table}` });
}

const forgetTokens = (table: string) =>
  whileDetached(table, (folder) => {
    expect(readdirSync(join(folder, "deduplication_logs"))).not.toEqual([]);
    rmSync(join(folder, "deduplication_logs"), { recursive: true });
  });

const loseRows = (table: string) =>
  whileDetached(table, (folder, names) => {
    const parts = names.filter((name) => /^\d{6,8}_\d+_\d+/.test(name));
    expect(parts.length).toBeGreaterThan(0);
    for (const part of parts) rmSync(join(folder, part), { recursive: true });
  });

/** A spool with one sealed segment that its process did not live to release. */
async function leaveSegment(
  blocks: readonly EncodedBlock[],
  options: { readonly sent: boolean; readonly clock?: Clock },
): Promise<string> {
  const { directory, sealed } = await leaveSegments([blocks], options);
  for (const segment of sealed) {
    if (!options.sent) continue;
    await segment.markSent();
    await insert(segment);
  }
  return directory;
}

/** A spool with a sealed segment of each list of blocks, the oldest first; none was sent. */
async function leaveSegments(
  lists: readonly (readonly EncodedBlock[])[],
  options: { readonly clock?: Clock } = {},
) {
  const directory = newSpoolDirectory();
  directories.push(directory);
  const { spool, sealed } = await openSpool(directory, options);
  for (const blocks of lists) {
    for (const block of blocks) expect(await spool.append([block])).toEqual({ kind: "stored" });
    await spool.sealAll();
  }
  expect(sealed).toHaveLength(lists.length);
  return { directory, sealed };
}

function insert(segment: SealedSegment): Promise<void> {
  const target = {
    client: database.client,
    database: database.connection.database,
    unknownSettings: new Set<string>(),
  };
  return insertSegment(segment, target, new AbortController().signal);
}

/** The next life of the collector, until its spool is empty. */
async function replay(directory: string, lanesMax = 2): Promise<void> {
  const target = { client: database.client, database: database.connection.database };
  const { spool, inserter } = await startStore(directory, target, { insert: { lanesMax } });
  running.push(inserter);
  await until(() => spool.status().segmentsWaiting === 0);
  expect(spool.status().segmentsQuarantined).toBe(0);
}

async function blocksOf(table: TableName, count = 3, rows = 1000): Promise<EncodedBlock[]> {
  const blocks: EncodedBlock[] = [];
  for (let index = 0; index < count; index++) {
    blocks.push(await makeBlock(database.client, table, { first: index * rows, rows }));
  }
  return blocks;
}

async function expectSpansOnce(spans: number): Promise<void> {
  expect(await ask("SELECT count() AS n FROM otel_traces")).toBe(spans);
  expect(await ask("SELECT uniqExact(SpanId) AS n FROM otel_traces")).toBe(spans);
  expect(await ask("SELECT sum(Requests) AS n FROM otel_traces_red_1m")).toBe(spans);
  expect(await ask("SELECT sum(DurationSum) AS n FROM otel_traces_red_1m")).toBe(
    await ask("SELECT sum(Duration) AS n FROM otel_traces"),
  );
  expect(await ask("SELECT uniqExact(TraceId) AS n FROM otel_traces_trace_id_ts")).toBe(spans / 10);
  for (const width of [300, 3600]) {
    const cells = `otel_traces_red_services WHERE Width = ${width}`;
    expect(await ask(`SELECT sum(Requests) AS n FROM ${cells}`)).toBe(spans);
  }
  expect(await ask("SELECT sum(Requests) AS n FROM otel_traces_red_services_1m")).toBe(spans);
  expect(await ask("SELECT max(Duration) AS n FROM otel_traces_exemplars")).toBe(
    await ask("SELECT max(Duration) AS n FROM otel_traces"),
  );
}

test("without asking, a forgotten token doubles the rows: the damage that these tests make is real", async () => {
  const { spool, sealed } = await openSpool(
    directories[directories.push(newSpoolDirectory()) - 1]!,
  );
  await spool.append(await blocksOf("otel_logs"));
  await spool.sealAll();
  await insert(sealed[0]!);
  await insert(sealed[0]!);
  expect(await ask("SELECT count() AS n FROM otel_logs")).toBe(3000);
  await forgetTokens("otel_logs");
  await insert(sealed[0]!);
  expect(await ask("SELECT count() AS n FROM otel_logs")).toBe(6000);
});

test.each(["otel_logs", "otel_traces", "otel_metrics_sum"] as const)(
  "a segment of %s that is stored and forgotten is not stored again",
  async (table) => {
    const directory = await leaveSegment(await blocksOf(table), { sent: true });
    for (const name of TABLES.filter((name) => name.startsWith(table))) await forgetTokens(name);
    await replay(directory);
    expect(await ask(`SELECT count() AS n FROM ${table}`)).toBe(3000);
    if (table === "otel_logs") {
      expect(await ask("SELECT sum(Count) AS n FROM otel_logs_rate_1m")).toBe(3000);
    }
    if (table === "otel_traces") await expectSpansOnce(3000);
  },
);

test("a segment that was never sent is stored once", async () => {
  const directory = await leaveSegment(await blocksOf("otel_traces"), { sent: false });
  await replay(directory);
  await expectSpansOnce(3000);
});

test("a segment that was about to be sent, and was not, is stored once", async () => {
  const directory = newSpoolDirectory();
  directories.push(directory);
  const { spool, sealed } = await openSpool(directory);
  for (const block of await blocksOf("otel_traces")) await spool.append([block]);
  await spool.sealAll();
  await sealed[0]!.markSent();
  await replay(directory);
  await expectSpansOnce(3000);
});

test("a segment whose token is remembered and whose rows are lost is stored again", async () => {
  // Made before this server started, so its first INSERT may have ended with an earlier life of the server.
  const clock = clockAhead(-86_400_000);
  const directory = await leaveSegment(await blocksOf("otel_traces"), { sent: true, clock });
  for (const table of TABLES.filter((name) => name.startsWith("otel_traces"))) {
    await loseRows(table);
  }
  await replay(directory);
  await expectSpansOnce(3000);
});

test.each([
  // What is made of the minutes cannot be there when they are not.
  ["otel_traces_red_1m", "otel_traces_red_services", "otel_traces_red_services_1m"],
  ["otel_traces_red_services"],
  ["otel_traces_red_services_1m"],
  ["otel_traces_exemplars"],
  ["otel_traces_trace_id_ts"],
])("where only %s lost the segment, only that view is written", async (...lost) => {
  const directory = await leaveSegment(await blocksOf("otel_traces"), { sent: true });
  for (const table of TABLES.filter((name) => name.startsWith("otel_traces"))) {
    await forgetTokens(table);
  }
  for (const table of lost) await loseRows(table);
  await replay(directory);
  await expectSpansOnce(3000);
});

test("a view's rows that are remembered and lost are written again", async () => {
  const { directory, sealed } = await leaveSegments([await blocksOf("otel_traces")]);
  const [segment] = sealed;
  await segment!.markSent();
  await insert(segment!);
  const tables = TABLES.filter((name) => name.startsWith("otel_traces"));
  for (const table of tables) await forgetTokens(table);
  for (const table of ["otel_traces_red_1m", "otel_traces_red_services"]) await loseRows(table);
  await loseRows("otel_traces_red_services_1m");
  // What an earlier life of the server began, and did not live to finish.
  const token = viewToken(segment!, "otel_traces_red_1m_mv", 0);
  await database.client.command({
    query: "INSERT INTO otel_traces_red_1m (Bucket, Requests) VALUES (now(), 1)",
    clickhouse_settings: { insert_deduplication_token: token },
  });
  await loseRows("otel_traces_red_1m");
  await loseRows("otel_traces_red_services");
  await loseRows("otel_traces_red_services_1m");
  await replay(directory);
  await expectSpansOnce(3000);
});

test.each([
  // The older one fits into what the view lacks of the younger.
  ["the larger", [300, 700]],
  // Only the durations tell one from the other.
  ["one of two with as many rows", [600, 600]],
])("of two segments in doubt at once, a view that lacks %s is given that one", async (_, sizes) => {
  const [older, younger] = [sizes[0] ?? 0, sizes[1] ?? 0];
  const { directory, sealed } = await leaveSegments([
    [await makeBlock(database.client, "otel_traces", { first: 0, rows: older })],
    [await makeBlock(database.client, "otel_traces", { first: older, rows: younger })],
  ]);
  const tables = TABLES.filter((name) => name.startsWith("otel_traces"));
  for (const segment of sealed) await segment.markSent();
  await insert(sealed[1]!);
  for (const table of tables.slice(1)) await loseRows(table);
  await insert(sealed[0]!);
  for (const table of tables) await forgetTokens(table);
  // One lane: the older is decided first.
  await replay(directory, 1);
  await expectSpansOnce(older + younger);
});

test("a view that misses one segment of several is given that one, once", async () => {
  const clock = clockAhead(-86_400_000);
  const first = await leaveSegment(await blocksOf("otel_logs", 1, 500), { sent: true, clock });
  await loseRows("otel_logs_rate_1m");
  await forgetTokens("otel_logs_rate_1m");
  await forgetTokens("otel_logs");
  const more = await makeBlock(database.client, "otel_logs", { first: 500, rows: 700 });
  // Of another collector, which cannot know of the first.
  const second = await leaveSegment([more], { sent: true, clock });
  await forgetTokens("otel_logs_rate_1m");
  await forgetTokens("otel_logs");
  await replay(second);
  expect(await ask("SELECT sum(Count) AS n FROM otel_logs_rate_1m")).toBe(700);
  await replay(first);
  expect(await ask("SELECT sum(Count) AS n FROM otel_logs_rate_1m")).toBe(1200);
  expect(await ask("SELECT count() AS n FROM otel_logs")).toBe(1200);
});

test("rows that their sender has sent again do not hide that the rest of the segment is missing", async () => {
  const [first, second, third] = await blocksOf("otel_logs");
  // Answered never, so sent again: the same block is in another, stored segment.
  const again = await leaveSegment([first!], { sent: true });
  const directory = await leaveSegment([first!, second!, third!], { sent: false });
  await replay(directory);
  expect(await ask("SELECT uniqExact(Body) AS n FROM otel_logs")).toBe(3000);
  await replay(again);
  expect(await ask("SELECT count() AS n FROM otel_logs")).toBe(4000);
});
