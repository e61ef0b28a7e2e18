One service: its rates over time, operations, versions, exemplars and errors; and what is typical of operations.

-- name: red
-- Rates of the cells that hold the asked spans. A question about an operation or a version is answered from the minutes;
-- then `minutes_until` is the end of the range, and there are no cells to read.
SELECT
  Bucket, SpanKind, '' AS SpanName, '' AS ServiceVersion, DeploymentEnvironment, Requests, Errors, DurationSum,
  DurationMax, ErrorDurationMax, DurationQ
FROM otel_traces_red_services
WHERE ServiceName = {service:String}
  AND Bucket >= greatest(toDateTime({minutes_until:UInt32}), (SELECT max(Bucket) FROM otel_traces_red_services WHERE Width = 0))
  AND (
    (Width = 3600 AND Bucket >= toDateTime({hours_from:UInt32}) AND Bucket < toDateTime({hours_to:UInt32}))
    OR (Width = 300 AND Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({hours_from:UInt32}))
    OR (Width = 300 AND Bucket >= toDateTime({hours_to:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})))
UNION ALL
SELECT
  Bucket, SpanKind, SpanName, ServiceVersion, DeploymentEnvironment, Requests, Errors, DurationSum, DurationMax,
  if(StatusCode = 'Error', DurationMax, 0) AS ErrorDurationMax, DurationQ
FROM otel_traces_red_1m
WHERE ServiceName = {service:String}
  AND Bucket < greatest(toDateTime({minutes_until:UInt32}), (SELECT max(Bucket) FROM otel_traces_red_services WHERE Width = 0))
  AND Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})

-- name: kinds
SELECT SpanKind AS kind, sum(Requests) AS requests
FROM
(
  /*red*/
)
WHERE /*where*/
GROUP BY kind

-- name: series
-- Every bucket, and over all of them the total, whose `bucket` is empty.
SELECT
  if(grouping(bucket) = 1, '', toString(bucket)) AS at,
  sum(Requests) AS requests,
  sum(Errors) AS errors,
  sum(DurationSum) AS durationSum,
  max(DurationMax) AS durationMax,
  max(ErrorDurationMax) AS errorDurationMax,
  arrayMap(q -> toUInt64(greatest(if(isNaN(q), 0, q), 0)), quantilesTDigestMerge(0.5, 0.9, 0.95, 0.99)(DurationQ)) AS quantiles
FROM
(
  SELECT intDiv(toUnixTimestamp(Bucket) - {from_seconds:UInt32}, {bucket_seconds:UInt32}) AS bucket, *
  FROM
  (
    /*red*/
  )
  WHERE SpanKind IN {kinds:Array(String)} AND /*where*/
)
GROUP BY GROUPING SETS ((bucket), ())
ORDER BY bucket

-- name: by-operation
SpanName = {operation:String}

-- name: by-kind
SpanKind IN {kinds:Array(String)}

-- name: by-version
ServiceVersion = {version:String}

-- name: by-environment
DeploymentEnvironment = {environment:String}

-- name: operations
SELECT
  SpanName AS name,
  SpanKind AS kind,
  sum(Requests) AS requests,
  sum(Errors) AS errors,
  sum(DurationSum) AS durationSum,
  arrayMap(q -> toUInt64(greatest(if(isNaN(q), 0, q), 0)), quantilesTDigestMerge(0.5, 0.9, 0.95, 0.99)(DurationQ)) AS quantiles,
  sum(durationSum) OVER (PARTITION BY kind) AS kindDurationSum
FROM otel_traces_red_1m
WHERE ServiceName = {service:String}
  AND Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
  AND /*where*/
GROUP BY name, kind
ORDER BY durationSum DESC, name, kind
LIMIT {limit:UInt64}

-- name: versions
SELECT
  ServiceVersion AS version,
  DeploymentEnvironment AS environment,
  sumIf(Requests, Bucket >= toDateTime({from_seconds:UInt32})) AS spans,
  toUnixTimestamp(min(Bucket)) AS firstSeconds,
  toUnixTimestamp(min(min(Bucket)) OVER ()) AS serviceFirstSeconds
FROM otel_traces_red_1m
WHERE ServiceName = {service:String}
  AND Bucket >= toDateTime({look_from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
  AND /*where*/
GROUP BY version, environment
ORDER BY firstSeconds DESC, version, environment
LIMIT {limit:UInt64}

-- name: exemplars
-- The slowest span, and the slowest that failed, of each five minutes; of some of them in a wider bucket.
SELECT
  intDiv(toUnixTimestamp(Bucket) - {from_seconds:UInt32}, {bucket_seconds:UInt32}) AS bucket,
  toUInt8(Failed) AS failed,
  toString(max(Duration)) AS durationNano,
  arrayMap(span -> (span.1, span.2, span.3, toString(span.4)), [argMaxMerge(Span)])[1] AS span
FROM otel_traces_exemplars
WHERE ServiceName = {service:String} AND SpanKind IN {kinds:Array(String)}
  AND Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
  AND /*where*/
GROUP BY bucket, Failed
LIMIT {limit:UInt64}

-- name: exemplar-spans
-- The durations are known from the rollups; so only times, kinds and durations are read of all spans, and the ids of those
-- that are answered.
SELECT
  intDiv(toUnixTimestamp(Timestamp) - {from_seconds:UInt32}, {bucket_seconds:UInt32}) AS bucket,
  StatusCode = 'Error' AS failed,
  toString(Duration) AS durationNano,
  argMin(tuple(TraceId, SpanId, SpanName, toString(toUnixTimestamp64Nano(Timestamp))), Timestamp) AS span
FROM otel_traces
PREWHERE ServiceName = {service:String} AND Duration IN {durations:Array(UInt64)} AND SpanKind IN {kinds:Array(String)}
WHERE TraceId != '' AND /*where*/
GROUP BY bucket, failed, Duration
LIMIT {limit:UInt64}

-- name: span-version
ResourceAttributes['service.version'] = {version:String}

-- name: span-environment
ResourceAttributes['deployment.environment.name'] = {environment:String}

-- name: errors
-- Ids, numbers and quoted texts differ between two times of the same error; what is left is what it is about.
SELECT
  type,
  replaceRegexpAll(message,
    '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|"[^"]*"|\'[^\']*\'|\\b0x[0-9a-fA-F]+\\b|\\b[0-9a-fA-F]*[0-9][0-9a-fA-F]*\\b',
    '*') AS pattern,
  argMax(message, at) AS newestMessage,
  argMax(name, at) AS operation,
  count() AS spans,
  toString(toUnixTimestamp64Nano(min(at))) AS firstUnixNano,
  toString(toUnixTimestamp64Nano(max(at))) AS lastUnixNano,
  argMax(traceId, at) AS traceId,
  argMax(spanId, at) AS spanId,
  sum(spans) OVER () AS spansGrouped
FROM
(
  SELECT
    Timestamp AS at,
    TraceId AS traceId,
    SpanId AS spanId,
    toString(SpanName) AS name,
    indexOf(`Events.Name`, 'exception') AS event,
    if(event > 0, `Events.Attributes`[event]['exception.type'], '') AS exceptionType,
    if(event > 0, `Events.Attributes`[event]['exception.message'], '') AS exceptionMessage,
    if(exceptionType != '', exceptionType, SpanAttributes['error.type']) AS type,
    substring(if(exceptionMessage != '', exceptionMessage, StatusMessage), 1, 500) AS message
  FROM otel_traces
  WHERE ServiceName = {service:String} AND StatusCode IN ('Error', 'STATUS_CODE_ERROR') AND /*where*/
  ORDER BY toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC
  LIMIT {spans_max:UInt64}
)
GROUP BY type, pattern
ORDER BY spans DESC, type, pattern
LIMIT {limit:UInt64}

-- name: typical
SELECT
  ServiceName AS service,
  SpanName AS operation,
  SpanKind AS kind,
  sum(Requests) AS requests,
  arrayMap(q -> toUInt64(greatest(if(isNaN(q), 0, q), 0)), quantilesTDigestMerge(0.5, 0.9, 0.95, 0.99)(DurationQ)) AS quantiles
FROM otel_traces_red_1m
WHERE ServiceName IN {services:Array(String)}
  AND Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
  AND ({environment:String} = '' OR DeploymentEnvironment = {environment:String})
  AND (ServiceName, SpanName, SpanKind) IN (
    SELECT asked.1, asked.2, asked.3
    FROM (SELECT arrayJoin(arrayZip({services:Array(String)}, {operations:Array(String)}, {kinds:Array(String)})) AS asked)
  )
GROUP BY service, operation, kind
