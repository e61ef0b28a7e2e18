/** Pure: what the page of logs shows, as SQL. Each is undefined when `q` is no filter. */
import { conditionSql, filterConditions, literal, whereSql } from "./filter-sql.ts";
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

/** Statements longer than this do not fit into a link. */
const PATTERNS_MAX = 12;

/** How many logs are like each of the most frequent patterns; a log that is like several counts for the first of them. */
export function patternsSql(
  q: string,
  patterns: readonly { readonly template: string; readonly q: string }[],
): string | undefined {
  const where = whereSql(q, "logs");
  const branches = patterns.slice(0, PATTERNS_MAX).map((pattern) => {
    // The regular expression comes last, and says all that the words before it do.
    const regex = filterConditions(pattern.q, "logs")?.at(-1);
    return regex === undefined
      ? undefined
      : `${conditionSql(regex, "logs")}, ${literal(pattern.template)}`;
  });
  const known = branches.filter((branch) => branch !== undefined);
  if (where === undefined || known.length === 0) return undefined;
  return `SELECT multiIf(
    ${known.join(",\n    ")},
    'others') AS pattern,
  count() AS logs, min(Timestamp) AS first, max(Timestamp) AS last
FROM otel_logs
WHERE ${where}
GROUP BY pattern
ORDER BY logs DESC`;
}
