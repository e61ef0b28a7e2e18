/**
 * Goal: a stock exporter can write into the tables, Grafana can read them, and an INSERT that is repeated is stored once
 * everywhere. Method: the statements of those programs, on a real server.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClickHouseClient, type ClickHouseClient } from "./client.ts";
import { insertColumns, partitionColumn, TABLE_NAMES } from "./tables.ts";
import { createTestDatabase, type TestDatabase } from "./testing/index.ts";
import { hexId, insertRows, type Row } from "./testing/records.ts";

/** Within the retention, or the tables would drop it. */
const DAY_MS = 86_400_000;
const midnightMs = Math.floor(Date.now() / DAY_MS) * DAY_MS - 3 * DAY_MS;
const day = new Date(midnightMs).toISOString().slice(0, 10);
const noonSeconds = midnightMs / 1000 + 43_200;

let database: TestDatabase;
let grafana: ClickHouseClient;
beforeAll(async () => {
  database = await createTestDatabase();
  grafana = createClickHouseClient(database.grafanaConnection, "grafana");
});
afterAll(async () => {
  await grafana.close();
  await database.drop();
});

async function rows<T>(query: string, client = database.client): Promise<readonly T[]> {
  const result = await client.query({ query, format: "JSONEachRow" });
  return result.json<T>();
}

async function text(query: string, client = database.client): Promise<string> {
  const result = await client.query({ query, format: "TabSeparatedRaw" });
  return (await result.text()).trim();
}

describe.each(TABLE_NAMES)("%s", (table) => {
  test("has the columns that a collector writes, in that order, and no other to write", async () => {
    const columns = await rows<{ name: string; type: string; default_kind: string }>(
      `SELECT name, type, default_kind FROM system.columns WHERE database = currentDatabase() AND table = '${table}' ORDER BY position`,
    );
    const written = columns
      .filter(({ default_kind }) => default_kind === "" || default_kind === "DEFAULT")
      .map(({ name, type }) => ({ name, type }));
    expect(written).toEqual(insertColumns(table));
  });

  test("puts one UTC day into one partition, whatever the session's time zone", async () => {
    const column = partitionColumn(table);
    await database.client.insert({
      table,
      columns: [column],
      values: [{ [column]: `${day} 00:00:00` }, { [column]: `${day} 23:59:59.999999999` }],
      format: "JSONEachRow",
      clickhouse_settings: { session_timezone: "UTC" },
    });
    const days = await text(
      `SELECT partition, count() FROM system.parts WHERE database = currentDatabase() AND table = '${table}' AND active GROUP BY partition`,
    );
    expect(days).toBe(`${day}\t1`);
    const key = await text(
      `SELECT partition_key FROM system.tables WHERE database = currentDatabase() AND name = '${table}'`,
    );
    expect(key).toBe(`toDate(${column}, 'UTC')`);
    await database.client.command({ query: `TRUNCATE TABLE ${table}` });
  });
});

/** The exporter's INSERT lists, as its templates have them. */
const STOCK_LOGS =
  "Timestamp, TraceId, SpanId, TraceFlags, SeverityText, SeverityNumber, ServiceName, Body, ResourceSchemaUrl, ResourceAttributes, ScopeSchemaUrl, ScopeName, ScopeVersion, ScopeAttributes, LogAttributes, EventName";
const STOCK_TRACES =
  "Timestamp, TraceId, SpanId, ParentSpanId, TraceState, SpanName, SpanKind, ServiceName, ResourceAttributes, ScopeName, ScopeVersion, SpanAttributes, Duration, StatusCode, StatusMessage, Events.Timestamp, Events.Name, Events.Attributes, Links.TraceId, Links.SpanId, Links.TraceState, Links.Attributes";

describe("a stock exporter", () => {
  test("writes logs; what it does not know takes its default", async () => {
    const at = `${day} 10:00:00.123456789`;
    await insertRows(
      database.client,
      "otel_logs",
      [
        {
          Timestamp: at,
          TraceFlags: 1,
          Body: "stock",
          ResourceAttributes: { "k8s.pod.name": "p-1" },
        },
      ],
      { columns: STOCK_LOGS.split(", ") },
    );
    const [row] = await rows<Row>(
      "SELECT Timestamp, ObservedTimestamp, Flags, DroppedAttributesCount, TimestampTime, ResourceAttributeItems, `__otel_materialized_k8s.pod.name` AS pod FROM otel_logs WHERE Body = 'stock'",
    );
    expect(row).toEqual({
      Timestamp: at,
      ObservedTimestamp: "1970-01-01 00:00:00.000000000",
      Flags: 1,
      DroppedAttributesCount: 0,
      TimestampTime: `${day} 10:00:00`,
      ResourceAttributeItems: ["k8s.pod.name=p-1"],
      pod: "p-1",
    });
  });

  test("writes spans; the counts of its events and links are as long as they", async () => {
    await insertRows(
      database.client,
      "otel_traces",
      [
        {
          Timestamp: `${day} 10:00:00`,
          TraceId: "aa",
          SpanName: "stock",
          "Events.Timestamp": [`${day} 10:00:01`, `${day} 10:00:02`],
          "Events.Name": ["a", "b"],
          "Events.Attributes": [{}, { k: "v" }],
          "Links.TraceId": ["bb"],
          "Links.SpanId": ["cc"],
          "Links.TraceState": [""],
          "Links.Attributes": [{}],
        },
      ],
      { columns: STOCK_TRACES.split(", ") },
    );
    const [row] = await rows<Row>(
      "SELECT `Events.Name`, `Events.DroppedAttributesCount`, `Links.Flags`, `Links.DroppedAttributesCount`, ScopeAttributes, ResourceSchemaUrl FROM otel_traces WHERE SpanName = 'stock'",
    );
    expect(row).toEqual({
      "Events.Name": ["a", "b"],
      "Events.DroppedAttributesCount": [0, 0],
      "Links.Flags": [0],
      "Links.DroppedAttributesCount": [0],
      ScopeAttributes: {},
      ResourceSchemaUrl: "",
    });
  });

  test.each([
    ["otel_logs", STOCK_LOGS],
    ["otel_traces", STOCK_TRACES],
  ] as const)("finds its columns first in %s", (table, stock) => {
    const names = insertColumns(table).map(({ name }) => name);
    expect(names.slice(0, stock.split(", ").length)).toEqual(stock.split(", "));
  });
});

describe("the same token twice", () => {
  const start = noonSeconds * 1000;
  const spans = Array.from({ length: 100 }, (_, index) => ({
    Timestamp: new Date(start + index * 1000).toISOString(),
    TraceId: hexId(1 + (index % 10), 16),
    SpanId: hexId(index + 1, 8),
    ParentSpanId: index < 10 ? "" : hexId(1, 8),
    SpanName: "GET /cart",
    SpanKind: "Server",
    ServiceName: "cart-once",
    Duration: (index + 1) * 1_000_000,
    StatusCode: index % 4 === 0 ? "Error" : "Unset",
    ResourceAttributes: { "service.version": "2.0.0", "deployment.environment.name": "production" },
  }));

  test("stores spans once, in the table, the windows and the rates", async () => {
    for (let attempt = 0; attempt < 2; attempt++) {
      await insertRows(database.client, "otel_traces", spans, {
        deduplicationToken: "otel_traces/1/abc",
      });
    }
    expect(await text("SELECT count() FROM otel_traces WHERE ServiceName = 'cart-once'")).toBe(
      "100",
    );
    // One row per trace and insert: twenty would mean that the view ran twice.
    expect(
      await text(
        "SELECT count(), uniqExact(TraceId) FROM otel_traces_trace_id_ts WHERE TraceId IN (SELECT TraceId FROM otel_traces WHERE ServiceName = 'cart-once')",
      ),
    ).toBe("10\t10");
    expect(
      await text(
        "SELECT ServiceVersion, DeploymentEnvironment, sum(Requests), sum(Errors), sum(Roots), max(DurationMax), sum(DurationSum), round(quantilesTDigestMerge(0.5, 0.9, 0.95, 0.99)(DurationQ)[1] / 1e6) FROM otel_traces_red_1m WHERE ServiceName = 'cart-once' GROUP BY ALL",
      ),
    ).toBe("2.0.0\tproduction\t100\t25\t10\t100000000\t5050000000\t50");
  });

  test("stores logs once, in the table and the rates", async () => {
    const logs = spans.map((span, index) => ({
      Timestamp: span.Timestamp,
      TraceId: span.TraceId,
      ServiceName: "cart-once",
      SeverityText: "ERROR",
      SeverityNumber: 17,
      Body: "x".repeat(index),
    }));
    for (let attempt = 0; attempt < 2; attempt++) {
      await insertRows(database.client, "otel_logs", logs, {
        deduplicationToken: "otel_logs/1/abc",
      });
    }
    expect(await text("SELECT count() FROM otel_logs WHERE ServiceName = 'cart-once'")).toBe("100");
    expect(
      await text(
        "SELECT sum(Count), sum(Bytes), uniqExact(Bucket) FROM otel_logs_rate_1m WHERE ServiceName = 'cart-once'",
      ),
    ).toBe("100\t4950\t2");
  });

  test("and another token with the same rows stores them again: the token decides, not the content", async () => {
    await insertRows(database.client, "otel_traces", spans, {
      deduplicationToken: "otel_traces/2/abc",
    });
    expect(await text("SELECT count() FROM otel_traces WHERE ServiceName = 'cart-once'")).toBe(
      "200",
    );
    expect(
      await text("SELECT sum(Requests) FROM otel_traces_red_1m WHERE ServiceName = 'cart-once'"),
    ).toBe("200");
  });
});

describe("Grafana", () => {
  const wanted = hexId(0xabcdef, 16);
  /** One part of a day's spans, a thousand a minute; the wanted trace has three of them at noon. */
  beforeAll(async () => {
    await database.client.command({
      query: `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ServiceName, SpanName, SpanKind, Duration, StatusCode)
        SELECT toDateTime64('${day} 00:00:00', 9, 'UTC') + toIntervalMillisecond(number * 60),
          if(number BETWEEN 720000 AND 720002, '${wanted}', lower(hex(MD5(toString(intDiv(number, 8)))))),
          lower(hex(number)), concat('service-', toString(number % 10)), concat('operation-', toString(number % 7)), 'Server', 1000000, 'Unset'
        FROM numbers(1440000)
        SETTINGS max_insert_threads = 1, max_threads = 1, max_block_size = 2000000, min_insert_block_size_rows = 2000000, min_insert_block_size_bytes = 0`,
    });
    await database.client.command({
      query: `INSERT INTO otel_logs (Timestamp, TraceId, ServiceName, SeverityText, SeverityNumber, Body)
        SELECT toDateTime64('${day} 00:00:00', 9, 'UTC') + toIntervalMillisecond(number * 240),
          if(number IN (180000, 180001), '${wanted}', lower(hex(MD5(toString(number))))),
          concat('service-', toString(number % 10)), 'INFO', 9, concat('message ', toString(number))
        FROM numbers(360000)
        SETTINGS max_insert_threads = 1, max_threads = 1, max_block_size = 2000000, min_insert_block_size_rows = 2000000, min_insert_block_size_bytes = 0`,
    });
  });

  function traceById(): string {
    const db = `"${database.connection.database}"`;
    return `WITH '${wanted}' as __gf_trace_id,
(SELECT min(Start) FROM ${db}."otel_traces_trace_id_ts" WHERE TraceId = __gf_trace_id) as __gf_trace_start,
(SELECT max(End) + 1 FROM ${db}."otel_traces_trace_id_ts" WHERE TraceId = __gf_trace_id) as __gf_trace_end
SELECT "TraceId" as traceID, "SpanId" as spanID, "ParentSpanId" as parentSpanID, "ServiceName" as serviceName, "SpanName" as operationName,
 multiply(toUnixTimestamp64Nano("Timestamp"), 0.000001) as startTime, multiply("Duration", 0.000001) as duration,
 arrayMap(key -> map('key', key, 'value',"SpanAttributes"[key]), mapKeys("SpanAttributes")) as tags,
 arrayMap(key -> map('key', key, 'value',"ResourceAttributes"[key]), mapKeys("ResourceAttributes")) as serviceTags,
 if("StatusCode" IN ('Error','STATUS_CODE_ERROR'), 2, 0) as statusCode,
 arrayMap((name, timestamp, attributes) -> tuple(name, toString(toUnixTimestamp64Milli(timestamp)), arrayMap(key -> map('key', key, 'value', attributes[key]), mapKeys(attributes)))::Tuple(name String, timestamp String, fields Array(Map(String, String))), "Events".Name, "Events".Timestamp, "Events".Attributes) AS logs,
 arrayMap((traceID, spanID, attributes) -> tuple(traceID, spanID, arrayMap(key -> map('key', key, 'value', attributes[key]), mapKeys(attributes)))::Tuple(traceID String, spanID String, tags Array(Map(String, String))), "Links".TraceId, "Links".SpanId, "Links".Attributes) AS references,
 "SpanKind" as kind, "StatusMessage" as statusMessage, "TraceState" as traceState
FROM ${db}."otel_traces" WHERE traceID = __gf_trace_id AND "Timestamp" >= __gf_trace_start AND "Timestamp" <= __gf_trace_end`;
  }

  /** The smallest share of granules that any step of EXPLAIN keeps. */
  async function granulesKept(query: string): Promise<number> {
    const plan = await text(`EXPLAIN indexes = 1 ${query}`, grafana);
    const shares = [...plan.matchAll(/Granules: (\d+)\/(\d+)/g)].map((m) => Number(m[1]));
    expect(shares.length, plan).toBeGreaterThan(0);
    return Math.min(...shares);
  }

  test("finds a trace by its id, reading its window only", async () => {
    expect(await rows(traceById(), grafana)).toHaveLength(3);
    expect(await granulesKept(traceById())).toBeLessThanOrEqual(4);
  });

  test("lists logs of an hour without reading the day", async () => {
    const list = (column: string) =>
      `SELECT Timestamp as "timestamp", Body as "body", SeverityText as "level", TraceId as "traceID" FROM "${database.connection.database}"."otel_logs" WHERE ( ${column} >= toDateTime(${noonSeconds}) AND ${column} <= toDateTime(${noonSeconds + 3600}) ) ORDER BY timestamp DESC LIMIT 1000`;
    expect(await rows(list("timestamp"), grafana)).toHaveLength(1000);
    // 352 granules a day: an hour is 15, and the bucket's ends.
    expect(await granulesKept(list("timestamp"))).toBeLessThanOrEqual(18);
    // The older schema's column is an alias here, and prunes as well.
    expect(await rows(list("TimestampTime"), grafana)).toHaveLength(1000);
    expect(await granulesKept(list("TimestampTime"))).toBeLessThanOrEqual(18);
  });

  test("follows a trace to its logs, without a time range, by the index", async () => {
    const viewLogs = `SELECT Timestamp as "timestamp", Body as "body", TraceId as "traceID" FROM "${database.connection.database}"."otel_logs" WHERE ( traceID = '${wanted}' ) ORDER BY timestamp ASC`;
    expect(await rows(viewLogs, grafana)).toHaveLength(2);
    expect(await granulesKept(viewLogs)).toBeLessThanOrEqual(2);
  });

  test("answers its health check and its builder's questions", async () => {
    expect(await text("SELECT 1", grafana)).toBe("1");
    expect(await text("SELECT displayName(), version(), revision(), timezone()", grafana)).not.toBe(
      "",
    );
    expect(await text("SHOW DATABASES", grafana)).toContain(database.connection.database);
    expect(await text("DESC TABLE otel_logs", grafana)).toContain("TimestampTime");
    expect(
      await text("SELECT count() FROM system.columns WHERE table = 'otel_traces'", grafana),
    ).not.toBe("0");
  });
});

test("the query service lists attribute keys from the text index", async () => {
  await insertRows(database.client, "otel_logs", [
    { Timestamp: `${day} 00:00:00`, LogAttributes: { "user.id": "7", "http.route": "/cart" } },
  ]);
  const query = createClickHouseClient(database.queryConnection, "query");
  const keys = await text(
    "SELECT DISTINCT token FROM mergeTreeTextIndex(currentDatabase(), 'otel_logs', 'idx_log_attr_key') ORDER BY token",
    query,
  );
  await query.close();
  expect(keys.split("\n")).toEqual(expect.arrayContaining(["http.route", "user.id"]));
});
