Live tails: rows by the order in which they were stored. Each INSERT has a number, `_block_number`, that its rows keep through
merges; the name of a part ends in the first and the last of its numbers and its level, so that parts without
anything new are not read.

-- name: newest-block-logs
-- Of the parts alone: no row is read.
SELECT max(block) AS newest
FROM (SELECT toUInt64(splitByChar('_', _part)[3]) AS block, count() FROM otel_logs GROUP BY block)

-- name: newest-block-spans
SELECT max(block) AS newest
FROM (SELECT toUInt64(splitByChar('_', _part)[3]) AS block, count() FROM otel_traces GROUP BY block)

-- name: blocks
toUInt64(splitByChar('_', _part)[3]) > {after:UInt64}
  AND _block_number > {after:UInt64} AND _block_number <= {up_to:UInt64}

-- name: logs
-- The newest of them, in case there are more than the limit; `matched` says of how many.
SELECT /*log-columns*/,
  count() OVER () AS matched
FROM otel_logs
WHERE /*where*/
ORDER BY _block_number DESC, Timestamp DESC
LIMIT {limit:UInt64}

-- name: spans
SELECT
  TraceId AS traceId,
  SpanId AS spanId,
  ParentSpanId AS parentSpanId,
  SpanName AS name,
  SpanKind AS kind,
  ServiceName AS serviceName,
  toUnixTimestamp64Nano(Timestamp) AS startTimeUnixNano,
  Duration AS durationNano,
  StatusCode AS statusCode,
  count() OVER () AS matched
FROM otel_traces
WHERE /*where*/
ORDER BY _block_number DESC, Timestamp DESC
LIMIT {limit:UInt64}
