Conditions that searches put together; each is constant text, its values are bound.

-- name: time
-- Half-open. The bucket at the head of the sort key follows from the time; said as well it would be computed for every
-- granule that the index of times looks at: 540 ms for a day of 100 million logs, 24 without.
Timestamp >= fromUnixTimestamp64Nano({from:Int64})
  AND Timestamp < fromUnixTimestamp64Nano({to:Int64})

-- name: buckets
-- The buckets of the sort key that rows can be in, for times that lie far apart.
toStartOfFiveMinutes(Timestamp) IN (
  SELECT toStartOfFiveMinutes(toDateTime64(arrayJoin({buckets:Array(UInt32)}), 9)))

-- name: service
ServiceName = {service:String}

-- name: trace-id
TraceId = {trace_id:String}

-- name: trace-ids
TraceId IN {trace_ids:Array(String)}

-- name: span-id
SpanId = {span_id:String}

-- name: operation
SpanName = {operation:String}

-- name: duration-min
Duration >= {duration_min:UInt64}

-- name: duration-max
Duration <= {duration_max:UInt64}

-- name: status
StatusCode IN {status_codes:Array(String)}

-- name: severity
SeverityNumber >= {severity_number:UInt8}
  OR (SeverityNumber = 0 AND upper(SeverityText) IN {severity_texts:Array(String)})

-- name: span-attribute
-- The items alone, answered by their text index: a condition on the map as well would read the map again.
has(SpanAttributeItems, {attribute_n:String}) OR has(ResourceAttributeItems, {attribute_n:String})

-- name: log-attribute
has(LogAttributeItems, {attribute_n:String}) OR has(ResourceAttributeItems, {attribute_n:String})

-- name: body-words
hasAllTokens(lower(Body), lower({words:String}))

-- name: body-phrase
position(lower(Body), lower({phrase_n:String})) > 0
