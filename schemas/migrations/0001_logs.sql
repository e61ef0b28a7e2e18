-- Log records. Columns up to EventName: the OpenTelemetry Collector's ClickHouse exporter (0.151 and later), names and
-- types unchanged. Then what OTLP has and the exporter drops, each with a default, so that the exporter's INSERT is
-- complete without them. Then columns that are computed, which no INSERT names.
CREATE TABLE IF NOT EXISTS {{database}}.otel_logs {{on_cluster}}
(
    `Timestamp` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    `TraceId` String CODEC(ZSTD(1)),
    `SpanId` String CODEC(ZSTD(1)),
    `TraceFlags` UInt8,
    `SeverityText` LowCardinality(String) CODEC(ZSTD(1)),
    `SeverityNumber` UInt8,
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `Body` String CODEC(ZSTD(1)),
    `ResourceSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
    `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `ScopeSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
    `ScopeName` String CODEC(ZSTD(1)),
    `ScopeVersion` LowCardinality(String) CODEC(ZSTD(1)),
    `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `LogAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `EventName` String CODEC(ZSTD(1)),

    -- 1970-01-01 where the sender did not say.
    `ObservedTimestamp` DateTime64(9) DEFAULT toDateTime64(0, 9) CODEC(Delta(8), ZSTD(1)),
    -- OTLP's flags whole; TraceFlags is their low byte.
    `Flags` UInt32 DEFAULT toUInt32(TraceFlags) CODEC(ZSTD(1)),
    `DroppedAttributesCount` UInt32 DEFAULT 0 CODEC(ZSTD(1)),
    `ScopeDroppedAttributesCount` UInt32 DEFAULT 0 CODEC(ZSTD(1)),
    `ResourceDroppedAttributesCount` UInt32 DEFAULT 0 CODEC(ZSTD(1)),

    `__otel_materialized_k8s.cluster.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.cluster.name'] CODEC(ZSTD(1)),
    `__otel_materialized_k8s.container.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.container.name'] CODEC(ZSTD(1)),
    `__otel_materialized_k8s.deployment.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.deployment.name'] CODEC(ZSTD(1)),
    `__otel_materialized_k8s.namespace.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.namespace.name'] CODEC(ZSTD(1)),
    `__otel_materialized_k8s.node.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.node.name'] CODEC(ZSTD(1)),
    `__otel_materialized_k8s.pod.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.pod.name'] CODEC(ZSTD(1)),
    `__otel_materialized_k8s.pod.uid` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.pod.uid'] CODEC(ZSTD(1)),
    `__otel_materialized_deployment.environment.name` LowCardinality(String) MATERIALIZED ResourceAttributes['deployment.environment.name'] CODEC(ZSTD(1)),

    -- Grafana's data source before 4.20, and every one pinned to the older schema, filters on it. It prunes like Timestamp.
    `TimestampTime` DateTime ALIAS toDateTime(Timestamp),
    -- has(items, 'key=value') is answered from the text index: 49 ms where LogAttributes['key'] = 'value' took 4.2 s.
    `LogAttributeItems` Array(String) ALIAS arrayMap(kv -> concat(kv.1, '=', kv.2), CAST(LogAttributes, 'Array(Tuple(String, String))')),
    `ResourceAttributeItems` Array(String) ALIAS arrayMap(kv -> concat(kv.1, '=', kv.2), CAST(ResourceAttributes, 'Array(Tuple(String, String))')),

    INDEX idx_ts Timestamp TYPE minmax GRANULARITY 1,
    INDEX idx_trace_id TraceId TYPE text(tokenizer = 'array'),
    INDEX idx_lower_body lower(Body) TYPE text(tokenizer = 'splitByNonAlpha'),
    INDEX idx_log_attr_items LogAttributeItems TYPE text(tokenizer = 'array'),
    INDEX idx_log_attr_key mapKeys(LogAttributes) TYPE text(tokenizer = 'array'),
    INDEX idx_res_attr_items ResourceAttributeItems TYPE text(tokenizer = 'array')
)
ENGINE = {{engine:MergeTree}}
-- UTC whatever the server's zone: what a collector inserts at once is one UTC day, and so one part, stored whole or not.
PARTITION BY toDate(Timestamp, 'UTC')
-- Shorter than the sort key on purpose: with Timestamp in it, a plain time filter is not a binary search on the bucket.
PRIMARY KEY (toStartOfFiveMinutes(Timestamp), ServiceName)
ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)
TTL toDateTime(Timestamp) + toIntervalDay({{retention_days:logs}})
-- Small granules of small blocks: the few rows of a trace or of a page lie far apart, and each brings its granule with it.
-- Half of the processor time of a trace by its id, for 3 to 10 % more bytes (docs/decisions/0026-small-granules.md).
SETTINGS index_granularity = 1024, min_compress_block_size = 4096, ttl_only_drop_parts = 1, {{table_settings}};

-- Was c80a754ec430c0050264d0e601387936d99ee5111061589da3972bccd6d975f0: granules of 8192 rows, which no ALTER changes. Tables made with it keep them.
