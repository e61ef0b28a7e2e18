/** Pure: two traces operation by operation, as SQL. */
import { literal } from "../sql/filter-sql.ts";

/** How many spans each operation has in both traces, and how long they took together. */
export function twoTracesSql(a: string, b: string): string {
  const [isA, isB] = [`TraceId = ${literal(a)}`, `TraceId = ${literal(b)}`];
  return `SELECT ServiceName, SpanName,
  countIf(${isA}) AS spans_a, countIf(${isB}) AS spans_b,
  sumIf(Duration, ${isA}) / 1e6 AS ms_a, sumIf(Duration, ${isB}) / 1e6 AS ms_b,
  ms_a - ms_b AS longer_ms
FROM otel_traces
WHERE $__timeFilter(Timestamp)
  AND TraceId IN (${literal(a)}, ${literal(b)})
GROUP BY ServiceName, SpanName
ORDER BY abs(longer_ms) DESC`;
}

/**
 * The operations of one trace beside all of their requests in the time range.
 * @param environment in which they are counted; empty for all
 */
export function usualSql(a: string, environment: string): string {
  const isA = `TraceId = ${literal(a)}`;
  const isThere =
    environment === ""
      ? ""
      : `\n  AND (${isA} OR ResourceAttributes['deployment.environment.name'] = ${literal(environment)})`;
  return `SELECT ServiceName, SpanName,
  countIf(${isA}) AS spans_a, maxIf(Duration, ${isA}) / 1e6 AS ms_a,
  quantile(0.5)(Duration) / 1e6 AS p50_ms, quantile(0.95)(Duration) / 1e6 AS p95_ms,
  count() AS requests
FROM otel_traces
WHERE $__timeFilter(Timestamp)${isThere}
GROUP BY ServiceName, SpanName
HAVING spans_a > 0
ORDER BY ms_a - p50_ms DESC`;
}
