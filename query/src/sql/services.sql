Services over a range of whole minutes, from the rollups.

-- name: marks
-- From when on the cells (Width 0) and the minutes of whole services (Width 60) are whole, where there were rates before them.
SELECT toUnixTimestamp(maxIf(Bucket, Width = 0)) AS cellsFrom, toUnixTimestamp(maxIf(Bucket, Width = 60)) AS minutesFrom
FROM otel_traces_red_services
WHERE Width IN (0, 60)

-- name: cells
SELECT Bucket, ServiceName, SpanKind, DeploymentEnvironment, Requests, Errors, DurationQ, Operations
FROM otel_traces_red_services
WHERE /*where*/

-- name: minutes
SELECT Bucket, ServiceName, SpanKind, DeploymentEnvironment, Requests, Errors, DurationQ, Operations
FROM otel_traces_red_services_1m
WHERE /*where*/

-- name: operation-minutes
SELECT
  Bucket, ServiceName, SpanKind, DeploymentEnvironment, Requests, Errors, DurationQ,
  map(toString(SpanName), toUInt64(Requests)) AS Operations
FROM otel_traces_red_1m
WHERE /*where*/

-- name: of-width
Width = {width_n:UInt16} AND Bucket >= toDateTime({cell_from_n:UInt32}) AND Bucket < toDateTime({cell_to_n:UInt32})

-- name: of-minutes
Bucket >= toDateTime({minute_from_n:UInt32}) AND Bucket < toDateTime({minute_to_n:UInt32})

-- name: together
/*first*/
UNION ALL
/*second*/

-- name: of-environment
DeploymentEnvironment = {environment:String}

-- name: of-service
ServiceName = {service:String}

-- name: rates
-- With the operations: reading the digests is what costs, and is done once.
SELECT
  ServiceName AS name,
  sum(Requests) AS spanCount,
  sum(Errors) AS errorCount,
  sumIf(Requests, SpanKind IN ('Server', 'Consumer')) AS served,
  sumIf(Errors, SpanKind IN ('Server', 'Consumer')) AS servedErrors,
  arrayMap(q -> toUInt64(greatest(if(isNaN(q), 0, q), 0)),
    quantilesTDigestMergeIf(0.5, 0.9, 0.95, 0.99)(DurationQ, SpanKind IN ('Server', 'Consumer'))) AS quantiles,
  /*operations*/ AS operations
FROM
(
  /*cells*/
)
WHERE /*where*/
GROUP BY ServiceName
ORDER BY spanCount DESC, name
LIMIT {limit:UInt64}

-- name: no-operations
CAST([], 'Array(String)')

-- name: operations
-- The most frequent first.
arraySlice(
  arrayMap(each -> each.2,
    arraySort(arrayMap(each -> (-toInt64(each.2), each.1), CAST(sumMap(Operations), 'Array(Tuple(String, UInt64))')))),
  1, {operations_max:UInt64})

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
