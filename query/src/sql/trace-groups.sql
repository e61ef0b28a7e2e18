Groups of traces: by the values that the spans which meet the conditions have of one field, or of two.

-- name: size
SELECT count() AS spans FROM otel_traces WHERE TraceId != '' AND /*where*/

-- name: traces
SELECT uniqExact(TraceId) AS traces FROM otel_traces WHERE TraceId != '' AND /*where*/

-- name: groups
-- A trace is once in each group that one of its spans is in, with the longest of these spans.
SELECT
  items,
  count() AS traces,
  countIf(isError) AS errors,
  arrayMap(each -> toUInt64(round(each)), quantilesExactInclusive(0.5, 0.95)(duration)) AS percentiles,
  count() OVER () AS groupCount
FROM
(
  SELECT
    TraceId,
    [/*items*/] AS items,
    max(Duration) AS duration,
    max(StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS isError
  FROM otel_traces
  WHERE TraceId != '' AND /*where*/
  GROUP BY TraceId, items
)
GROUP BY items
ORDER BY /*order*/ DESC, traces DESC, items
LIMIT {limit:UInt64}

-- name: by-traces
traces

-- name: by-errors
errors

-- name: by-p95
percentiles[2]

-- name: sample
-- Whole traces.
cityHash64(TraceId) % {every:UInt64} = 0

-- name: item
(toUInt8(/*has*/), /*value*/)

-- name: items-of-many
arrayJoin(if(empty(/*values*/), [(toUInt8(0), '')], arrayMap(each -> (toUInt8(1), if(length(each) > 1000, leftUTF8(each, 1000), each)), /*values*/)))

-- name: named
-- Stored texts of one name are one value.
transform(/*value*/, {texts_n:Array(String)}, {names_n:Array(String)}, /*value*/)
