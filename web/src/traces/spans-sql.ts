/** Pure: what a search for spans, its heatmap and its comparison ask, as SQL to go on with. Each is undefined when `q` is no filter. */
import { facetValueSql } from "../sql/facet-sql.ts";
import { timeSql, whereSql } from "../sql/filter-sql.ts";

/** The spans that meet the filter, newest first. */
export function spansSql(q: string): string | undefined {
  const where = whereSql(q, "traces");
  if (where === undefined) return undefined;
  return `SELECT Timestamp, TraceId, ServiceName, SpanName, Duration / 1e6 AS ms, StatusCode
FROM otel_traces
WHERE ${where}
ORDER BY Timestamp DESC
LIMIT 50`;
}

/** The cells of the heatmap. */
export function heatmapSql(q: string): string | undefined {
  const where = whereSql(q, "traces");
  if (where === undefined) return undefined;
  return `SELECT $__timeInterval(Timestamp) AS time, pow(10, floor(log10(greatest(Duration, 1)) * 16) / 16) AS fromNanos,
  count() AS spans, countIf(StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS errors
FROM otel_traces
WHERE ${where}
GROUP BY time, fromNanos
ORDER BY time, fromNanos`;
}

/** Half-open. */
interface Selected {
  readonly fromMs: number;
  readonly toMs: number;
  readonly minNs: number;
  readonly maxNs: number;
}

/** How often each value of an attribute is among the selected spans and among the others, the largest difference first. */
export function deltasSql(q: string, { fromMs, toMs, minNs, maxNs }: Selected): string | undefined {
  const where = whereSql(q, "traces");
  if (where === undefined) return undefined;
  const [from, to] = [timeSql(`${fromMs}000000`), timeSql(`${toMs}000000`)];
  return `WITH spans AS (
  SELECT
    Timestamp >= ${from} AND Timestamp < ${to}
      AND Duration >= ${minNs} AND Duration < ${maxNs} AS isSelected,
    arrayConcat(
      [('service.name', toString(ServiceName)), ('name', toString(SpanName)), ('kind', toString(SpanKind)), ('status', toString(StatusCode))],
      arrayMap(item -> (concat('attribute.', item.1), item.2), CAST(SpanAttributes, 'Array(Tuple(String, String))')),
      arrayMap(item -> (concat('resource.', item.1), item.2), CAST(ResourceAttributes, 'Array(Tuple(String, String))'))) AS items
  FROM otel_traces
  WHERE ${where}
)
SELECT item.1 AS key, item.2 AS value,
  countIf(isSelected) AS selected, countIf(NOT isSelected) AS others,
  selected / (SELECT countIf(isSelected) FROM spans) AS selectedShare,
  others / (SELECT countIf(NOT isSelected) FROM spans) AS othersShare
FROM spans ARRAY JOIN items AS item
GROUP BY key, value
ORDER BY abs(selectedShare - othersShare) DESC
LIMIT 100`;
}

/**
 * How many traces have a matching span with each value of a field, or of two, and how long those spans took.
 * @param by as a filter names them
 */
export function groupsSql(q: string, by: readonly string[]): string | undefined {
  const where = whereSql(q, "traces");
  const columns = by.map((_, i) => (i === 0 ? "value" : `value${i + 1}`));
  const values = by.map((name, i) => {
    const value = facetValueSql(name, "traces");
    return value === undefined ? undefined : `${value} AS ${columns[i]}`;
  });
  if (where === undefined || values.includes(undefined)) return undefined;
  const names = columns.join(", ");
  return `SELECT ${names}, count() AS traces, countIf(isError) AS failed,
  quantileExactInclusive(0.5)(duration) / 1e6 AS p50_ms,
  quantileExactInclusive(0.95)(duration) / 1e6 AS p95_ms
FROM (
  SELECT TraceId, ${values.join(", ")}, max(Duration) AS duration,
    max(StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS isError
  FROM otel_traces
  WHERE ${where.replaceAll("\n", "\n  ")}
  GROUP BY TraceId, ${names}
)
GROUP BY ${names}
ORDER BY traces DESC
LIMIT 100`;
}
