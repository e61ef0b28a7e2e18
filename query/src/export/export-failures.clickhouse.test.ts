/**
 * Goal: an export that fails in the middle is a broken transfer and never a file that looks whole or has ClickHouse's words in
 * it. Method: logs of which the oldest cannot be read, behind more than any buffer holds; real connections.
 */
import { once } from "node:events";
import { type IncomingMessage, get } from "node:http";
import { PassThrough } from "node:stream";
import { createGunzip } from "node:zlib";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type QueryApp, buildApp } from "../server.ts";
import { createFixture, type Fixture, NOW } from "../testing/fixtures.ts";

const ROWS = 5_000;
const NANOS = String(NOW);
let fixture: Fixture;
let service: QueryApp;
let address: string;
const logged: string[] = [];

beforeAll(async () => {
  fixture = await createFixture();
  const { client } = fixture.database;
  const run = (query: string) => client.command({ query });
  // 100 MB of lines in five and a half hours; what is read last, the oldest, has a scope that cannot be read.
  await run(`INSERT INTO otel_logs (Timestamp, ServiceName, Body)
    SELECT fromUnixTimestamp64Nano(${NANOS}) - toIntervalSecond(number * 4 + 60), 'shop',
      concat(if(number = ${ROWS - 1}, 'poison', 'line'), repeat(hex(sipHash64(number)), 1250))
    FROM numbers(${ROWS})`);
  await run("ALTER TABLE otel_logs DROP COLUMN ScopeName");
  await run(
    "ALTER TABLE otel_logs ADD COLUMN ScopeName String ALIAS toString(throwIf(startsWith(Body, 'poison'), 'unreadable scope'))",
  );
  const lines = new PassThrough();
  lines.on("data", (line) => logged.push(String(line)));
  service = await buildApp({
    host: "127.0.0.1",
    port: 0,
    clickhouse: fixture.database.queryConnection,
    otlpGrpcEndpoint: "",
    otlpHttpEndpoint: "",
    version: "0",
    logger: pino({ level: "error" }, lines),
    now: () => NOW,
    limits: { exportIdleMs: 500 },
  });
  address = await service.app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await service.close();
  await fixture.close();
});

async function open(path: string, encoding = "identity"): Promise<IncomingMessage> {
  const request = get(`${address}${path}`, { headers: { "accept-encoding": encoding } });
  const answered: readonly unknown[] = await once(request, "response");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `response` gives
  return answered[0] as IncomingMessage;
}

/** What came, and whether the transfer ended as HTTP says that one ends. */
async function take(response: IncomingMessage): Promise<{ text: string; whole: boolean }> {
  const isPacked = response.headers["content-encoding"] === "gzip";
  const chunks: Buffer[] = [];
  const unpacked = isPacked ? response.pipe(createGunzip()) : response;
  unpacked.on("data", (chunk: Buffer) => chunks.push(chunk));
  unpacked.on("error", () => undefined);
  response.on("error", () => undefined);
  await new Promise((done) => response.once("close", done));
  // Nothing more comes through the unpacking once its source has ended early.
  await new Promise(setImmediate);
  return { text: Buffer.concat(chunks).toString("utf8"), whole: response.complete };
}

async function broken(): Promise<number> {
  const { body } = await service.app.inject("/metrics");
  return Number(/exports_broken_total (\d+)/.exec(body)?.[1]);
}

for (const format of ["ndjson", "csv"]) {
  for (const encoding of ["identity", "gzip"]) {
    test(`${format} (${encoding}) breaks off, without a word of ClickHouse's`, async () => {
      const before = await broken();
      const response = await open(`/api/logs/export?format=${format}`, encoding);
      expect(response.statusCode).toBe(200);
      const { text, whole } = await take(response);
      expect(whole).toBe(false);
      expect(text).toContain("line");
      expect(text).not.toMatch(/exception|unreadable|Code:/i);
      await expect.poll(broken).toBe(before + 1);
      expect(logged.join("")).toContain("unreadable scope");
      if (format === "csv" || encoding === "gzip") return;
      expect(text.endsWith("\n")).toBe(true);
      const bodies = text
        .trimEnd()
        .split("\n")
        .map((line) => String(JSON.parse(line).body));
      expect(bodies.length).toBeGreaterThan(100);
      expect(bodies.length).toBeLessThan(ROWS);
    });
  }
}

test("one that fails before its first byte is a problem", async () => {
  const { statusCode, body } = await service.app.inject(
    "/api/logs/export?from=now-6h&to=now-5h30m",
  );
  expect(statusCode, body.slice(0, 200)).toBe(502);
  expect(JSON.parse(body)).toMatchObject({ code: "clickhouse_failed" });
});

test("one that is whole is whole", async () => {
  const { text, whole } = await take(await open("/api/logs/export?from=now-1h"));
  expect(whole).toBe(true);
  expect(text.trimEnd().split("\n").length).toBe(886);
});

test("a client that takes nothing is broken off, and its query ended", async () => {
  const before = await broken();
  const response = await open("/api/logs/export?from=now-4h");
  expect(response.statusCode).toBe(200);
  response.pause();
  response.on("error", () => undefined);
  await expect.poll(broken, { timeout: 10_000 }).toBe(before + 1);
  expect(logged.join("")).toContain("exportIdleMs");
  response.resume();
  expect((await take(response)).whole).toBe(false);
  const running = async (): Promise<number> => {
    const { database } = fixture.database.queryConnection;
    const result = await fixture.database.client.query({
      query: `SELECT query_id FROM system.processes WHERE current_database = '${database}' AND query LIKE '%FORMAT JSONEachRow%' AND query NOT LIKE '%system.processes%'`,
      format: "JSONEachRow",
    });
    return (await result.json()).length;
  };
  await expect.poll(running, { timeout: 10_000 }).toBe(0);
});
