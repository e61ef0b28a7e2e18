Everything that meets the conditions, newest first. In CSV a text that a spreadsheet would take for a formula gets an
apostrophe. The order begins as the tables' own does, so that rows are sorted
five minutes at a time and not all at once.

-- name: order
ORDER BY toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC
LIMIT {limit:UInt64}

-- name: count-logs
-- One more than the limit is all one needs to know.
SELECT count() AS rows FROM (SELECT 1 FROM otel_logs WHERE /*where*/ LIMIT {count_limit:UInt64})

-- name: count-spans
SELECT count() AS rows FROM (SELECT 1 FROM otel_traces WHERE /*where*/ LIMIT {count_limit:UInt64})

-- name: logs-ndjson
SELECT /*log-columns*/
FROM otel_logs
WHERE /*where*/
/*order*/
FORMAT JSONEachRow

-- name: logs-csv
SELECT
  formatDateTime(Timestamp, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS time,
  if(match(SeverityText, '^[=+@\t\r-]'), concat('''', SeverityText), SeverityText) AS severity,
  if(match(ServiceName, '^[=+@\t\r-]'), concat('''', ServiceName), ServiceName) AS service,
  if(match(Body, '^[=+@\t\r-]'), concat('''', Body), Body) AS body,
  TraceId AS trace_id,
  SpanId AS span_id,
  if(match(ScopeName, '^[=+@\t\r-]'), concat('''', ScopeName), ScopeName) AS scope,
  toJSONString(LogAttributes) AS attributes,
  toJSONString(ResourceAttributes) AS resource
FROM otel_logs
WHERE /*where*/
/*order*/
FORMAT CSVWithNames

-- name: spans-ndjson
SELECT
  TraceId AS traceId,
  SpanId AS spanId,
  ParentSpanId AS parentSpanId,
  TraceState AS traceState,
  SpanName AS name,
  SpanKind AS kind,
  ServiceName AS serviceName,
  toUnixTimestamp64Nano(Timestamp) AS startTimeUnixNano,
  Duration AS durationNano,
  map('code', toString(StatusCode), 'message', StatusMessage) AS status,
  SpanAttributes AS attributes,
  ResourceAttributes AS resource,
  ScopeName AS scopeName,
  ScopeVersion AS scopeVersion
FROM otel_traces
WHERE /*where*/
/*order*/
FORMAT JSONEachRow

-- name: spans-csv
SELECT
  formatDateTime(Timestamp, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS start,
  Duration / 1000000 AS duration_ms,
  if(match(ServiceName, '^[=+@\t\r-]'), concat('''', ServiceName), ServiceName) AS service,
  if(match(SpanName, '^[=+@\t\r-]'), concat('''', SpanName), SpanName) AS name,
  SpanKind AS kind,
  StatusCode AS status,
  if(match(StatusMessage, '^[=+@\t\r-]'), concat('''', StatusMessage), StatusMessage) AS status_message,
  TraceId AS trace_id,
  SpanId AS span_id,
  ParentSpanId AS parent_span_id,
  toJSONString(SpanAttributes) AS attributes,
  toJSONString(ResourceAttributes) AS resource
FROM otel_traces
WHERE /*where*/
/*order*/
FORMAT CSVWithNames
