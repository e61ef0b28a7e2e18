One log by its id, and the logs around it.

-- name: one
SELECT /*log-columns*/,
  toString(cityHash64(ResourceAttributes)) AS resourceHash
FROM otel_logs
WHERE /*where*/
  AND Timestamp = fromUnixTimestamp64Nano({at:Int64})
  AND /*row-hash*/ = {row_hash:UInt64}
LIMIT 1

-- name: producer
-- The same resource whole: OpenTelemetry's word for the process that wrote it.
ServiceName = {producer_service:String} AND cityHash64(ResourceAttributes) = {producer_hash:UInt64}

-- name: resource-item
-- Says nothing that the resource does not say; its text index leaves out what other instances wrote.
has(ResourceAttributeItems, {resource_item:String})

-- name: trace
TraceId = {scope_trace_id:String}

-- name: before
-- Ties are copies of one line: they are given together, so that an id is a place between lines.
SELECT /*log-columns*/,
  /*row-hash*/ AS rowHash
FROM otel_logs
WHERE /*where*/
  AND (Timestamp < fromUnixTimestamp64Nano({at:Int64})
    OR (Timestamp = fromUnixTimestamp64Nano({at:Int64}) AND rowHash < {row_hash:UInt64}))
ORDER BY Timestamp DESC, rowHash DESC
LIMIT {limit:UInt64} WITH TIES

-- name: after
SELECT /*log-columns*/,
  /*row-hash*/ AS rowHash
FROM otel_logs
WHERE /*where*/
  AND (Timestamp > fromUnixTimestamp64Nano({at:Int64})
    OR (Timestamp = fromUnixTimestamp64Nano({at:Int64}) AND rowHash > {row_hash:UInt64}))
ORDER BY Timestamp, rowHash
LIMIT {limit:UInt64} WITH TIES
