-- Of spans with one id the view shows the one that the API shows, whose order no longer begins with the parent's id.
CREATE OR REPLACE VIEW {{database}}.request_spans {{on_cluster}} AS
SELECT
    Timestamp, TraceId, SpanId, ParentSpanId, TraceState, SpanName, SpanKind, ServiceName, ResourceAttributes, ScopeName,
    ScopeVersion, SpanAttributes, Duration, StatusCode, StatusMessage, `Events.Timestamp`, `Events.Name`,
    `Events.Attributes`, `Links.TraceId`, `Links.SpanId`, `Links.TraceState`, `Links.Attributes`
FROM {{database}}.otel_traces
WHERE TraceId = {id:String}
    AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes((SELECT min(Start) FROM {{database}}.otel_traces_trace_id_ts WHERE TraceId = {id:String}))
    AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes((SELECT max(End) FROM {{database}}.otel_traces_trace_id_ts WHERE TraceId = {id:String}))
ORDER BY Timestamp, SpanId, Duration DESC, notEmpty(ParentSpanId), ServiceName, SpanName, StatusCode DESC, ParentSpanId, SpanKind
LIMIT 1 BY if(SpanId = '', toString(rowNumberInAllBlocks()), SpanId);
