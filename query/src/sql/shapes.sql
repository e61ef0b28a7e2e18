The spans of listed traces, as far as their shape needs them: for the strip and the verdict of a summary.

-- name: windows
SELECT
  TraceId AS traceId,
  toUnixTimestamp(min(Start)) AS startSeconds,
  toUnixTimestamp(max(End)) AS endSeconds,
  toUnixTimestamp(min(StoredFirst)) AS storedFirstSeconds,
  toUnixTimestamp(max(StoredLast)) AS storedLastSeconds
FROM otel_traces_trace_id_ts
WHERE TraceId IN {trace_ids:Array(String)}
GROUP BY TraceId

-- name: spans
-- Of each trace in the order of `column-spans` in `trace.sql`, so that the same span of a repeated id is kept.
SELECT
  TraceId AS traceId,
  SpanId AS spanId,
  ParentSpanId AS parentSpanId,
  toUnixTimestamp64Nano(Timestamp) AS start,
  Duration AS duration,
  ServiceName AS service,
  SpanKind AS kind,
  StatusCode AS status,
  /*host*/ AS host
FROM otel_traces
WHERE TraceId IN {trace_ids:Array(String)} AND /*where*/
ORDER BY TraceId, Timestamp, SpanId, /*kept-first*/, ParentSpanId, SpanKind
LIMIT {limit:UInt64}
FORMAT Native

-- name: no-host
-- A strip needs no clocks: the attributes stay unread.
toLowCardinality('')

-- name: host
-- As `column-spans` in `trace.sql`.
toLowCardinality(multiIf(
    ResourceAttributes['host.id'] != '', ResourceAttributes['host.id'],
    ResourceAttributes['host.name'] != '', ResourceAttributes['host.name'],
    ResourceAttributes['service.instance.id'] != '', ResourceAttributes['service.instance.id'],
    ResourceAttributes['k8s.pod.name']))

-- name: peers
SELECT
  TraceId AS traceId,
  SpanId AS spanId,
  multiIf(
    SpanAttributes['peer.service'] != '', SpanAttributes['peer.service'],
    SpanAttributes['server.address'] != '', SpanAttributes['server.address'],
    SpanAttributes['net.peer.name']) AS peer
FROM otel_traces
WHERE TraceId IN {trace_ids:Array(String)} AND SpanId IN {span_ids:Array(String)} AND /*where*/
ORDER BY /*kept-first*/
LIMIT 1 BY TraceId, SpanId
