Conditions that searches put together; each is constant text, its values are bound.

-- name: time
-- Half-open. The bucket is the head of the sort key: a condition on it is a binary search.
toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({from:Int64}))
  AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(fromUnixTimestamp64Nano({to:Int64}))
  AND Timestamp >= fromUnixTimestamp64Nano({from:Int64})
  AND Timestamp < fromUnixTimestamp64Nano({to:Int64})

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
