Search for traces: first which, then what each is.

-- name: find
-- Traces by the first span in this window that meets the conditions, newest first.
SELECT
  TraceId AS traceId,
  toUnixTimestamp64Nano(min(Timestamp)) AS firstMatch
FROM otel_traces
WHERE TraceId != '' AND /*where*/
GROUP BY TraceId
HAVING (firstMatch, traceId) < ({cursor_time:Int64}, {cursor_id:String})
ORDER BY firstMatch DESC, traceId DESC
LIMIT {limit:UInt64}

-- name: windows
SELECT
  TraceId AS traceId,
  toUnixTimestamp(min(Start)) AS startSeconds,
  toUnixTimestamp(max(End)) AS endSeconds,
  toUnixTimestamp(min(StoredFirst)) AS storedFirstSeconds,
  toUnixTimestamp(max(StoredLast)) AS storedLastSeconds
FROM otel_traces_trace_id_ts
WHERE TraceId IN {trace_ids:Array(String)}
GROUP BY TraceId

-- name: summarise
-- Over every span of each trace, not only those that met the conditions: what the list says is what the opened trace
-- shows. A span id stored twice counts once, the same one that the opened trace keeps. What would end later than a signed
-- number of nanoseconds can say ends with it, here as in `endOf` of `params/nanos.ts`.
SELECT
  traceId,
  toUnixTimestamp64Nano(min(Timestamp)) AS startTimeUnixNano,
  max(toUnixTimestamp64Nano(Timestamp) + toInt64(least(Duration, toUInt64(9223372036854775807 - toUnixTimestamp64Nano(Timestamp))))) AS endTimeUnixNano,
  count() AS spanCount,
  countIf(StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS errorCount,
  argMinIf(ServiceName, (Timestamp, SpanId), isRoot) AS rootServiceName,
  argMinIf(SpanName, (Timestamp, SpanId), isRoot) AS rootName,
  sumMap(map(toString(ServiceName), toUInt64(1))) AS services
FROM (
  SELECT TraceId AS traceId, SpanId, empty(ParentSpanId) AS isRoot, Timestamp, Duration, StatusCode, ServiceName, SpanName
  FROM otel_traces
  WHERE TraceId IN {trace_ids:Array(String)} AND /*where*/
  ORDER BY /*kept-first*/
  LIMIT 1 BY traceId, if(SpanId = '', toString(rowNumberInAllBlocks()), SpanId)
)
GROUP BY traceId

-- name: kept-first
-- Of spans with the same id the first in this order is kept; `assemble.ts` has the same order. Those that are equal in it are counted
-- alike: a list need not read the kind, and of the parent's id only its length, which ClickHouse keeps apart.
Timestamp, Duration DESC, notEmpty(ParentSpanId), ServiceName, SpanName, StatusCode DESC

-- name: first-matches
-- The same as `find` says, but over all the time asked for.
SELECT
  TraceId AS traceId,
  toUnixTimestamp64Nano(min(Timestamp)) AS firstMatch
FROM otel_traces
WHERE TraceId IN {trace_ids:Array(String)} AND /*where*/
GROUP BY TraceId

-- name: count-logs
-- The text index finds the granules; which buckets they are in would be looked up for every granule of the range.
SELECT
  TraceId AS traceId,
  countIf(
    Timestamp >= fromUnixTimestamp64Nano(transform(TraceId, {trace_ids:Array(String)}, {log_starts:Array(Int64)}, toInt64(0)))
    AND Timestamp < fromUnixTimestamp64Nano(transform(TraceId, {trace_ids:Array(String)}, {log_ends:Array(Int64)}, toInt64(0)))
  ) AS logCount
FROM otel_logs
WHERE TraceId IN {trace_ids:Array(String)} AND /*where*/
GROUP BY TraceId
