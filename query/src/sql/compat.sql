What the APIs of Jaeger and Zipkin ask beyond a search and a trace: names, rates, edges.

-- name: services
SELECT ServiceName AS name
FROM otel_traces_red_1m
WHERE Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32}) AND ServiceName != ''
GROUP BY name
ORDER BY name
LIMIT {limit:UInt64}

-- name: operations
SELECT SpanName AS name, SpanKind AS kind
FROM otel_traces_red_1m
WHERE Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
  AND ServiceName = {service:String}
GROUP BY name, kind
ORDER BY name, kind
LIMIT {limit:UInt64}

-- name: label-values
-- Of the two resource attributes that the rollup keeps.
SELECT if({label:String} = 'service.version', ServiceVersion, DeploymentEnvironment) AS name
FROM otel_traces_red_1m
WHERE Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32}) AND name != ''
GROUP BY name
ORDER BY name
LIMIT {limit:UInt64}

-- name: peers
SELECT SpanAttributes['peer.service'] AS name
FROM otel_traces
WHERE ServiceName = {service:String} AND /*where*/ AND name != ''
GROUP BY name
ORDER BY name
LIMIT {limit:UInt64}

-- name: rates
-- Points are ends of steps, as Prometheus has them. Without grouping by operation the name is empty.
SELECT
  toUInt32(from_unix + (intDiv(toUnixTimestamp(Bucket) - from_unix, {step_seconds:UInt32}) + 1) * {step_seconds:UInt32}) AS endSeconds,
  ServiceName AS service,
  if({by_operation:UInt8} = 1, toString(SpanName), '') AS operation,
  sum(Requests) AS calls,
  sum(Errors) AS errors,
  arrayMap(q -> toUInt64(greatest(if(isNaN(q), 0, q), 0)),
    quantilesTDigestMerge(0.5, 0.75, 0.9, 0.95, 0.99)(DurationQ)) AS quantiles
FROM (
  SELECT *, {from_seconds:UInt32} AS from_unix
  FROM otel_traces_red_1m
  WHERE Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
    AND ServiceName IN {services:Array(String)} AND SpanKind IN {kinds:Array(String)}
)
GROUP BY endSeconds, service, operation
ORDER BY service, operation, endSeconds
LIMIT {limit:UInt64}

-- name: span-counts
-- Of each trace what a summary of ours does not have: errors by service, and spans whose parent is not stored. A span id
-- stored twice counts once, the same one that the opened trace keeps.
WITH kept AS (
  SELECT TraceId AS traceId, SpanId, ParentSpanId, StatusCode, ServiceName
  FROM otel_traces
  WHERE TraceId IN {trace_ids:Array(String)} AND /*where*/
  ORDER BY /*kept-first*/, ParentSpanId
  LIMIT 1 BY traceId, if(SpanId = '', toString(rowNumberInAllBlocks()), SpanId)
)
SELECT
  traceId,
  sumMap(map(toString(ServiceName), toUInt64(StatusCode IN ('Error', 'STATUS_CODE_ERROR')))) AS errors,
  countIf(ParentSpanId != '' AND (traceId, ParentSpanId) NOT IN (SELECT traceId, SpanId FROM kept)) AS orphans
FROM kept
GROUP BY traceId
