Traces by how long they took.

-- name: cut
-- The last five minutes for which there is no room when the newest come first; 0 when there is room for all. The newest
-- five minutes always have room.
SELECT toUnixTimestamp(max(Five)) AS cutSeconds
FROM
(
  SELECT
    toStartOfFiveMinutes(Bucket) AS Five,
    sum(sum(Requests)) OVER (ORDER BY Five DESC) AS running,
    row_number() OVER (ORDER BY Five DESC) AS place
  FROM otel_traces_red_1m
  WHERE Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
  GROUP BY Five
)
WHERE running > {spans_max:UInt64} AND place > 1

-- name: longest
-- Of all spans that began in the range and in the reach around it, so that a trace is not cut where the range is.
SELECT
  TraceId AS traceId,
  toUnixTimestamp64Nano(min(Timestamp)) AS firstMatch,
  toUInt64(max(toUnixTimestamp64Nano(Timestamp) + toInt64(least(Duration, toUInt64(9223372036854775807 - toUnixTimestamp64Nano(Timestamp))))) - firstMatch) AS durationNano
FROM otel_traces
WHERE TraceId != '' AND /*matching*/ AND /*where*/
GROUP BY TraceId
HAVING max(Timestamp >= fromUnixTimestamp64Nano({from:Int64}) AND Timestamp < fromUnixTimestamp64Nano({to:Int64}))
  AND (durationNano, traceId) < ({cursor_duration:UInt64}, {cursor_id:String})
ORDER BY durationNano DESC, traceId DESC
LIMIT {limit:UInt64}

-- name: matching
TraceId IN (SELECT TraceId FROM otel_traces WHERE /*where*/)

-- name: any
1
