Logs to group by pattern, and how many are like one.

-- name: size
SELECT count() AS records FROM otel_logs WHERE /*where*/

-- name: granules
-- Whole granules first, so that a body that is not looked at is not read.
cityHash64(_part, intDiv(_part_offset, 8192)) % {granule_every:UInt64} = 0

-- name: lines
-- Equal bodies of one service and severity once. `cut` bodies go on behind what is given.
SELECT
  leftUTF8(Body, {length:UInt64}) AS body,
  lengthUTF8(Body) > {length:UInt64} AS cut,
  ServiceName AS service,
  SeverityNumber AS severityNumber,
  if(SeverityNumber = 0, upper(SeverityText), '') AS severityText,
  count() AS records,
  toString(toUnixTimestamp64Nano(min(Timestamp))) AS first,
  toString(toUnixTimestamp64Nano(max(Timestamp))) AS last
FROM otel_logs
WHERE /*where*/ AND cityHash64(Timestamp, Body, SpanId) % {row_every:UInt64} = 0
GROUP BY body, cut, service, severityNumber, severityText
LIMIT {limit:UInt64}

-- name: examples
-- Ids need the attributes, so they are asked for of a few logs, found by their times.
SELECT
  /*id*/ AS id,
  toString(toUnixTimestamp64Nano(Timestamp)) AS time,
  leftUTF8(Body, {length:UInt64}) AS body,
  ServiceName AS service
FROM otel_logs
WHERE toStartOfFiveMinutes(Timestamp) IN (
    SELECT toStartOfFiveMinutes(fromUnixTimestamp64Nano(arrayJoin({times:Array(Int64)}))))
  AND Timestamp IN (SELECT fromUnixTimestamp64Nano(arrayJoin({times:Array(Int64)})))
  AND /*where*/
LIMIT {limit:UInt64}

-- name: log-id
concat(toString(toUnixTimestamp64Nano(Timestamp)), '-', leftPad(lower(hex(/*row-hash*/)), 16, '0'))

-- name: count
SELECT
  count() AS records,
  toString(toUnixTimestamp64Nano(min(Timestamp))) AS first,
  toString(toUnixTimestamp64Nano(max(Timestamp))) AS last
FROM otel_logs
WHERE /*where*/
