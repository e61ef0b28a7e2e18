-- Two of five spans say something, in the middle of their time.
INSERT INTO otel_logs
(Timestamp, TraceId, SpanId, SeverityText, SeverityNumber, ServiceName, Body, ResourceAttributes, ScopeName, LogAttributes)
WITH
    cityHash64(SpanId, 1) % 100 AS chance,
    1 + (chance > 60) + (chance > 96) + (chance > 98) AS rank
SELECT
    Timestamp + toIntervalNanosecond(intDiv(Duration, 2)),
    TraceId,
    SpanId,
    ['INFO', 'DEBUG', 'WARN', 'ERROR'][rank],
    [9, 5, 13, 17][rank],
    ServiceName,
    concat('item ', toString(cityHash64(SpanId) % 100000), ' read in ', toString(intDiv(Duration, 1000)), ' us'),
    ResourceAttributes,
    'bench',
    map('item.id', toString(cityHash64(SpanId) % 100000))
FROM otel_traces
WHERE TraceId = {trace_id:String} AND cityHash64(SpanId) % 5 < 2
