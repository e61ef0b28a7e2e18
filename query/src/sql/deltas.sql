What differs: shares of attribute values among the selected records against the rest.

-- name: selected
/*where*/

-- name: size-spans
SELECT count() AS total, countIf(/*selected*/) AS selected FROM otel_traces WHERE /*where*/

-- name: size-logs
SELECT count() AS total, countIf(/*selected*/) AS selected FROM otel_logs WHERE /*where*/

-- name: items-spans
SELECT
  (/*selected*/) AS isSelected,
  arrayConcat(
    [('service.name', toString(ServiceName)), ('name', toString(SpanName)), ('kind', toString(SpanKind)),
      ('status', toString(StatusCode))],
    arrayMap(item -> (concat('attribute.', item.1), substring(item.2, 1, 200)), CAST(SpanAttributes, 'Array(Tuple(String, String))')),
    arrayMap(item -> (concat('resource.', item.1), substring(item.2, 1, 200)),
      arrayFilter(item -> item.1 != 'service.name', CAST(ResourceAttributes, 'Array(Tuple(String, String))')))) AS items
FROM otel_traces
WHERE cityHash64(TraceId, SpanId) % {every:UInt64} = 0 AND /*where*/

-- name: items-logs
SELECT
  (/*selected*/) AS isSelected,
  arrayConcat(
    [('service.name', toString(ServiceName)), ('severity', toString(SeverityText)), ('event.name', toString(EventName))],
    arrayMap(item -> (concat('attribute.', item.1), substring(item.2, 1, 200)), CAST(LogAttributes, 'Array(Tuple(String, String))')),
    arrayMap(item -> (concat('resource.', item.1), substring(item.2, 1, 200)),
      arrayFilter(item -> item.1 != 'service.name', CAST(ResourceAttributes, 'Array(Tuple(String, String))')))) AS items
FROM otel_logs
WHERE cityHash64(Timestamp, Body) % {every:UInt64} = 0 AND /*where*/

-- name: keys
-- Keys with a value of its own for every other record tell records apart, not kinds of records.
SELECT item.1 AS key, count() AS records, uniq(item.2) AS valueCount
FROM
(
  SELECT arrayJoin(items) AS item FROM (/*items*/)
)
WHERE NOT match(key, {denied:String})
GROUP BY key
HAVING valueCount <= 50 OR valueCount * 4 <= records
ORDER BY records DESC, key
LIMIT {keys_max:UInt64}

-- name: shares
SELECT
  item.1 AS key,
  item.2 AS value,
  countIf(isSelected) AS selected,
  countIf(NOT isSelected) AS rest,
  count() OVER () AS compared
FROM
(
  SELECT isSelected, arrayJoin(arrayFilter(each -> has({keys:Array(String)}, each.1), items)) AS item FROM (/*items*/)
)
GROUP BY key, value
ORDER BY abs(selected / {selected_total:UInt64} - rest / {rest_total:UInt64}) DESC, key, value
LIMIT {limit:UInt64}

-- name: totals
SELECT countIf(isSelected) AS selected, countIf(NOT isSelected) AS rest FROM (/*items*/)
