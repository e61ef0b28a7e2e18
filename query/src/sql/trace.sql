One trace by its id.

-- name: window
-- Start and End are whole seconds: of the first and of the last span to start. A row for each part that has the trace:
-- five aggregate functions cost more than putting these together outside.
SELECT
  toUnixTimestamp(Start) AS startSeconds,
  toUnixTimestamp(End) AS endSeconds,
  toUnixTimestamp(StoredFirst) AS storedFirstSeconds,
  toUnixTimestamp(StoredLast) AS storedLastSeconds
FROM otel_traces_trace_id_ts
WHERE TraceId = {trace_id:String}

-- name: spans
-- In any order: `assemble.ts` sorts. With all their columns ClickHouse takes as long to sort fifty thousand as to read them.
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
/*order*/
LIMIT {limit:UInt64}

-- name: logs
SELECT /*log-columns*/
FROM otel_logs
WHERE TraceId = {trace_id:String} AND /*where*/
ORDER BY Timestamp
LIMIT {limit:UInt64}

-- name: id-bytes
-- An id as `numbered-ids.ts` reads it.
WITH id -> multiIf(
    match(id, '^[0-9a-f]{16}$'), unhex(id),
    id = '', '',
    concat('odd id: ', id)) AS id_bytes

-- name: column-spans
-- The few columns that a waterfall draws, in any order: `span-columns.ts` sorts.
/*id-bytes*/
SELECT
  id_bytes(SpanId) AS spanId,
  id_bytes(ParentSpanId) AS parentSpanId,
  toUnixTimestamp64Nano(Timestamp) AS start,
  Duration AS duration,
  ServiceName AS service,
  SpanName AS name,
  SpanKind AS kind,
  StatusCode AS status,
  toUInt32(length(`Events.Name`)) AS eventCount,
  toUInt32(length(`Links.TraceId`)) AS linkCount,
  toLowCardinality(multiIf(
    ResourceAttributes['host.id'] != '', ResourceAttributes['host.id'],
    ResourceAttributes['host.name'] != '', ResourceAttributes['host.name'],
    ResourceAttributes['service.instance.id'] != '', ResourceAttributes['service.instance.id'],
    ResourceAttributes['k8s.pod.name'])) AS host
FROM otel_traces
WHERE TraceId = {trace_id:String} AND /*where*/
/*order*/
LIMIT {limit:UInt64}
FORMAT Native

-- name: first-spans
-- The order in which `assemble.ts` puts them.
ORDER BY Timestamp, SpanId, /*kept-first*/, ParentSpanId, SpanKind

-- name: log-counts
/*id-bytes*/
SELECT
  id_bytes(SpanId) AS spanId,
  toUInt32(count()) AS logs,
  toUInt32(countIf(SeverityNumber >= 17)) AS errorLogs,
  toUnixTimestamp64Nano(min(Timestamp)) AS first,
  toUnixTimestamp64Nano(max(Timestamp)) AS last
FROM otel_logs
WHERE TraceId = {trace_id:String} AND /*where*/
GROUP BY spanId
LIMIT {limit:UInt64}
FORMAT Native

-- name: log-counts-of-spans
-- As `log-counts` where that has more rows than a trace may have spans: one row counts the logs of all that are not here.
/*id-bytes*/
SELECT
  if(SpanId IN (
    SELECT SpanId
    FROM otel_traces
    WHERE TraceId = {trace_id:String}
    /*order*/
    LIMIT {limit:UInt64}
  ), id_bytes(SpanId), '') AS spanId,
  toUInt32(count()) AS logs,
  toUInt32(countIf(SeverityNumber >= 17)) AS errorLogs,
  toUnixTimestamp64Nano(min(Timestamp)) AS first,
  toUnixTimestamp64Nano(max(Timestamp)) AS last
FROM otel_logs
WHERE TraceId = {trace_id:String} AND /*where*/
GROUP BY spanId
FORMAT Native

-- name: peers
SELECT
  SpanId AS spanId,
  multiIf(
    SpanAttributes['peer.service'] != '', SpanAttributes['peer.service'],
    SpanAttributes['server.address'] != '', SpanAttributes['server.address'],
    SpanAttributes['net.peer.name']) AS peer
FROM otel_traces
WHERE TraceId = {trace_id:String} AND SpanId IN {span_ids:Array(String)} AND /*where*/
ORDER BY /*kept-first*/
LIMIT 1 BY SpanId

-- name: slim-logs
SELECT
  toUnixTimestamp64Nano(Timestamp) AS timeUnixNano,
  leftPad(lower(hex(/*row-hash*/)), 16, '0') AS hash,
  SpanId AS spanId,
  SeverityNumber AS severityNumber,
  SeverityText AS severityText,
  ServiceName AS serviceName,
  substringUTF8(Body, 1, {body_max:UInt32}) AS body,
  length(body) < length(Body) AS bodyCut
FROM otel_logs
WHERE TraceId = {trace_id:String} AND /*where*/
ORDER BY Timestamp, hash
LIMIT {limit:UInt64}

-- name: of-span
SpanId = {span_id:String}

-- name: span-ids
SELECT
  SpanId AS spanId,
  max(toUnixTimestamp64Nano(Timestamp) + toInt64(least(Duration, toUInt64(9223372036854775807 - toUnixTimestamp64Nano(Timestamp))))) AS last
FROM otel_traces
WHERE TraceId = {trace_id:String} AND /*where*/
GROUP BY spanId
LIMIT {limit:UInt64}
FORMAT Native
