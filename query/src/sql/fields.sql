Names and values to complete a filter with. A text index lists its tokens without reading a row. It knows no times; its parts
are of a UTC day each, with which their names begin.

-- name: keys-from-keys
SELECT token AS name, sum(cardinality) AS records
FROM mergeTreeTextIndex(currentDatabase(), /*table*/, /*index*/)
WHERE substring(part_name, 1, 8) BETWEEN {from_day:String} AND {to_day:String}
GROUP BY name
ORDER BY records DESC, name
LIMIT {limit:UInt64}

-- name: keys-from-items
SELECT substring(token, 1, position(token, '=') - 1) AS name, sum(cardinality) AS records
FROM mergeTreeTextIndex(currentDatabase(), /*table*/, /*index*/)
WHERE substring(part_name, 1, 8) BETWEEN {from_day:String} AND {to_day:String} AND position(token, '=') > 1
GROUP BY name
ORDER BY records DESC, name
LIMIT {limit:UInt64}

-- name: keys-sampled
SELECT arrayJoin(mapKeys(map)) AS name, count() AS records
FROM (
  SELECT /*map*/ AS map
  FROM /*table*/
  WHERE /*where*/
  LIMIT {rows:UInt64}
)
GROUP BY name
ORDER BY records DESC, name
LIMIT {limit:UInt64}

-- name: values-from-items
SELECT substring(token, length({item_prefix:String}) - length({prefix:String}) + 1) AS name, sum(cardinality) AS records
FROM mergeTreeTextIndex(currentDatabase(), /*table*/, /*index*/)
WHERE substring(part_name, 1, 8) BETWEEN {from_day:String} AND {to_day:String} AND startsWith(token, {item_prefix:String})
GROUP BY name
ORDER BY records DESC, name
LIMIT {limit:UInt64}

-- name: values-from-minutes
SELECT toString(/*column*/) AS name, sum(/*count*/) AS records
FROM /*table*/
WHERE Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
  AND startsWith(/*column*/, {prefix:String}) AND /*column*/ != ''
  -- Of records that are gone it still knows: the oldest is read from the bounds of the parts.
  AND Bucket >= (SELECT if(count() = 0, toDateTime(4294967295), toStartOfMinute(min(Timestamp))) FROM /*records*/)
GROUP BY name
ORDER BY records DESC, name
LIMIT {limit:UInt64}

-- name: severities
SELECT SeverityNumber AS number, if(SeverityNumber = 0, upper(SeverityText), '') AS text, sum(Count) AS records
FROM otel_logs_rate_1m
WHERE Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
  AND Bucket >= (SELECT if(count() = 0, toDateTime(4294967295), toStartOfMinute(min(Timestamp))) FROM otel_logs)
GROUP BY number, text
ORDER BY records DESC
LIMIT {limit:UInt64}

-- name: values-sampled
SELECT toString(arrayJoin(list)) AS name, count() AS records
FROM (
  SELECT /*values*/ AS list
  FROM /*table*/
  WHERE /*where*/
  LIMIT {rows:UInt64}
)
WHERE startsWith(name, {prefix:String}) AND name != ''
GROUP BY name
ORDER BY records DESC, name
LIMIT {limit:UInt64}

-- name: of-column
[toString(/*column*/)]

-- name: of-list
/*column*/

-- name: of-map
if(mapContains(/*column*/, {key:String}), [/*column*/[{key:String}]], [])

-- name: of-maps
arrayMap(m -> m[{key:String}], arrayFilter(m -> mapContains(m, {key:String}), /*column*/))

-- name: otel_logs
otel_logs

-- name: otel_traces
otel_traces

-- name: otel_logs_rate_1m
otel_logs_rate_1m

-- name: otel_traces_red_1m
otel_traces_red_1m

-- name: idx_log_attr_key
idx_log_attr_key

-- name: idx_log_attr_items
idx_log_attr_items

-- name: idx_res_attr_items
idx_res_attr_items

-- name: idx_span_attr_items
idx_span_attr_items

-- name: count-logs
Count

-- name: count-spans
Requests
