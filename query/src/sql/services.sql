Services over a range of whole minutes, from the per-minute rollups.

-- name: spans
SELECT
  ServiceName AS name,
  sum(Requests) AS spanCount,
  sum(Errors) AS errorCount,
  sumIf(Requests, SpanKind IN ('Server', 'Consumer')) AS servedCount,
  arrayMap(q -> toUInt64(greatest(if(isNaN(q), 0, q), 0)),
    quantilesTDigestMergeIf(0.5, 0.9, 0.95, 0.99)(DurationQ, SpanKind IN ('Server', 'Consumer'))) AS quantiles
FROM otel_traces_red_1m
WHERE Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
GROUP BY ServiceName
ORDER BY spanCount DESC, name
LIMIT {limit:UInt64}

-- name: operations
SELECT ServiceName AS serviceName, SpanName AS operation, sum(Requests) AS requests
FROM otel_traces_red_1m
WHERE Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
GROUP BY serviceName, operation
ORDER BY requests DESC, operation
LIMIT {operations_max:UInt64} BY serviceName
LIMIT {limit:UInt64}

-- name: logs
SELECT ServiceName AS name, sum(Count) AS logCount
FROM otel_logs_rate_1m
WHERE Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
GROUP BY ServiceName
ORDER BY logCount DESC, name
LIMIT {limit:UInt64}

-- name: status
SELECT
  version() AS version,
  (SELECT count() FROM (SELECT 1 FROM otel_traces LIMIT 1)) AS traces,
  (SELECT count() FROM (SELECT 1 FROM otel_logs LIMIT 1)) AS logs

-- name: ready
SELECT
  (SELECT count() FROM (SELECT 1 FROM otel_traces LIMIT 1))
  + (SELECT count() FROM (SELECT 1 FROM otel_logs LIMIT 1))
  + (SELECT count() FROM (SELECT 1 FROM otel_traces_trace_id_ts LIMIT 1)) AS answered
