/**
 * Answers of the page of SQL, by what a statement looks like: there is no database here. `broken` in a statement is
 * refused with its place, `slow` takes a while, `cut` gives less than there is.
 */
import type { LogRecord, Meta, SqlRows, SqlSchema } from "@throughline/query/wire";

export type SqlOutcome =
  | { readonly kind: "rows"; readonly rows: SqlRows; readonly delayMs: number }
  | { readonly kind: "refused"; readonly detail: string; readonly position: number };

const SLOW_MS = 4000;

export function sqlAnswer(sql: string, logs: readonly LogRecord[], meta: Meta): SqlOutcome {
  const wrong = sql.indexOf("broken");
  if (wrong >= 0)
    return {
      kind: "refused",
      detail:
        "Unknown expression identifier `broken` in scope SELECT broken. Maybe you meant: ['Body'].",
      position: wrong,
    };
  const delayMs = sql.includes("slow") ? SLOW_MS : 0;
  const isCut = sql.includes("cut");
  const rows = rowsOf(sql, logs);
  return {
    kind: "rows",
    delayMs,
    rows: {
      ...rows,
      rows: isCut ? rows.rows.slice(0, 20) : rows.rows,
      meta: isCut
        ? { ...meta, complete: false, reason: "Only the first 20 rows are given; ask for fewer." }
        : meta,
    },
  };
}

function rowsOf(sql: string, logs: readonly LogRecord[]): Pick<SqlRows, "columns" | "rows"> {
  if (/\bGROUP BY (?:time|t)\b/u.test(sql)) return overTime(sql.includes("ServiceName"), logs);
  if (/\bcount\(\)/u.test(sql)) return byService(logs);
  return {
    columns: [
      { name: "Timestamp", type: "DateTime64(9)" },
      { name: "SeverityText", type: "LowCardinality(String)" },
      { name: "ServiceName", type: "LowCardinality(String)" },
      { name: "Body", type: "String" },
      { name: "TraceId", type: "String" },
    ],
    rows: logs
      .slice(0, 200)
      .map((log) => [
        timeText(log, 1),
        log.severityText,
        log.serviceName,
        log.body,
        log.traceId === "" ? null : log.traceId,
      ]),
  };
}

const NANOS_PER_SECOND = 1_000_000_000n;
const MINUTE_SECONDS = 60;

/** As ClickHouse writes a DateTime64 in UTC, rounded down to so many seconds. */
function timeText(log: LogRecord, seconds: number): string {
  const unix = Number(BigInt(log.timeUnixNano) / NANOS_PER_SECOND);
  const rounded = Math.floor(unix / seconds) * seconds;
  return new Date(rounded * 1000).toISOString().slice(0, 19).replace("T", " ");
}

function overTime(
  isByService: boolean,
  logs: readonly LogRecord[],
): Pick<SqlRows, "columns" | "rows"> {
  const counts = new Map<
    string,
    { readonly time: string; service: string; n: number; ms: number }
  >();
  for (const log of logs) {
    const time = timeText(log, MINUTE_SECONDS);
    const service = isByService ? log.serviceName : "";
    const key = `${time} ${service}`;
    const known = counts.get(key) ?? { time, service, n: 0, ms: 0 };
    counts.set(key, { ...known, n: known.n + 1, ms: known.ms + log.body.length / 7 });
  }
  const sorted = [...counts.values()].toSorted((a, b) => (a.time < b.time ? -1 : 1));
  return {
    columns: [
      { name: "time", type: "DateTime" },
      ...(isByService ? [{ name: "ServiceName", type: "LowCardinality(String)" }] : []),
      { name: "logs", type: "UInt64" },
      { name: "ms", type: "Float64" },
    ],
    rows: sorted.map(({ time, service, n, ms }) => [
      time,
      ...(isByService ? [service] : []),
      String(n),
      ms / n,
    ]),
  };
}

function byService(logs: readonly LogRecord[]): Pick<SqlRows, "columns" | "rows"> {
  const counts = new Map<string, number>();
  for (const { serviceName } of logs) counts.set(serviceName, (counts.get(serviceName) ?? 0) + 1);
  return {
    columns: [
      { name: "ServiceName", type: "LowCardinality(String)" },
      { name: "logs", type: "UInt64" },
    ],
    rows: [...counts].toSorted((a, b) => b[1] - a[1]).map(([name, n]) => [name, String(n)]),
  };
}

const LOG_COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ["Timestamp", "DateTime64(9)"],
  ["TraceId", "String"],
  ["SpanId", "String"],
  ["SeverityText", "LowCardinality(String)"],
  ["SeverityNumber", "UInt8"],
  ["ServiceName", "LowCardinality(String)"],
  ["Body", "String"],
  ["LogAttributes", "Map(LowCardinality(String), String)"],
  ["ResourceAttributes", "Map(LowCardinality(String), String)"],
];

export const SQL_SCHEMA: SqlSchema = {
  database: "otel",
  tables: [
    {
      name: "otel_logs",
      isView: false,
      comment: "",
      columns: LOG_COLUMNS.map(([name, type]) => ({ name, type, comment: "", isComputed: false })),
    },
  ],
  functions: [{ name: "count", isAggregate: true, syntax: "count()" }],
  keywords: ["SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "LIMIT"],
  macros: [{ name: "$__timeFilter", description: "the column lies in the range of the request" }],
  meta: { elapsedMs: 4, rowsRead: 900, bytesRead: 90_000, complete: true },
};
