Facets: which values the fields of the matching records have, and how often.

A facet counts at most 5000 values at once (Space-Saving): exactly while there are no more, else too much by at most `error`.

-- name: scan
SELECT count() AS total, [/*facets*/] AS facets FROM /*table*/ WHERE /*where*/

-- name: size
SELECT count() AS records FROM /*table*/ WHERE /*where*/

-- name: sample
-- Whole granules, so that what is not looked at is not read: of rows chosen one by one every granule would be.
cityHash64(_part, intDiv(_part_offset, 8192)) % {every:UInt64} = 0

-- name: pair
/*first*/,
  /*second*/

-- name: facet-of-one
tuple(countIf(/*has*/), uniqIf(/*value*/, /*has*/), approx_top_countIf(50, 5000)(/*value*/, /*has*/))

-- name: facet-of-many
tuple(countIf(notEmpty(/*values*/)), uniqArray(/*values*/), approx_top_countArray(50, 5000)(/*values*/))

-- name: text-of
CAST(/*column*/, 'String')

-- name: shortened
if(length(/*value*/) > 1000, leftUTF8(/*value*/, 1000), /*value*/)

-- name: always
1

-- name: not-empty
/*column*/ != ''

-- name: severity
concat(toString(SeverityNumber), ' ', if(SeverityNumber = 0, upper(SeverityText), ''))

-- name: root
if(ParentSpanId = '', 'true', 'false')

-- name: has-key
mapContains(/*map*/, {key_n:String})

-- name: map-value
/*map*/[{key_n:String}]

-- name: values-of-two-maps
arrayDistinct(arrayConcat(
    if(mapContains(/*map*/, {key_n:String}), [/*map*/[{key_n:String}]], []),
    if(mapContains(/*resource*/, {key_n:String}), [/*resource*/[{key_n:String}]], [])))

-- name: values-of-maps
arrayDistinct(arrayMap(m -> m[{key_n:String}], arrayFilter(m -> mapContains(m, {key_n:String}), /*list*/)))

-- name: values-of-maps-and-map
arrayDistinct(arrayConcat(
    arrayMap(m -> m[{key_n:String}], arrayFilter(m -> mapContains(m, {key_n:String}), /*list*/)),
    if(mapContains(/*map*/, {key_n:String}), [/*map*/[{key_n:String}]], [])))

-- name: values-of-list
arrayDistinct(arrayFilter(e -> e != '', CAST(/*list*/, 'Array(String)')))

-- name: keys
-- Which attributes the newest matching records have. One that has another value in every other record tells records
-- apart, not kinds of them.
SELECT item.1 AS scope, item.2 AS key, count() AS records, uniq(item.3) AS valueCount
FROM
(
  SELECT arrayJoin(arrayConcat(
    arrayMap(e -> ('record', CAST(e.1, 'String'), cityHash64(e.2)), CAST(/*map*/, 'Array(Tuple(String, String))')),
    arrayMap(e -> ('resource', CAST(e.1, 'String'), cityHash64(e.2)), CAST(ResourceAttributes, 'Array(Tuple(String, String))')))) AS item
  FROM (SELECT /*map*/, ResourceAttributes FROM /*table*/ WHERE /*where*/ LIMIT {rows:UInt64})
)
GROUP BY scope, key
HAVING (valueCount <= 50 OR valueCount * 4 <= records) AND NOT match(key, {denied:String})
ORDER BY valueCount > 1 DESC, records DESC, scope, key
LIMIT {limit:UInt64}

-- name: minutes
-- Whole minutes from the rollup, the ends from the records. What has no value comes first, so that it is never cut off.
SELECT
  item.1 AS facet,
  item.2 AS value,
  sum(n) AS records,
  sum(records) OVER (PARTITION BY facet) AS total,
  count() OVER (PARTITION BY facet) AS distinct
FROM
(
  SELECT arrayJoin([/*minute-items*/]) AS item, /*count*/ AS n
  FROM /*minutes*/
  WHERE Bucket >= toDateTime({minutes_from:UInt32}) AND Bucket < toDateTime({minutes_to:UInt32}) AND (/*minutes-where*/)
    -- Of records that are gone the rollup still knows: the oldest is read from the bounds of the parts.
    AND Bucket >= (SELECT if(count() = 0, toDateTime(4294967295), toStartOfMinute(min(Timestamp))) FROM /*table*/)
  UNION ALL
  SELECT arrayJoin([/*items*/]) AS item, toUInt64(1) AS n
  FROM /*table*/
  WHERE (/*head*/) OR (/*tail*/)
)
GROUP BY facet, value
ORDER BY facet, value = '' DESC, records DESC, value
LIMIT {limit:UInt64} BY facet

-- name: all
/*where*/

-- name: item
(toUInt32({facet_n:UInt32}), /*value*/)

-- name: otel_logs
otel_logs

-- name: otel_traces
otel_traces

-- name: otel_logs_rate_1m
otel_logs_rate_1m

-- name: otel_traces_red_1m
otel_traces_red_1m

-- name: count-logs
Count

-- name: count-spans
Requests
