Services over a range of whole minutes, from the per-minute rollups.

-- name: cells
-- Rates of services: from the cells of otel_traces_red_services, whole hours between `hours_from` and `hours_to` and five
-- minutes around them; before `until` from the minutes. Where there were rates before there were cells, a row of Width 0
-- says until when.
SELECT
  Bucket, ServiceName, SpanKind, DeploymentEnvironment, Requests, Errors, DurationSum, DurationMax, ErrorDurationMax,
  DurationQ, Operations
FROM otel_traces_red_services
WHERE Bucket >= greatest(toDateTime({minutes_until:UInt32}), (SELECT max(Bucket) FROM otel_traces_red_services WHERE Width = 0))
  AND (
    (Width = 3600 AND Bucket >= toDateTime({hours_from:UInt32}) AND Bucket < toDateTime({hours_to:UInt32}))
    OR (Width = 300 AND Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({hours_from:UInt32}))
    OR (Width = 300 AND Bucket >= toDateTime({hours_to:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})))
UNION ALL
SELECT
  Bucket, ServiceName, SpanKind, DeploymentEnvironment, Requests, Errors, DurationSum, DurationMax,
  if(StatusCode = 'Error', DurationMax, 0) AS ErrorDurationMax,
  DurationQ, map(toString(SpanName), toUInt64(Requests)) AS Operations
FROM otel_traces_red_1m
WHERE Bucket < greatest(toDateTime({minutes_until:UInt32}), (SELECT max(Bucket) FROM otel_traces_red_services WHERE Width = 0))
  AND Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})

-- name: of-environment
DeploymentEnvironment = {environment:String}

-- name: of-service
ServiceName = {service:String}

-- name: rates
SELECT
  ServiceName AS name,
  sum(Requests) AS spanCount,
  sum(Errors) AS errorCount,
  sumIf(Requests, SpanKind IN ('Server', 'Consumer')) AS served,
  sumIf(Errors, SpanKind IN ('Server', 'Consumer')) AS servedErrors,
  arrayMap(q -> toUInt64(greatest(if(isNaN(q), 0, q), 0)),
    quantilesTDigestMergeIf(0.5, 0.9, 0.95, 0.99)(DurationQ, SpanKind IN ('Server', 'Consumer'))) AS quantiles
FROM
(
  /*cells*/
)
WHERE /*where*/
GROUP BY ServiceName
ORDER BY spanCount DESC, name
LIMIT {limit:UInt64}

-- name: rate-series
SELECT
  ServiceName AS name,
  intDiv(toUnixTimestamp(Bucket) - {from_seconds:UInt32}, {bucket_seconds:UInt32}) AS bucket,
  sum(Requests) AS served,
  sum(Errors) AS servedErrors,
  arrayMap(q -> toUInt64(greatest(if(isNaN(q), 0, q), 0)), quantilesTDigestMerge(0.5, 0.9, 0.95, 0.99)(DurationQ)) AS quantiles
FROM
(
  /*cells*/
)
WHERE SpanKind IN ('Server', 'Consumer') AND /*where*/
GROUP BY name, bucket
ORDER BY name, bucket
LIMIT {limit:UInt64}

-- name: operations
SELECT name, operation, sum(requests) AS requests
FROM
(
  SELECT ServiceName AS name, each.1 AS operation, each.2 AS requests
  FROM
  (
    /*cells*/
  )
  ARRAY JOIN CAST(Operations, 'Array(Tuple(String, UInt64))') AS each
  WHERE /*where*/
)
GROUP BY name, operation
ORDER BY requests DESC, operation
LIMIT {operations_max:UInt64} BY name
LIMIT {limit:UInt64}

-- name: logs
SELECT ServiceName AS name, sum(Count) AS logCount
FROM otel_logs_rate_1m
WHERE Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
  AND /*where*/
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
