-- Spans. Columns up to Links.Attributes: the exporter's, names and types unchanged; then what OTLP has and the exporter drops.
CREATE TABLE IF NOT EXISTS {{database}}.otel_traces {{on_cluster}}
(
    -- The start of the span; its end is Timestamp + Duration.
    `Timestamp` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    `TraceId` String CODEC(ZSTD(1)),
    `SpanId` String CODEC(ZSTD(1)),
    `ParentSpanId` String CODEC(ZSTD(1)),
    `TraceState` String CODEC(ZSTD(1)),
    `SpanName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanKind` LowCardinality(String) CODEC(ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `ScopeName` String CODEC(ZSTD(1)),
    `ScopeVersion` String CODEC(ZSTD(1)),
    `SpanAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    -- Nanoseconds.
    `Duration` UInt64 CODEC(ZSTD(1)),
    `StatusCode` LowCardinality(String) CODEC(ZSTD(1)),
    `StatusMessage` String CODEC(ZSTD(1)),
    `Events.Timestamp` Array(DateTime64(9)) CODEC(ZSTD(1)),
    `Events.Name` Array(LowCardinality(String)) CODEC(ZSTD(1)),
    `Events.Attributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
    `Links.TraceId` Array(String) CODEC(ZSTD(1)),
    `Links.SpanId` Array(String) CODEC(ZSTD(1)),
    `Links.TraceState` Array(String) CODEC(ZSTD(1)),
    `Links.Attributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),

    `Flags` UInt32 DEFAULT 0 CODEC(ZSTD(1)),
    `DroppedAttributesCount` UInt32 DEFAULT 0 CODEC(ZSTD(1)),
    `DroppedEventsCount` UInt32 DEFAULT 0 CODEC(ZSTD(1)),
    `DroppedLinksCount` UInt32 DEFAULT 0 CODEC(ZSTD(1)),
    `ScopeAttributes` Map(LowCardinality(String), String) DEFAULT map() CODEC(ZSTD(1)),
    `ScopeDroppedAttributesCount` UInt32 DEFAULT 0 CODEC(ZSTD(1)),
    `ResourceDroppedAttributesCount` UInt32 DEFAULT 0 CODEC(ZSTD(1)),
    `ResourceSchemaUrl` LowCardinality(String) DEFAULT '' CODEC(ZSTD(1)),
    `ScopeSchemaUrl` LowCardinality(String) DEFAULT '' CODEC(ZSTD(1)),
    -- One per event or link, also where the INSERT does not name them.
    `Events.DroppedAttributesCount` Array(UInt32) DEFAULT arrayWithConstant(length(Events.Name), toUInt32(0)) CODEC(ZSTD(1)),
    `Links.Flags` Array(UInt32) DEFAULT arrayWithConstant(length(Links.TraceId), toUInt32(0)) CODEC(ZSTD(1)),
    `Links.DroppedAttributesCount` Array(UInt32) DEFAULT arrayWithConstant(length(Links.TraceId), toUInt32(0)) CODEC(ZSTD(1)),

    `SpanAttributeItems` Array(String) ALIAS arrayMap(kv -> concat(kv.1, '=', kv.2), CAST(SpanAttributes, 'Array(Tuple(String, String))')),
    `ResourceAttributeItems` Array(String) ALIAS arrayMap(kv -> concat(kv.1, '=', kv.2), CAST(ResourceAttributes, 'Array(Tuple(String, String))')),

    INDEX idx_ts Timestamp TYPE minmax GRANULARITY 1,
    INDEX idx_duration Duration TYPE minmax GRANULARITY 1,
    -- A trace is read through its window, so a bloom filter at an eighth of a text index's size is as fast here.
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX idx_span_attr_items SpanAttributeItems TYPE text(tokenizer = 'array')
)
ENGINE = {{engine:MergeTree}}
PARTITION BY toDate(Timestamp, 'UTC')
-- The exporter sorts by service first; with the bucket first the window of a trace is one range, not one per operation.
PRIMARY KEY (toStartOfFiveMinutes(Timestamp), ServiceName, SpanName)
ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, SpanName, Timestamp)
TTL toDateTime(Timestamp) + toIntervalDay({{retention_days:traces}})
-- Small granules of small blocks: the few rows of a trace or of a page lie far apart, and each brings its granule with it.
-- Half of the processor time of a trace by its id, for 3 to 10 % more bytes (docs/decisions/0026-small-granules.md).
SETTINGS index_granularity = 1024, min_compress_block_size = 4096, ttl_only_drop_parts = 1, {{table_settings}};

-- Was bf189ccfd1ff1b61f0beaf30a4c40571fd21436737c53e15d1f3c8b522091397: granules of 8192 rows, which no ALTER changes. Tables made with it keep them.
