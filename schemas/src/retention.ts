import type { ClickHouseClient } from "@clickhouse/client";
import { loadSql } from "./migrations.ts";
import {
  allRetentionDays,
  quoteIdentifier,
  renderTemplate,
  type TemplateValues,
} from "./template.ts";

/** A table whose retention was changed to what the settings say now. */
export interface RetentionChange {
  readonly table: string;
  readonly fromDays: number;
  readonly toDays: number;
}

type Days = ReturnType<typeof allRetentionDays>;

/** Which setting decides about a table, and from which moment the days count. */
const RETENTIONS: ReadonlyMap<string, { readonly days: keyof Days; readonly from: string }> =
  new Map([
    ["otel_logs", { days: "logs", from: "toDateTime(Timestamp)" }],
    ["otel_traces", { days: "traces", from: "toDateTime(Timestamp)" }],
    ["otel_traces_trace_id_ts", { days: "trace_windows", from: "Start" }],
    ["otel_metrics_gauge", { days: "metrics", from: "toDateTime(TimeUnix)" }],
    ["otel_metrics_sum", { days: "metrics", from: "toDateTime(TimeUnix)" }],
    ["otel_metrics_histogram", { days: "metrics", from: "toDateTime(TimeUnix)" }],
    ["otel_metrics_exponential_histogram", { days: "metrics", from: "toDateTime(TimeUnix)" }],
    ["otel_metrics_summary", { days: "metrics", from: "toDateTime(TimeUnix)" }],
    ["otel_traces_red_1m", { days: "rollups", from: "Bucket" }],
    ["otel_logs_rate_1m", { days: "rollups", from: "Bucket" }],
  ]);

/**
 * The migrations make the tables with the retention of their day; a setting that changed since is applied here.
 * Tables that someone gave another kind of TTL by hand (volumes, no day count) are left alone.
 */
export async function applyRetention(
  client: ClickHouseClient,
  values: TemplateValues,
): Promise<readonly RetentionChange[]> {
  const days = allRetentionDays(values.retentionDays);
  const result = await client.query({
    query: loadSql("table_ttls"),
    query_params: { database: values.database },
    format: "JSONEachRow",
  });
  const changes: RetentionChange[] = [];
  for (const row of await result.json<{ name: string; days: string }>()) {
    const retention = RETENTIONS.get(row.name);
    if (!retention || row.days === "") continue;
    const toDays = days[retention.days];
    if (Number(row.days) === toDays) continue;
    const alter = `ALTER TABLE {{database}}.${quoteIdentifier(row.name)} {{on_cluster}} MODIFY TTL ${retention.from} + toIntervalDay(${toDays})`;
    await client.command({ query: renderTemplate(alter, values) });
    changes.push({ table: row.name, fromDays: Number(row.days), toDays });
  }
  return changes;
}
