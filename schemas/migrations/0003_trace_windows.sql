-- When each trace was: whoever has a trace id reads its window here first, and then only that window of otel_traces.
-- The view is the exporter's, word for word: End is the last span's start, so readers add a second (Grafana does).
CREATE TABLE IF NOT EXISTS {{database}}.otel_traces_trace_id_ts {{on_cluster}}
(
    `TraceId` String CODEC(ZSTD(1)),
    `Start` SimpleAggregateFunction(min, DateTime) CODEC(ZSTD(1)),
    `End` SimpleAggregateFunction(max, DateTime) CODEC(ZSTD(1))
)
ENGINE = {{engine:AggregatingMergeTree}}
PARTITION BY toStartOfWeek(Start, 0, 'UTC')
ORDER BY TraceId
-- Outlives the spans by a week's partition and a day: a trace without a window would look empty.
TTL Start + toIntervalDay({{retention_days:trace_windows}})
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, {{table_settings}};

CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.otel_traces_trace_id_ts_mv {{on_cluster}}
TO {{database}}.otel_traces_trace_id_ts
AS SELECT
    TraceId,
    min(Timestamp) AS Start,
    max(Timestamp) AS End
FROM {{database}}.otel_traces
WHERE TraceId != ''
GROUP BY TraceId;
