/** What the data source's statements may read, and what ClickHouse says that they have read. */
import type { ClickHouseClient } from "@clickhouse/client";
import type { Protocol } from "./grafana-rig.ts";

export interface Bound {
  readonly name: string;
  readonly table: "otel_logs" | "otel_traces" | "otel_traces_trace_id_ts";
  /** Without which no bound would hold; undefined where no index helps. */
  readonly index: string | undefined;
  /** At most that many in each table that the plan reads. */
  readonly granules: number;
  /** Shares of the table's rows, and of its bytes before compression. */
  readonly rows: number;
  readonly bytes: number;
}

/** Of 48. Rows count again where columns are read in a second step, or from both sides of a join. */
const HOUR = { index: "PrimaryKey", granules: 12, rows: 0.05, bytes: 0.02 } as const;
const HOURS = { ...HOUR, granules: 56, rows: 0.15, bytes: 0.04 } as const;
const FEW = { rows: 0.005, bytes: 0.001 } as const;
const WHOLE = { index: undefined, granules: Number.POSITIVE_INFINITY, rows: 1 } as const;
const LOGS = { table: "otel_logs" } as const;
const SPANS = { table: "otel_traces" } as const;

/** Every statement that reads telemetry. */
export const BOUNDS: readonly Bound[] = [
  { name: "logs", ...LOGS, ...HOUR },
  { name: "logs-1.2.9", ...LOGS, ...HOUR, index: "idx_ts" },
  { name: "logs-level", ...LOGS, ...HOUR },
  { name: "logs-like", ...LOGS, ...HOUR },
  { name: "logs-ilike", ...LOGS, ...HOUR },
  { name: "logs-level-like", ...LOGS, ...HOUR },
  { name: "logs-contains", ...LOGS, ...HOUR },
  { name: "logs-resource-map", ...LOGS, ...HOUR },
  { name: "logs-map", ...LOGS, ...FEW, index: "idx_log_attr_key", granules: 1 },
  { name: "volume", ...LOGS, ...HOUR },
  { name: "ad-hoc", ...LOGS, ...HOUR },
  { name: "trace-logs", ...LOGS, ...FEW, index: "idx_trace_id", granules: 1 },
  { name: "map-keys", ...LOGS, ...HOURS },
  { name: "map-keys-subcolumn", ...LOGS, ...HOURS, index: "idx_ts" },
  { name: "map-keys-sample", ...LOGS, ...WHOLE, bytes: 0.2 },
  { name: "map-values", ...LOGS, ...FEW, index: "idx_log_attr_key", granules: 2 },
  { name: "distinct-services", ...LOGS, ...WHOLE, bytes: 0.01 },
  { name: "traces", ...SPANS, ...HOUR },
  { name: "traces-map", ...SPANS, ...HOUR },
  { name: "trace", ...SPANS, ...FEW, index: "idx_trace", granules: 1 },
  { name: "trace-unknown", ...SPANS, ...FEW, index: "idx_trace", granules: 0 },
  {
    name: "trace-window",
    table: "otel_traces_trace_id_ts",
    index: "PrimaryKey",
    // One in each part, of 256 rows.
    granules: 4,
    rows: 0.02,
    bytes: 0.02,
  },
  { name: "map-keys-spans", ...SPANS, ...HOURS },
  { name: "map-values-spans", ...SPANS, ...WHOLE, bytes: 0.1 },
  { name: "services-variable", ...SPANS, ...HOUR },
  { name: "percentiles", ...SPANS, ...HOUR },
  { name: "failures", ...SPANS, ...HOUR },
  { name: "failed-spans", ...SPANS, ...HOUR },
  { name: "service-map", ...SPANS, ...HOUR },
];

export interface Reads {
  readonly rows: number;
  readonly bytes: number;
  readonly granules: number;
}

/** ClickHouse's numbers for the ways into it, in its query log. */
const INTERFACES: Readonly<Record<Protocol, number>> = { native: 1, http: 2 };

/** @returns by statement what the user `grafana` has read over the protocol */
export async function readsOf(
  client: ClickHouseClient,
  protocol: Protocol,
): Promise<ReadonlyMap<string, Reads>> {
  await client.command({ query: "SYSTEM FLUSH LOGS" });
  const result = await client.query({
    query: `SELECT query, toFloat64(max(read_rows)) AS rows, toFloat64(max(read_bytes)) AS bytes,
        toFloat64(max(ProfileEvents['SelectedMarks'])) AS granules
      FROM system.query_log
      WHERE user = 'grafana' AND type = 'QueryFinish' AND interface = ${INTERFACES[protocol]}
      GROUP BY query`,
    format: "JSONEachRow",
  });
  const rows = await result.json<Reads & { readonly query: string }>();
  return new Map(rows.map(({ query, ...reads }) => [query, reads]));
}

/** @returns rows, bytes before compression and granules of each table */
export async function tableSizes(client: ClickHouseClient): Promise<ReadonlyMap<string, Reads>> {
  const result = await client.query({
    query: `SELECT table, toFloat64(sum(rows)) AS rows, toFloat64(sum(data_uncompressed_bytes)) AS bytes,
        toFloat64(sum(marks)) AS granules
      FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table`,
    format: "JSONEachRow",
  });
  const rows = await result.json<Reads & { readonly table: string }>();
  return new Map(rows.map(({ table, ...size }) => [table, size]));
}
