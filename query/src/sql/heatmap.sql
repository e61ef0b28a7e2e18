How long spans took, over time: counts in cells of time and logarithm of duration.

-- name: cells
-- Sixteen steps from one power of ten to the next: each is 15 % wider than the one before.
SELECT
  intDiv(toUnixTimestamp(Timestamp) - {from_seconds:UInt32}, {bucket_seconds:UInt32}) AS x,
  toInt32(floor(log10(greatest(Duration, 1)) * 16)) AS y,
  count() AS spans,
  countIf(StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS errors
FROM otel_traces
WHERE /*where*/
GROUP BY x, y
ORDER BY x, y
LIMIT {limit:UInt64}

-- name: roots
ParentSpanId = ''
