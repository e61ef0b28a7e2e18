One service: its rates over time, operations, versions, exemplars and errors; and what is typical of operations.

-- name: red-cells
SELECT
  Bucket, SpanKind, '' AS SpanName, '' AS ServiceVersion, DeploymentEnvironment, Requests, Errors, DurationSum, DurationMax,
  ErrorDurationMax, DurationQ
FROM otel_traces_red_services
WHERE /*where*/

-- name: red-minutes
-- Cells know neither operation nor version nor status.
SELECT
  Bucket, SpanKind, SpanName, ServiceVersion, DeploymentEnvironment, Requests, Errors, DurationSum, DurationMax,
  if(StatusCode = 'Error', DurationMax, 0) AS ErrorDurationMax, DurationQ
FROM otel_traces_red_1m
WHERE /*where*/

-- name: of-service
ServiceName = {service:String}

-- name: series
-- Every bucket, and over all of them the total, whose `at` is empty; of what is served and of the rest apart, because a service
-- that serves nobody is counted by the rest. Merged once by bucket: GROUPING SETS over the cells would merge each cell twice.
SELECT
  if(grouping(bucket) = 1, '', toString(bucket)) AS at,
  served,
  groupUniqArrayArray(kindsOf) AS kinds,
  sum(requestsOf) AS requests,
  sum(errorsOf) AS errors,
  sum(durationSumOf) AS durationSum,
  max(durationMaxOf) AS durationMax,
  max(errorDurationMaxOf) AS errorDurationMax,
  arrayMap(q -> toUInt64(greatest(if(isNaN(q), 0, q), 0)), quantilesTDigestMerge(0.5, 0.9, 0.95, 0.99)(digest)) AS quantiles
FROM
(
  SELECT
    intDiv(toUnixTimestamp(Bucket) - {from_seconds:UInt32}, {bucket_seconds:UInt32}) AS bucket,
    toUInt8(SpanKind IN {served_kinds:Array(String)}) AS served,
    groupUniqArray(toString(SpanKind)) AS kindsOf,
    sum(Requests) AS requestsOf,
    sum(Errors) AS errorsOf,
    sum(DurationSum) AS durationSumOf,
    max(DurationMax) AS durationMaxOf,
    max(ErrorDurationMax) AS errorDurationMaxOf,
    quantilesTDigestMergeState(0.5, 0.9, 0.95, 0.99)(DurationQ) AS digest
  FROM
  (
    /*red*/
  )
  WHERE /*where*/
  GROUP BY bucket, served
)
GROUP BY GROUPING SETS ((bucket, served), (served))
ORDER BY bucket

-- name: by-operation
SpanName = {operation:String}

-- name: by-kind
SpanKind IN {kinds:Array(String)}

-- name: by-version
ServiceVersion = {version:String}

-- name: by-status
StatusCode = {status:String}

-- name: by-environment
DeploymentEnvironment = {environment:String}

-- name: computed-hours
-- Hours of otel_traces_red_operations_1h that are what is stored now: their requests are those of the service's cell.
SELECT toUnixTimestamp(at) AS hour, toString(max(computedVersion)) AS version
FROM
(
  SELECT Bucket AS at, Version AS computedVersion, sum(Requests) AS computed, toUInt64(0) AS stored
  FROM otel_traces_red_operations_1h
  WHERE ServiceName = {service:String} AND Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
  GROUP BY at, computedVersion
  UNION ALL
  SELECT Bucket AS at, toUInt64(0) AS computedVersion, toUInt64(0) AS computed, sum(Requests) AS stored
  FROM otel_traces_red_services
  WHERE ServiceName = {service:String} AND Width = 3600
    AND Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
  GROUP BY at
)
GROUP BY at
HAVING max(computedVersion) > 0 AND argMax(computed, computedVersion) = sum(stored)
ORDER BY at

-- name: by-hours
SELECT
  FirstMinute AS First, SpanName, SpanKind, ServiceVersion, DeploymentEnvironment, Requests, Errors, DurationSum, DurationQ
FROM otel_traces_red_operations_1h
WHERE ServiceName = {service:String} AND (toUnixTimestamp(Bucket), Version) IN (
    SELECT cell.1, cell.2 FROM (SELECT arrayJoin(arrayZip({hours:Array(UInt32)}, {hour_versions:Array(UInt64)})) AS cell)
  )
  AND Bucket >= toDateTime(arrayMin({hours:Array(UInt32)})) AND Bucket <= toDateTime(arrayMax({hours:Array(UInt32)}))

-- name: by-minutes
SELECT
  Bucket AS First, SpanName, SpanKind, ServiceVersion, DeploymentEnvironment, Requests, Errors, DurationSum, DurationQ
FROM otel_traces_red_1m
WHERE /*where*/

-- name: operations
SELECT
  SpanName AS name,
  SpanKind AS kind,
  sum(Requests) AS requests,
  sum(Errors) AS errors,
  sum(DurationSum) AS durationSum,
  arrayMap(q -> toUInt64(greatest(if(isNaN(q), 0, q), 0)), quantilesTDigestMerge(0.5, 0.9, 0.95, 0.99)(DurationQ)) AS quantiles,
  sum(durationSum) OVER (PARTITION BY kind) AS kindDurationSum
FROM
(
  /*rates*/
)
WHERE /*where*/
GROUP BY name, kind
ORDER BY durationSum DESC, name, kind
LIMIT {limit:UInt64}

-- name: versions
SELECT
  ServiceVersion AS version,
  DeploymentEnvironment AS environment,
  sumIf(Requests, First >= toDateTime({from_seconds:UInt32})) AS spans,
  toUnixTimestamp(min(First)) AS firstSeconds,
  toUnixTimestamp(min(min(First)) OVER ()) AS serviceFirstSeconds
FROM
(
  /*rates*/
)
WHERE /*where*/
GROUP BY version, environment
QUALIFY spans > 0
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
