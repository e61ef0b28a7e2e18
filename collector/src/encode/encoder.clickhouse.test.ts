/**
 * Goal: ClickHouse takes our blocks as they are and gives back what was put in. Method: encode generated and sampled
 * requests, insert every block into a migrated table, read all columns back in the Native format, and compare with the
 * rows made the slow way.
 */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { insertColumns, TABLE_NAMES } from "@throughline/schemas";
import type { ClickHouseConnection, TableName } from "@throughline/schemas";
import { createTestDatabase } from "@throughline/schemas/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Signal } from "../contract.ts";
import { REQUEST_MESSAGES } from "../otlp/messages.ts";
import { sampleLogs, sampleSpans } from "./bench/sample-requests.ts";
import { createEncoder } from "./encoder.ts";
import { addMetrics } from "./testing/expected-metrics.ts";
import { addLogs, addTraces, ExpectedRows } from "./testing/expected-rows.ts";
import type { Row } from "./testing/expected-rows.ts";
import { readNativeBlocks } from "./testing/native-reader.ts";
import { decodeRequest } from "./testing/otlp-types.ts";
import { messageArbitrary, RECEIVED_AT, wireBytes } from "./testing/wire-arbitrary.ts";

const SEED = 20_251_120;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
const expected = new ExpectedRows(RECEIVED_AT);

async function send(query: string, body: Uint8Array | string): Promise<Uint8Array> {
  const { url, username, password, database: name }: ClickHouseConnection = database.connection;
  const target = `${url}/?database=${name}&query=${encodeURIComponent(query)}`;
  const response = await fetch(target, {
    method: "POST",
    headers: { "X-ClickHouse-User": username, "X-ClickHouse-Key": password },
    body: typeof body === "string" ? body : Buffer.from(body),
  });
  const answer = new Uint8Array(await response.arrayBuffer());
  if (!response.ok) throw new Error(Buffer.from(answer).toString("utf8"));
  return answer;
}

function columnList(table: TableName): string {
  return insertColumns(table)
    .map(({ name }) => `\`${name}\``)
    .join(", ");
}

function generated(signal: Signal): readonly Uint8Array[] {
  const request = messageArbitrary(REQUEST_MESSAGES[signal]).map(wireBytes);
  return fc.sample(request, { numRuns: 60, seed: SEED });
}

beforeAll(async () => {
  database = await createTestDatabase();
  // The generated times are fixed, so some day they are older than what a table keeps.
  for (const table of TABLE_NAMES) {
    await database.client.command({ query: `ALTER TABLE ${table} REMOVE TTL` });
  }
  const bodies = {
    logs: [...generated("logs"), sampleLogs(500)],
    traces: [...generated("traces"), sampleSpans(500)],
    metrics: generated("metrics"),
  };
  for (const body of bodies.logs) addLogs(expected, decodeRequest("logs", body));
  for (const body of bodies.traces) addTraces(expected, decodeRequest("traces", body));
  for (const body of bodies.metrics) addMetrics(expected, decodeRequest("metrics", body));
  const requests = (["logs", "traces", "metrics"] as const).flatMap((signal) =>
    bodies[signal].map((body) => ({ signal, encoding: "protobuf" as const, body })),
  );
  const { blocks } = createEncoder().encode(requests, RECEIVED_AT);
  for (const { table, bytes } of blocks) {
    const name = table as TableName;
    await send(`INSERT INTO ${table} (${columnList(name)}) FORMAT Native`, bytes);
  }
});

afterAll(() => database?.drop());

test.each(TABLE_NAMES)("every column of %s reads back as it was written", async (table) => {
  const answer = await send(`SELECT ${columnList(table)} FROM ${table} FORMAT Native`, "");
  const stored = readNativeBlocks(answer).flatMap(({ rows }) => rows);
  const sent = [...expected.rows].flatMap(([key, rows]) =>
    key.startsWith(`${table}/`) ? rows : [],
  );
  expect(stored.length).toBeGreaterThan(20);
  expect(sorted(stored)).toEqual(sorted(sent));
});

/** Rows have no key; their texts order them. */
function sorted(rows: readonly Row[]): readonly Row[] {
  const keyed = rows.map((row) => ({ row, key: keyOf(row) }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ row }) => row);
}

function keyOf(row: Row): string {
  const text = JSON.stringify(
    Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    (_, value: unknown) =>
      typeof value === "bigint" ? `${value}n` : Object.is(value, -0) ? "-0" : value,
  );
  return createHash("sha1").update(text).digest("hex");
}
