Search in logs.

-- name: columns
-- The id is the time and `row-hash`, which names a log for good: `params/log-id.ts` takes it apart again.
  concat(toString(toUnixTimestamp64Nano(Timestamp)), '-', leftPad(lower(hex(
    cityHash64(ServiceName, TraceId, SpanId, SeverityNumber, Body, LogAttributes, ResourceAttributes))), 16, '0')) AS id,
  toUnixTimestamp64Nano(Timestamp) AS timeUnixNano,
  TraceId AS traceId,
  SpanId AS spanId,
  TraceFlags AS traceFlags,
  SeverityNumber AS severityNumber,
  SeverityText AS severityText,
  ServiceName AS serviceName,
  Body AS body,
  EventName AS eventName,
  LogAttributes AS attributes,
  ResourceAttributes AS resource,
  ScopeName AS scopeName

-- name: row-hash
-- Tells apart logs of the same nanosecond. Two rows with the same hash are the same for whoever reads them.
cityHash64(ServiceName, TraceId, SpanId, SeverityNumber, Body, LogAttributes, ResourceAttributes)

-- name: newest
-- The rows of a page alone are read with all their columns and hashed: ordered by the time and nothing else, ClickHouse looks
-- for them by time and conditions, and fetches the rest afterwards (lazy materialization). Of the last nanosecond some may be left out.
SELECT /*log-columns*/,
  /*row-hash*/ AS rowHash
FROM (
  SELECT Timestamp, TraceId, SpanId, TraceFlags, SeverityNumber, SeverityText, ServiceName, Body, EventName, LogAttributes,
    ResourceAttributes, ScopeName
  FROM otel_logs
  WHERE /*where*/
  ORDER BY /*order*/
  LIMIT {limit:UInt64}
)
ORDER BY timeUnixNano DESC, rowHash DESC

-- name: page
-- Newest first; from the cursor on, which is a time and the highest hash at it. For pages that end among logs of one nanosecond.
SELECT /*log-columns*/,
  /*row-hash*/ AS rowHash
FROM otel_logs
WHERE /*where*/
ORDER BY Timestamp DESC, rowHash DESC
LIMIT {limit:UInt64} OFFSET {skip:UInt64}

-- name: from-cursor
Timestamp < fromUnixTimestamp64Nano({cursor_time:Int64})
  OR (Timestamp = fromUnixTimestamp64Nano({cursor_time:Int64}) AND rowHash <= {cursor_hash:UInt64})

-- name: page-end
-- How far back the page goes, found by reading the time alone: without it, every row that meets the conditions would be
-- read whole and hashed, to keep a few.
Timestamp >= fromUnixTimestamp64Nano(assumeNotNull((
  SELECT if(count() < {limit:UInt64}, {from:Int64}, toUnixTimestamp64Nano(min(Timestamp)))
  FROM (
    SELECT Timestamp
    FROM otel_logs
    WHERE /*where*/
      AND Timestamp < fromUnixTimestamp64Nano({cursor_time:Int64})
    ORDER BY /*order*/
    LIMIT {limit:UInt64}
  )
)))

-- name: order-time
Timestamp DESC

-- name: order-bucket
-- With a service given this is the table's own order, so the reading stops when the page is full.
toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC

-- name: histogram
SELECT
  intDiv(toUnixTimestamp(Timestamp), {bucket_seconds:UInt32}) * {bucket_seconds:UInt32} AS bucket,
  SeverityNumber AS severityNumber,
  if(SeverityNumber = 0, upper(SeverityText), '') AS text,
  count() AS logs
FROM otel_logs
WHERE /*where*/
GROUP BY bucket, severityNumber, text
LIMIT {limit:UInt64}

-- name: histogram-rollup
SELECT
  intDiv(toUnixTimestamp(Bucket), {bucket_seconds:UInt32}) * {bucket_seconds:UInt32} AS bucket,
  SeverityNumber AS severityNumber,
  if(SeverityNumber = 0, upper(SeverityText), '') AS text,
  sum(Count) AS logs
FROM otel_logs_rate_1m
WHERE Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32}) AND /*where*/
  -- Of logs that are gone it still knows: the oldest is read from the bounds of the parts.
  AND Bucket >= (SELECT if(count() = 0, toDateTime(4294967295), toStartOfMinute(min(Timestamp))) FROM otel_logs)
GROUP BY bucket, severityNumber, text
LIMIT {limit:UInt64}
