-- Ids of traces all over the range, the same ones in every run, and other ones than the questions ask for.
SELECT TraceId AS traceId
FROM otel_traces_trace_id_ts
WHERE Start >= fromUnixTimestamp({from:UInt32}) AND Start < fromUnixTimestamp({to:UInt32})
GROUP BY traceId
ORDER BY cityHash64(traceId, 'mix')
LIMIT {samples:UInt32}
