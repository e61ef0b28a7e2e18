import type { InsertRowsOptions } from "./records.ts";
import { hexId, insertRows, type Row } from "./records.ts";
import type { TableName } from "../tables.ts";
import type { TestDatabase } from "./test-database.ts";

/** Within the retention, and not of the partition that an INSERT of today goes to. */
export const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
export const today = new Date().toISOString().slice(0, 10);

export interface DayOfRecords {
  /** Only into the tables that this version of the schema has. */
  readonly version: number;
  readonly day: string;
  /** Ids are made of it. */
  readonly seed: number;
  /** Default: the columns that this release writes. */
  readonly columnsOf?: (table: TableName) => readonly string[];
}

/** One trace with its logs, and a point. */
export async function addRecords(database: TestDatabase, records: DayOfRecords): Promise<void> {
  const { version, day, seed } = records;
  const optionsOf = (table: TableName): InsertRowsOptions =>
    records.columnsOf === undefined ? {} : { columns: records.columnsOf(table) };
  const ids = { TraceId: hexId(seed, 16), SpanId: hexId(seed, 8) };
  const resource = { "service.name": "shop", "k8s.pod.name": `pod-${seed}` };
  const Timestamp = `${day} 00:00:01`;
  const log = {
    ...ids,
    Timestamp,
    ServiceName: "shop",
    Body: "the Disk is full",
    LogAttributes: { "user.id": "42" },
    ResourceAttributes: resource,
  };
  await insertRows(database.client, "otel_logs", [log], optionsOf("otel_logs"));
  if (version >= 2) {
    const span = {
      ...ids,
      Timestamp,
      ServiceName: "shop",
      SpanName: "GET /",
      SpanKind: "Server",
      Duration: 1_000_000,
      SpanAttributes: { "user.id": "42" },
      ResourceAttributes: resource,
    };
    await insertRows(database.client, "otel_traces", [span], optionsOf("otel_traces"));
  }
  if (version >= 4) {
    const table = "otel_metrics_gauge";
    const point = { TimeUnix: Timestamp, MetricName: "queue.depth", Value: 7 };
    await insertRows(database.client, table, [point], optionsOf(table));
  }
}

export async function rowsOf<T extends Row>(
  database: TestDatabase,
  query: string,
): Promise<readonly T[]> {
  const result = await database.client.query({ query, format: "JSONEachRow" });
  return result.json<T>();
}

export async function count(database: TestDatabase, query: string): Promise<number> {
  const [row] = await rowsOf<{ n: string }>(database, `SELECT count() AS n FROM ${query}`);
  return Number(row?.n);
}
