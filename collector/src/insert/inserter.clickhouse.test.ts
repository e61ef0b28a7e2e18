/**
 * Goal: a segment is in ClickHouse exactly once, views included, whatever happens to the connection, and one segment
 * is one part. Method: real spool, real inserter, real ClickHouse; a TCP proxy between them that cuts and drops.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClickHouseClient, insertColumns } from "@throughline/schemas";
import type { ClickHouseClient, TableName } from "@throughline/schemas";
import { createTestDatabase } from "@throughline/schemas/testing";
import type { TestDatabase } from "@throughline/schemas/testing";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { MACHINE_CLOCK } from "../clock.ts";
import type { EncodedBlock, SealedSegment } from "../contract.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import type { SpoolLimits } from "../limits.ts";
import { nodeDisk } from "../spool/disk.ts";
import { createSpoolTelemetry } from "../spool/spool-telemetry.ts";
import { Spool } from "../spool/spool.ts";
import { createCollectorMetrics } from "../telemetry/metrics.ts";
import { insertSegment, insertStatement } from "./insert-segment.ts";
import { INSERT_SETTINGS } from "./insert-settings.ts";
import { Inserter } from "./inserter.ts";
import { startCuttingProxy } from "./testing/cutting-proxy.ts";
import type { CuttingProxy } from "./testing/cutting-proxy.ts";

// Yesterday: older rows would soon be dropped by the tables' TTL, today's would reach into the future.
const DAY = Math.floor(Date.now() / 86_400_000) - 1;
const DAY_START = new Date(DAY * 86_400_000).toISOString().slice(0, 19).replace("T", " ");

let database: TestDatabase;
let proxy: CuttingProxy;
let proxied: ClickHouseClient;
const directories: string[] = [];
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const { hostname, port } = new URL(database.connection.url);
  proxy = await startCuttingProxy(hostname, Number(port));
  proxied = createClickHouseClient(
    { ...database.connection, url: `http://127.0.0.1:${proxy.port}` },
    "insert test",
  );
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
  proxy.heal();
  for (const table of ["otel_logs", "otel_logs_rate_1m", "otel_traces", "otel_traces_red_1m"]) {
    await database.client.command({ query: `TRUNCATE TABLE ${table}` });
  }
});

afterAll(async () => {
  await proxied?.close();
  await proxy?.stop();
  await database?.drop();
});

/** Rows made by ClickHouse itself, in its own Native format: one block. */
async function makeBlock(table: TableName, first: number, rows: number): Promise<EncodedBlock> {
  const values: Record<string, string> = {
    Timestamp: `toDateTime64('${DAY_START}', 9, 'UTC') + toIntervalMillisecond(number)`,
    ServiceName: "concat('service-', toString(number % 3))",
    SpanName: "'GET /cart'",
    SpanKind: "'Server'",
    Body: "concat('line ', toString(number))",
    TraceId: "hex(sipHash128(intDiv(number, 10)))",
    Duration: "number",
  };
  const columns = insertColumns(table).map(({ name, type }) => {
    const value = values[name] ?? `defaultValueOfTypeName('${type}')`;
    return `CAST(${value}, '${type}') AS \`${name}\``;
  });
  const { stream } = await database.client.exec({
    query: `SELECT ${columns.join(", ")} FROM numbers(${first}, ${rows}) FORMAT Native`,
  });
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  const signal = table === "otel_traces" ? "traces" : "logs";
  return { signal, table, day: DAY, rows, bytes: Buffer.concat(pieces) };
}

async function makeBlocks(table: TableName, count: number, rows: number): Promise<EncodedBlock[]> {
  const blocks: EncodedBlock[] = [];
  for (let index = 0; index < count; index++) {
    blocks.push(await makeBlock(table, index * rows, rows));
  }
  return blocks;
}

async function openSpool(
  onSealed: (segment: SealedSegment) => void,
  limits: Partial<SpoolLimits> = {},
) {
  const directory = mkdtempSync(join(tmpdir(), "throughline-insert-"));
  directories.push(directory);
  const metrics = createCollectorMetrics();
  const spool = await Spool.open({
    directory,
    disk: nodeDisk,
    clock: MACHINE_CLOCK,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    limits: { ...DEFAULT_LIMITS.spool, ...limits },
    columnsOf: (table) => insertColumns(table as TableName).map((column) => column.name),
    insertSettings: INSERT_SETTINGS,
    telemetry: createSpoolTelemetry(metrics),
    logger: pino({ level: "silent" }),
    isServerAway: () => false,
    onSealed,
  });
  return { spool, metrics };
}

/** Spool and inserter together, as the pipeline wires them. */
async function startStore(client: ClickHouseClient, name = database.connection.database) {
  const metrics = createCollectorMetrics();
  const inserter = new Inserter({
    client,
    database: name,
    release: (id) => store.spool.release(id),
    quarantine: (id, reason) => store.spool.quarantine(id, reason),
    recovered: () => store.spool.isRecovered,
    limits: DEFAULT_LIMITS.insert,
    clock: MACHINE_CLOCK,
    metrics,
    logger: pino({ level: "silent" }),
  });
  const store = await openSpool((segment) => inserter.enqueue(segment));
  inserter.start();
  stops.push(() => inserter.stop());
  return { ...store, inserter };
}

async function sealedSegment(blocks: readonly EncodedBlock[]): Promise<SealedSegment> {
  const sealed: SealedSegment[] = [];
  const { spool } = await openSpool((segment) => sealed.push(segment));
  for (const block of blocks) expect(await spool.append([block])).toEqual({ kind: "stored" });
  await spool.sealAll();
  expect(sealed).toHaveLength(1);
  return sealed[0]!;
}

function insert(segment: SealedSegment, client = database.client): Promise<void> {
  const target = {
    client,
    database: database.connection.database,
    unknownSettings: new Set<string>(),
  };
  return insertSegment(segment, target, new AbortController().signal);
}

async function ask(query: string): Promise<number> {
  const result = await database.client.query({ query, format: "JSONEachRow" });
  const [row] = await result.json<{ n: string }>();
  return Number(row?.n);
}

const countLogs = () => ask("SELECT count() AS n FROM otel_logs");
const countRate = () => ask("SELECT sum(Count) AS n FROM otel_logs_rate_1m");
const countParts = (table: string) =>
  ask(
    `SELECT count() AS n FROM system.parts WHERE database = currentDatabase() AND table = '${table}' AND active`,
  );

async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 20_000) {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("100 000 rows in 100 frames become one part, and a replay changes nothing", async () => {
  const segment = await sealedSegment(await makeBlocks("otel_logs", 100, 1000));
  expect(segment.rows).toBe(100_000);
  await insert(segment);
  expect(await countLogs()).toBe(100_000);
  expect(await countRate()).toBe(100_000);
  expect(await countParts("otel_logs")).toBe(1);
  await insert(segment);
  await insert(segment);
  expect(await countLogs()).toBe(100_000);
  expect(await countRate()).toBe(100_000);
  expect(await countParts("otel_logs")).toBe(1);
});

test("spans and all their views are stored once", async () => {
  const segment = await sealedSegment(await makeBlocks("otel_traces", 10, 1000));
  for (let times = 0; times < 3; times++) await insert(segment);
  expect(await ask("SELECT count() AS n FROM otel_traces")).toBe(10_000);
  expect(await countParts("otel_traces")).toBe(1);
  expect(await ask("SELECT sum(Requests) AS n FROM otel_traces_red_1m")).toBe(10_000);
});

test("two segments with the same rows are two inserts", async () => {
  const block = await makeBlock("otel_logs", 0, 10);
  await insert(await sealedSegment([block]));
  await insert(await sealedSegment([block]));
  expect(await countLogs()).toBe(20);
});

test("what is appended arrives without a hand, and its file is used again", async () => {
  const { spool, metrics } = await startStore(database.client);
  for (let round = 0; round < 3; round++) {
    await spool.append([await makeBlock("otel_logs", round * 100, 100)]);
    await spool.sealAll();
    await until(() => spool.status().segmentsWaiting === 0);
  }
  expect(await countLogs()).toBe(300);
  expect((await metrics.spoolRecords.get()).values).toContainEqual({
    value: 0,
    labels: { signal: "logs" },
  });
});

test("a lost answer is repeated and stored once", async () => {
  const { spool } = await startStore(proxied);
  proxy.dropAnswers(2);
  await spool.append([await makeBlock("otel_logs", 0, 1000)]);
  await spool.sealAll();
  await until(() => spool.status().segmentsWaiting === 0);
  expect(proxy.droppedAnswers).toBe(2);
  expect(await countLogs()).toBe(1000);
  expect(await countRate()).toBe(1000);
});

test("a connection cut inside the body stores nothing, and the next try everything", async () => {
  const { spool, inserter } = await startStore(proxied);
  proxy.cutAfter(200_000, 3);
  await spool.append(await makeBlocks("otel_logs", 10, 1000));
  await spool.sealAll();
  await until(() => spool.status().segmentsWaiting === 0);
  expect(proxy.cutConnections).toBe(3);
  expect(inserter.server.reachable).toBe(true);
  expect(await countLogs()).toBe(10_000);
  expect(await countRate()).toBe(10_000);
});

test("while ClickHouse is away segments wait, then all arrive", async () => {
  proxy.refuse(true);
  const { spool, inserter } = await startStore(proxied);
  for (let index = 0; index < 5; index++) {
    await spool.append([await makeBlock("otel_logs", index * 100, 100)]);
    await spool.sealAll();
  }
  await until(() => !inserter.server.reachable);
  expect(inserter.server.message).not.toBe("");
  expect(spool.status()).toMatchObject({ segmentsWaiting: 5, recordsWaiting: 500 });
  proxy.refuse(false);
  await until(() => spool.status().segmentsWaiting === 0);
  expect(inserter.server.reachable).toBe(true);
  expect(await countLogs()).toBe(500);
});

test("data that ClickHouse refuses goes to quarantine, and the rest goes on", async () => {
  const { spool } = await startStore(database.client);
  const poison = await makeBlock("otel_traces", 0, 100);
  // The declared type of the first column: DateTime64(9) becomes XateTime64(9).
  const bytes = Buffer.from(poison.bytes);
  bytes[bytes.indexOf("DateTime64")] = 0x58;
  await spool.append([{ ...poison, bytes }]);
  await spool.append([await makeBlock("otel_logs", 0, 100)]);
  await spool.sealAll();
  await until(() => spool.status().segmentsWaiting === 0);
  expect(spool.status().segmentsQuarantined).toBe(1);
  expect(await countLogs()).toBe(100);
  expect(await ask("SELECT count() AS n FROM otel_traces")).toBe(0);
});

test("a refusal is understood although most of the body was not yet sent", async () => {
  const { spool } = await startStore(database.client);
  const [first, ...rest] = await makeBlocks("otel_logs", 20, 5000);
  const bytes = Buffer.from(first!.bytes);
  bytes[bytes.indexOf("DateTime64")] = 0x58;
  await spool.append([{ ...first!, bytes }, ...rest]);
  await spool.sealAll();
  await until(() => spool.status().segmentsWaiting === 0);
  expect(spool.status().segmentsQuarantined).toBe(1);
  expect(await countLogs()).toBe(0);
});

test("a segment damaged on disk stores nothing of itself", async () => {
  const segment = await sealedSegment(await makeBlocks("otel_logs", 5, 1000));
  const damaged: SealedSegment = {
    ...plain(segment),
    markSent: () => segment.markSent(),
    async *body() {
      let sent = 0;
      for await (const piece of segment.body()) {
        if (sent > 0) throw new Error("damaged");
        sent += piece.byteLength;
        yield piece;
      }
    },
  };
  await expect(insert(damaged)).rejects.toThrow("damaged");
  expect(await countLogs()).toBe(0);
  await insert(segment);
  expect(await countLogs()).toBe(5000);
});

test("a table that does not exist yet holds up only its own segments", async () => {
  const { spool } = await startStore(database.client);
  await database.client.command({ query: "RENAME TABLE otel_logs TO otel_logs_away" });
  try {
    await spool.append([
      await makeBlock("otel_logs", 0, 10),
      await makeBlock("otel_traces", 0, 10),
    ]);
    await spool.sealAll();
    await until(() => spool.status().segmentsWaiting === 1);
    expect(await ask("SELECT count() AS n FROM otel_traces")).toBe(10);
  } finally {
    await database.client.command({ query: "RENAME TABLE otel_logs_away TO otel_logs" });
  }
  await until(() => spool.status().segmentsWaiting === 0);
  expect(await countLogs()).toBe(10);
  expect(spool.status().segmentsQuarantined).toBe(0);
});

test("names are quoted", () => {
  const statement = insertStatement({ table: "t`x", columns: ["Events.Name", "a\\b"] }, "db");
  expect(statement).toBe("INSERT INTO `db`.`t\\`x` (`Events.Name`, `a\\\\b`) FORMAT Native");
});

/** Getters of a class are not copied by a spread. */
function plain(segment: SealedSegment): Omit<SealedSegment, "body" | "markSent"> {
  const { id, signal, table, day, rows, bodyBytes } = segment;
  const { deduplicationToken: token, columns, insertSettings, inDoubt } = segment;
  const head = { id, signal, table, day, rows, bodyBytes };
  return { ...head, deduplicationToken: token, columns, insertSettings, inDoubt };
}
