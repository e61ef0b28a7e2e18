/**
 * Goal: a request can be asked for in SQL by anybody who may read, quickly, and the numbers are right. Method: small trees
 * whose answers are known by hand, and what EXPLAIN says of a table with many days.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClickHouseClient } from "./client.ts";
import { insertRows } from "./testing/records.ts";
import { createTestDatabase, type TestDatabase } from "./testing/test-database.ts";

let database: TestDatabase;
/** The day as many days ago; within every retention. */
const dayBefore = (days: number): string =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const START = `${dayBefore(1)} 12:00:00`;

interface SpanInput {
  readonly id: string;
  readonly parent?: string;
  readonly kind?: string;
  readonly startNs: number;
  readonly durationNs: number;
}

const SPAN_COLUMNS = "Timestamp TraceId SpanId ParentSpanId SpanName SpanKind Duration".split(" ");

async function insertTrace(traceId: string, spans: readonly SpanInput[]): Promise<void> {
  await insertRows(
    database.client,
    "otel_traces",
    spans.map((span) => ({
      Timestamp: `${START}.${String(span.startNs).padStart(9, "0")}`,
      TraceId: traceId,
      SpanId: span.id,
      ParentSpanId: span.parent ?? "",
      SpanName: `span ${span.id}`,
      SpanKind: span.kind ?? "Internal",
      Duration: span.durationNs,
    })),
    { columns: SPAN_COLUMNS },
  );
}

beforeAll(async () => {
  database = await createTestDatabase();
  await insertTrace("t1", [
    { id: "a", kind: "Server", startNs: 0, durationNs: 100 },
    { id: "b", parent: "a", startNs: 10, durationNs: 40 },
    { id: "c", parent: "a", startNs: 20, durationNs: 70 },
    { id: "d", parent: "c", kind: "Producer", startNs: 30, durationNs: 20 },
    { id: "e", parent: "c", startNs: 85, durationNs: 100 },
    { id: "f", parent: "d", kind: "Consumer", startNs: 35, durationNs: 500 },
    // Its parent is not stored.
    { id: "g", parent: "gone", startNs: 5, durationNs: 1 },
    // Stored twice: the longer is kept.
    { id: "b", parent: "a", startNs: 10, durationNs: 4 },
    // A circle.
    { id: "x", parent: "y", startNs: 1, durationNs: 1 },
    { id: "y", parent: "x", startNs: 1, durationNs: 1 },
  ]);
  await insertRows(database.client, "otel_logs", [
    { Timestamp: `${START}.000000050`, TraceId: "t1", SpanId: "a", Body: "of the trace" },
    { Timestamp: `${dayBefore(2)} 12:00:00`, TraceId: "t1", Body: "a day before" },
    { Timestamp: `${dayBefore(9)} 12:00:00`, TraceId: "t2", Body: "of no stored span" },
  ]);
});
afterAll(() => database.drop());

async function rows(sql: string, client: ClickHouseClient = database.client): Promise<unknown[]> {
  const result = await client.query({ query: sql, format: "JSONCompactEachRow" });
  return result.json();
}

describe("request_spans", () => {
  test("has every span once, oldest first", async () => {
    expect((await rows("SELECT SpanId, Duration FROM request_spans(id = 't1')")).flat()).toEqual([
      "a",
      "100",
      "x",
      "1",
      "y",
      "1",
      "g",
      "1",
      "b",
      "40",
      "c",
      "70",
      "d",
      "20",
      "f",
      "500",
      "e",
      "100",
    ]);
  });

  test("is empty for a trace that nobody stored", async () => {
    expect(await rows("SELECT * FROM request_spans(id = 'nobody')")).toEqual([]);
  });

  test("reads the days of the trace only", async () => {
    await insertRows(
      database.client,
      "otel_traces",
      Array.from({ length: 5 }, (_, day) => ({
        Timestamp: `${dayBefore(3 + day)} 12:00:00`,
        TraceId: `other ${day}`,
        SpanId: "s",
      })),
    );
    const plan = (await rows("EXPLAIN indexes = 1 SELECT * FROM request_spans(id = 't1')")).join(
      "\n",
    );
    expect(plan).toMatch(/Partition[\s\S]*Parts: 1\/[6-9]|Min-?Max[\s\S]*Parts: 1\/[6-9]/);
    expect(plan).toContain("Search Algorithm: binary search");
  });
});

test("request_logs has the logs around the spans; of a trace without spans those of any time", async () => {
  expect(await rows("SELECT Body FROM request_logs(id = 't1')")).toEqual([["of the trace"]]);
  expect(await rows("SELECT Body FROM request_logs(id = 't2')")).toEqual([["of no stored span"]]);
});

test("request_tree is in reading order, with depth and path, and an orphan counts as a root", async () => {
  expect(await rows("SELECT toUInt32(Depth), Path FROM request_tree(id = 't1')")).toEqual([
    [0, ["a"]],
    [1, ["a", "b"]],
    [1, ["a", "c"]],
    [2, ["a", "c", "d"]],
    [3, ["a", "c", "d", "f"]],
    [2, ["a", "c", "e"]],
    [0, ["g"]],
  ]);
});

test("request_self_time is what no child covers; a consumer covers nothing of its producer", async () => {
  const times = await rows("SELECT SpanId, SelfTime FROM request_self_time(id = 't1')");
  expect(Object.fromEntries(times as [string, string][])).toMatchObject({
    a: "20",
    b: "40",
    c: "45",
    d: "20",
    e: "100",
    f: "500",
  });
});

test("request_critical_path adds up to the duration of the root", async () => {
  const path = await rows("SELECT SpanId, PathTime FROM request_critical_path(id = 't1')");
  expect(path).toEqual([
    ["a", "30"],
    ["c", "45"],
    ["d", "20"],
    ["e", "5"],
  ]);
});

test("a chain of 60 levels is followed to its end", async () => {
  await insertTrace(
    "deep",
    Array.from({ length: 60 }, (_, i) => ({
      id: `s${i}`,
      ...(i === 0 ? {} : { parent: `s${i - 1}` }),
      startNs: i,
      durationNs: 2_000 - 2 * i,
    })),
  );
  expect(await rows("SELECT toUInt32(max(Depth)) FROM request_tree(id = 'deep')")).toEqual([[59]]);
});

test("every reading user may ask them", async () => {
  for (const connection of [
    database.queryConnection,
    database.grafanaConnection,
    database.sqlConnection,
  ]) {
    const client = createClickHouseClient(connection, "test");
    expect(await rows("SELECT count() FROM request_critical_path(id = 't1')", client)).toEqual([
      ["4"],
    ]);
    expect(await rows("SELECT count() FROM request_logs(id = 't1')", client)).toEqual([["1"]]);
    await client.close();
  }
});

test("the id table says when spans were stored", async () => {
  const [row] = await rows(
    "SELECT min(StoredFirst) > now() - 600 AND max(StoredLast) >= min(StoredFirst) FROM otel_traces_trace_id_ts WHERE TraceId = 't1'",
  );
  expect(row).toEqual([1]);
});
