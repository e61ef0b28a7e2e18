The spans of listed traces, as far as their shape needs them: for the strip and the verdict of a summary.

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
  SpanName AS name
FROM otel_traces
WHERE TraceId IN {trace_ids:Array(String)} AND /*where*/
ORDER BY TraceId, Timestamp, SpanId, /*kept-first*/, ParentSpanId, SpanKind
LIMIT {limit:UInt64}
FORMAT Native

-- name: hosts
-- Of the few spans whose clocks are in question: resources of all of them would cost twice what the rest does. As `column-spans` in
-- `trace.sql` tells the host.
SELECT
  TraceId AS traceId,
  SpanId AS spanId,
  toString(toUnixTimestamp64Nano(Timestamp)) AS start,
  ServiceName AS service,
  multiIf(
    ResourceAttributes['host.id'] != '', ResourceAttributes['host.id'],
    ResourceAttributes['host.name'] != '', ResourceAttributes['host.name'],
    ResourceAttributes['service.instance.id'] != '', ResourceAttributes['service.instance.id'],
    ResourceAttributes['k8s.pod.name']) AS host
FROM otel_traces
WHERE TraceId IN {trace_ids:Array(String)} AND SpanId IN {span_ids:Array(String)} AND /*where*/
ORDER BY /*kept-first*/
LIMIT 1 BY TraceId, SpanId, Timestamp, ServiceName

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
