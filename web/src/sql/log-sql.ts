/** Pure: what the page of logs shows, as SQL. Each is undefined when `q` is no filter. */
import { whereSql } from "./filter-sql.ts";
import { severityNameSql } from "./severity-sql.ts";

/** The list, newest first. */
export function logsSql(q: string, columns: readonly string[] = []): string | undefined {
  const where = whereSql(q, "logs");
  if (where === undefined) return undefined;
  const more = columns.map((column) => `, ${column}`).join("");
  return `SELECT Timestamp, SeverityText, ServiceName, Body, TraceId${more}
FROM otel_logs
WHERE ${where}
ORDER BY Timestamp DESC
LIMIT 200`;
}

/** The histogram. @param bucketSeconds width of its bars */
export function logHistogramSql(q: string, bucketSeconds: number): string | undefined {
  const where = whereSql(q, "logs");
  if (where === undefined) return undefined;
  return `SELECT toStartOfInterval(Timestamp, toIntervalSecond(${bucketSeconds})) AS time,
  ${severityNameSql()} AS severity,
  count() AS logs
FROM otel_logs
WHERE ${where}
GROUP BY time, severity
ORDER BY time, severity`;
}

/** The logs of one pattern by service, with their first and last. @param pattern the filter of the pattern */
export function patternSql(q: string, pattern: string): string | undefined {
  const where = whereSql(`${q === "" ? "" : `(${q}) `}${pattern}`, "logs");
  if (where === undefined) return undefined;
  return `SELECT ServiceName, count() AS logs, min(Timestamp) AS first, max(Timestamp) AS last
FROM otel_logs
WHERE ${where}
GROUP BY ServiceName
ORDER BY logs DESC`;
}
