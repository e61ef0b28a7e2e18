-- Ids that are there: of traces with spans and logs, all over the range, the same ones in every run.
SELECT
    TraceId AS traceId,
    any(SpanId) AS spanId,
    any(LogAttributes['request.id']) AS requestId
FROM otel_logs
WHERE TraceId IN (
    SELECT TraceId
    FROM otel_traces_trace_id_ts
    WHERE Start >= fromUnixTimestamp({from:UInt32}) AND Start < fromUnixTimestamp({to:UInt32})
    ORDER BY cityHash64(TraceId, 'sample')
    LIMIT {samples:UInt32}
)
GROUP BY TraceId
ORDER BY cityHash64(TraceId)
