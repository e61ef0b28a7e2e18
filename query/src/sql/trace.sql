One trace by its id.

-- name: window
-- Start and End are whole seconds: of the first and of the last span to start.
SELECT
  count() AS known,
  toUnixTimestamp(min(Start)) AS startSeconds,
  toUnixTimestamp(max(End)) AS endSeconds
FROM otel_traces_trace_id_ts
WHERE TraceId = {trace_id:String}

-- name: spans
-- The order decides which spans are left out when there are more than the limit, nothing else.
SELECT
  SpanId AS spanId,
  ParentSpanId AS parentSpanId,
  TraceState AS traceState,
  SpanName AS name,
  SpanKind AS kind,
  ServiceName AS serviceName,
  toUnixTimestamp64Nano(Timestamp) AS startTimeUnixNano,
  Duration AS durationNano,
  StatusCode AS statusCode,
  StatusMessage AS statusMessage,
  SpanAttributes AS attributes,
  ResourceAttributes AS resource,
  ScopeName AS scopeName,
  ScopeVersion AS scopeVersion,
  arrayMap(t -> toUnixTimestamp64Nano(t), `Events.Timestamp`) AS eventTimes,
  `Events.Name` AS eventNames,
  `Events.Attributes` AS eventAttributes,
  `Links.TraceId` AS linkTraceIds,
  `Links.SpanId` AS linkSpanIds,
  `Links.TraceState` AS linkTraceStates,
  `Links.Attributes` AS linkAttributes
FROM otel_traces
WHERE TraceId = {trace_id:String} AND /*where*/
ORDER BY Timestamp, SpanId
LIMIT {limit:UInt64}

-- name: logs
SELECT /*log-columns*/
FROM otel_logs
WHERE TraceId = {trace_id:String} AND /*where*/
ORDER BY Timestamp
LIMIT {limit:UInt64}
