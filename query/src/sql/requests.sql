Any id leads to its request.

-- name: by-trace
SELECT
  TraceId AS traceId,
  TraceId AS matched,
  toUnixTimestamp64Nano(toDateTime64(min(Start), 9)) AS firstMatch
FROM otel_traces_trace_id_ts
WHERE TraceId IN {trace_ids:Array(String)}
GROUP BY TraceId

-- name: by-span
SELECT TraceId AS traceId, any(SpanId) AS matched, toUnixTimestamp64Nano(min(Timestamp)) AS firstMatch
FROM otel_traces
WHERE SpanId IN {span_ids:Array(String)} AND TraceId != ''
GROUP BY TraceId
ORDER BY firstMatch DESC
LIMIT {limit:UInt64}

-- name: by-attribute
-- The items alone, answered by their text index; what has the id nowhere costs no granule.
SELECT
  TraceId AS traceId,
  any(arrayFirst(item -> has({items:Array(String)}, item), /*items*/)) AS matched,
  toUnixTimestamp64Nano(min(Timestamp)) AS firstMatch
FROM otel_traces
WHERE hasAny(/*items*/, {items:Array(String)}) AND TraceId != ''
GROUP BY TraceId
ORDER BY firstMatch DESC
LIMIT {limit:UInt64}

-- name: by-log-attribute
-- The trace is empty where the log has none.
SELECT
  TraceId AS traceId,
  any(arrayFirst(item -> has({items:Array(String)}, item), /*items*/)) AS matched,
  toUnixTimestamp64Nano(min(Timestamp)) AS firstMatch
FROM otel_logs
WHERE hasAny(/*items*/, {items:Array(String)})
GROUP BY TraceId
ORDER BY firstMatch DESC
LIMIT {limit:UInt64}

-- name: span-items
SpanAttributeItems

-- name: log-items
LogAttributeItems

-- name: resource-items
ResourceAttributeItems

-- name: logs
SELECT /*log-columns*/
FROM otel_logs
WHERE /*where*/
ORDER BY Timestamp DESC
LIMIT {limit:UInt64}

-- name: log-of-trace
TraceId IN {trace_ids:Array(String)}

-- name: log-of-span
SpanId IN {span_ids:Array(String)}

-- name: log-of-attribute
(hasAny(LogAttributeItems, {items:Array(String)}) OR hasAny(ResourceAttributeItems, {items:Array(String)}))

-- name: log-beside-traces
(hasAny(LogAttributeItems, {items:Array(String)}) OR hasAny(ResourceAttributeItems, {items:Array(String)})) AND TraceId NOT IN {trace_ids:Array(String)}
