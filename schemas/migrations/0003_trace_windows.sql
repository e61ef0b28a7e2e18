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
-- A page of traces looks up fifty ids that lie far apart, in each part; with the small blocks of migration 13.
SETTINGS index_granularity = 256, ttl_only_drop_parts = 1, {{table_settings}};

CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.otel_traces_trace_id_ts_mv {{on_cluster}}
TO {{database}}.otel_traces_trace_id_ts
AS SELECT
    TraceId,
    min(Timestamp) AS Start,
    max(Timestamp) AS End
FROM {{database}}.otel_traces
WHERE TraceId != ''
GROUP BY TraceId;

-- Was 2956be0e12efab1ad5e30b551cb04dece2c0996277a4fcab4c4f15122864f821: granules of 1024 rows, which no ALTER changes. Tables made with it keep them.
