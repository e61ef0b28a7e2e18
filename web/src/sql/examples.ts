/** To begin with: what the tables are good for. */
export const EXAMPLES: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: "Slowest operations",
    sql: `SELECT ServiceName, SpanName, sum(Requests) AS requests,
  round(quantilesTDigestMerge(0.5, 0.9, 0.95, 0.99)(DurationQ)[4] / 1e6, 1) AS p99_ms
FROM otel_traces_red_1m
WHERE $__timeFilter(Bucket)
GROUP BY ServiceName, SpanName
ORDER BY p99_ms DESC
LIMIT 20`,
  },
  {
    name: "Errors by message",
    sql: `SELECT ServiceName, Body, count() AS times, max(Timestamp) AS last
FROM otel_logs
WHERE $__timeFilter(Timestamp) AND SeverityNumber >= 17
GROUP BY ServiceName, Body
ORDER BY times DESC
LIMIT 50`,
  },
  {
    name: "One request",
    sql: `SELECT * FROM request_tree(id = '4bf92f3577b34da6a3ce929d0e0e4736')`,
  },
];
