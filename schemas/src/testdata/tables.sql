CREATE TABLE otel.otel_logs
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
    `ObservedTimestamp` DateTime64(9) DEFAULT toDateTime64(0, 9) CODEC(Delta(8), ZSTD(1)),
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
    `TimestampTime` DateTime ALIAS toDateTime(Timestamp),
    `LogAttributeItems` Array(String) ALIAS arrayMap(kv -> concat(kv.1, '=', kv.2), CAST(LogAttributes, 'Array(Tuple(String, String))')),
    `ResourceAttributeItems` Array(String) ALIAS arrayMap(kv -> concat(kv.1, '=', kv.2), CAST(ResourceAttributes, 'Array(Tuple(String, String))')),
    INDEX idx_ts Timestamp TYPE minmax GRANULARITY 1,
    INDEX idx_trace_id TraceId TYPE text(tokenizer = 'array') GRANULARITY 100000000,
    INDEX idx_lower_body lower(Body) TYPE text(tokenizer = 'splitByNonAlpha') GRANULARITY 100000000,
    INDEX idx_log_attr_items LogAttributeItems TYPE text(tokenizer = 'array') GRANULARITY 100000000,
    INDEX idx_log_attr_key mapKeys(LogAttributes) TYPE text(tokenizer = 'array') GRANULARITY 100000000,
    INDEX idx_res_attr_items ResourceAttributeItems TYPE text(tokenizer = 'array') GRANULARITY 100000000,
    INDEX idx_span SpanId TYPE bloom_filter(0.0001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp, 'UTC')
PRIMARY KEY (toStartOfFiveMinutes(Timestamp), ServiceName)
ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)
TTL toDateTime(Timestamp) + toIntervalDay(30)
SETTINGS index_granularity = 1024, min_compress_block_size = 4096, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728, enable_block_number_column = 1;

CREATE TABLE otel.otel_logs_rate_1m
(
    `Bucket` DateTime CODEC(Delta(4), ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SeverityNumber` UInt8 CODEC(ZSTD(1)),
    `SeverityText` LowCardinality(String) CODEC(ZSTD(1)),
    `ServiceVersion` LowCardinality(String) CODEC(ZSTD(1)),
    `DeploymentEnvironment` LowCardinality(String) CODEC(ZSTD(1)),
    `Count` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `Bytes` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    PROJECTION by_time
    (
        SELECT *
        ORDER BY
            Bucket,
            ServiceName,
            SeverityNumber
    )
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Bucket, 'UTC')
PRIMARY KEY (ServiceName, Bucket)
ORDER BY (ServiceName, Bucket, SeverityNumber, SeverityText, ServiceVersion, DeploymentEnvironment)
TTL Bucket + toIntervalDay(90)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728, deduplicate_merge_projection_mode = 'rebuild';

CREATE MATERIALIZED VIEW otel.otel_logs_rate_1m_mv TO otel.otel_logs_rate_1m
(
    `Bucket` DateTime,
    `ServiceName` LowCardinality(String),
    `SeverityNumber` UInt8,
    `SeverityText` LowCardinality(String),
    `ServiceVersion` String,
    `DeploymentEnvironment` String,
    `Count` UInt64,
    `Bytes` UInt64
)
AS SELECT
    toStartOfMinute(Timestamp) AS Bucket,
    ServiceName,
    SeverityNumber,
    SeverityText,
    ResourceAttributes['service.version'] AS ServiceVersion,
    ResourceAttributes['deployment.environment.name'] AS DeploymentEnvironment,
    count() AS Count,
    sum(length(Body)) AS Bytes
FROM otel.otel_logs
GROUP BY
    Bucket,
    ServiceName,
    SeverityNumber,
    SeverityText,
    ServiceVersion,
    DeploymentEnvironment;

CREATE TABLE otel.otel_metrics_exponential_histogram
(
    `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `ResourceSchemaUrl` String CODEC(ZSTD(1)),
    `ScopeName` String CODEC(ZSTD(1)),
    `ScopeVersion` String CODEC(ZSTD(1)),
    `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
    `ScopeSchemaUrl` String CODEC(ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `MetricName` String CODEC(ZSTD(1)),
    `MetricDescription` String CODEC(ZSTD(1)),
    `MetricUnit` String CODEC(ZSTD(1)),
    `Attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `StartTimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    `TimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    `Count` UInt64 CODEC(Delta(8), ZSTD(1)),
    `Sum` Float64 CODEC(ZSTD(1)),
    `Scale` Int32 CODEC(ZSTD(1)),
    `ZeroCount` UInt64 CODEC(ZSTD(1)),
    `PositiveOffset` Int32 CODEC(ZSTD(1)),
    `PositiveBucketCounts` Array(UInt64) CODEC(ZSTD(1)),
    `NegativeOffset` Int32 CODEC(ZSTD(1)),
    `NegativeBucketCounts` Array(UInt64) CODEC(ZSTD(1)),
    `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
    `Exemplars.TimeUnix` Array(DateTime64(9)) CODEC(ZSTD(1)),
    `Exemplars.Value` Array(Float64) CODEC(ZSTD(1)),
    `Exemplars.SpanId` Array(String) CODEC(ZSTD(1)),
    `Exemplars.TraceId` Array(String) CODEC(ZSTD(1)),
    `Flags` UInt32 CODEC(ZSTD(1)),
    `Min` Float64 CODEC(ZSTD(1)),
    `Max` Float64 CODEC(ZSTD(1)),
    `AggregationTemporality` Int32 CODEC(ZSTD(1)),
    INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1,
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix, 'UTC')
PRIMARY KEY (ServiceName, MetricName)
ORDER BY (ServiceName, MetricName, Attributes, toUnixTimestamp64Nano(TimeUnix))
TTL toDateTime(TimeUnix) + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728;

CREATE TABLE otel.otel_metrics_gauge
(
    `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `ResourceSchemaUrl` String CODEC(ZSTD(1)),
    `ScopeName` String CODEC(ZSTD(1)),
    `ScopeVersion` String CODEC(ZSTD(1)),
    `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
    `ScopeSchemaUrl` String CODEC(ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `MetricName` String CODEC(ZSTD(1)),
    `MetricDescription` String CODEC(ZSTD(1)),
    `MetricUnit` String CODEC(ZSTD(1)),
    `Attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `StartTimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    `TimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    `Value` Float64 CODEC(ZSTD(1)),
    `Flags` UInt32 CODEC(ZSTD(1)),
    `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
    `Exemplars.TimeUnix` Array(DateTime64(9)) CODEC(ZSTD(1)),
    `Exemplars.Value` Array(Float64) CODEC(ZSTD(1)),
    `Exemplars.SpanId` Array(String) CODEC(ZSTD(1)),
    `Exemplars.TraceId` Array(String) CODEC(ZSTD(1)),
    INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1,
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix, 'UTC')
PRIMARY KEY (ServiceName, MetricName)
ORDER BY (ServiceName, MetricName, Attributes, toUnixTimestamp64Nano(TimeUnix))
TTL toDateTime(TimeUnix) + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728;

CREATE TABLE otel.otel_metrics_histogram
(
    `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `ResourceSchemaUrl` String CODEC(ZSTD(1)),
    `ScopeName` String CODEC(ZSTD(1)),
    `ScopeVersion` String CODEC(ZSTD(1)),
    `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
    `ScopeSchemaUrl` String CODEC(ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `MetricName` String CODEC(ZSTD(1)),
    `MetricDescription` String CODEC(ZSTD(1)),
    `MetricUnit` String CODEC(ZSTD(1)),
    `Attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `StartTimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    `TimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    `Count` UInt64 CODEC(Delta(8), ZSTD(1)),
    `Sum` Float64 CODEC(ZSTD(1)),
    `BucketCounts` Array(UInt64) CODEC(ZSTD(1)),
    `ExplicitBounds` Array(Float64) CODEC(ZSTD(1)),
    `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
    `Exemplars.TimeUnix` Array(DateTime64(9)) CODEC(ZSTD(1)),
    `Exemplars.Value` Array(Float64) CODEC(ZSTD(1)),
    `Exemplars.SpanId` Array(String) CODEC(ZSTD(1)),
    `Exemplars.TraceId` Array(String) CODEC(ZSTD(1)),
    `Flags` UInt32 CODEC(ZSTD(1)),
    `Min` Float64 CODEC(ZSTD(1)),
    `Max` Float64 CODEC(ZSTD(1)),
    `AggregationTemporality` Int32 CODEC(ZSTD(1)),
    INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1,
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix, 'UTC')
PRIMARY KEY (ServiceName, MetricName)
ORDER BY (ServiceName, MetricName, Attributes, toUnixTimestamp64Nano(TimeUnix))
TTL toDateTime(TimeUnix) + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728;

CREATE TABLE otel.otel_metrics_sum
(
    `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `ResourceSchemaUrl` String CODEC(ZSTD(1)),
    `ScopeName` String CODEC(ZSTD(1)),
    `ScopeVersion` String CODEC(ZSTD(1)),
    `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
    `ScopeSchemaUrl` String CODEC(ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `MetricName` String CODEC(ZSTD(1)),
    `MetricDescription` String CODEC(ZSTD(1)),
    `MetricUnit` String CODEC(ZSTD(1)),
    `Attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `StartTimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    `TimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    `Value` Float64 CODEC(ZSTD(1)),
    `Flags` UInt32 CODEC(ZSTD(1)),
    `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
    `Exemplars.TimeUnix` Array(DateTime64(9)) CODEC(ZSTD(1)),
    `Exemplars.Value` Array(Float64) CODEC(ZSTD(1)),
    `Exemplars.SpanId` Array(String) CODEC(ZSTD(1)),
    `Exemplars.TraceId` Array(String) CODEC(ZSTD(1)),
    `AggregationTemporality` Int32 CODEC(ZSTD(1)),
    `IsMonotonic` Bool CODEC(ZSTD(1)),
    INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1,
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix, 'UTC')
PRIMARY KEY (ServiceName, MetricName)
ORDER BY (ServiceName, MetricName, Attributes, toUnixTimestamp64Nano(TimeUnix))
TTL toDateTime(TimeUnix) + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728;

CREATE TABLE otel.otel_metrics_summary
(
    `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `ResourceSchemaUrl` String CODEC(ZSTD(1)),
    `ScopeName` String CODEC(ZSTD(1)),
    `ScopeVersion` String CODEC(ZSTD(1)),
    `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
    `ScopeSchemaUrl` String CODEC(ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `MetricName` String CODEC(ZSTD(1)),
    `MetricDescription` String CODEC(ZSTD(1)),
    `MetricUnit` String CODEC(ZSTD(1)),
    `Attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `StartTimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    `TimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    `Count` UInt64 CODEC(Delta(8), ZSTD(1)),
    `Sum` Float64 CODEC(ZSTD(1)),
    `ValueAtQuantiles.Quantile` Array(Float64) CODEC(ZSTD(1)),
    `ValueAtQuantiles.Value` Array(Float64) CODEC(ZSTD(1)),
    `Flags` UInt32 CODEC(ZSTD(1)),
    INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1,
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix, 'UTC')
PRIMARY KEY (ServiceName, MetricName)
ORDER BY (ServiceName, MetricName, Attributes, toUnixTimestamp64Nano(TimeUnix))
TTL toDateTime(TimeUnix) + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728;

CREATE TABLE otel.otel_service_edges
(
    `Bucket` DateTime CODEC(Delta(4), ZSTD(1)),
    `Version` UInt64 CODEC(Delta(8), ZSTD(1)),
    `EdgeKind` LowCardinality(String) CODEC(ZSTD(1)),
    `Caller` LowCardinality(String) CODEC(ZSTD(1)),
    `Callee` LowCardinality(String) CODEC(ZSTD(1)),
    `System` LowCardinality(String) CODEC(ZSTD(1)),
    `Connection` LowCardinality(String) CODEC(ZSTD(1)),
    `DeploymentEnvironment` LowCardinality(String) CODEC(ZSTD(1)),
    `Calls` UInt64 CODEC(ZSTD(1)),
    `Errors` UInt64 CODEC(ZSTD(1)),
    `DurationSum` UInt64 CODEC(ZSTD(1)),
    `DurationQ` AggregateFunction(quantilesTDigest(0.5, 0.95, 0.99), UInt64) CODEC(ZSTD(1)),
    `Spans` UInt64 CODEC(ZSTD(1)),
    `Settled` Bool CODEC(ZSTD(1)),
    `SampledEvery` UInt32 DEFAULT 1 CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(Bucket, 'UTC')
ORDER BY (Bucket, EdgeKind, Caller, Callee, System, Connection, DeploymentEnvironment, Version)
TTL Bucket + toIntervalDay(90)
SETTINGS index_granularity = 512, min_compress_block_size = 4096, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728;

CREATE TABLE otel.otel_service_edges_1h
(
    `Bucket` DateTime CODEC(Delta(4), ZSTD(1)),
    `Version` UInt64 CODEC(Delta(8), ZSTD(1)),
    `EdgeKind` LowCardinality(String) CODEC(ZSTD(1)),
    `Caller` LowCardinality(String) CODEC(ZSTD(1)),
    `Callee` LowCardinality(String) CODEC(ZSTD(1)),
    `System` LowCardinality(String) CODEC(ZSTD(1)),
    `Connection` LowCardinality(String) CODEC(ZSTD(1)),
    `DeploymentEnvironment` LowCardinality(String) CODEC(ZSTD(1)),
    `Calls` UInt64 CODEC(ZSTD(1)),
    `Errors` UInt64 CODEC(ZSTD(1)),
    `DurationSum` UInt64 CODEC(ZSTD(1)),
    `DurationQ` AggregateFunction(quantilesTDigest(0.5, 0.95, 0.99), UInt64) CODEC(ZSTD(1)),
    `Source` UInt64 CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(Bucket, 'UTC')
ORDER BY (Bucket, EdgeKind, Caller, Callee, System, Connection, DeploymentEnvironment, Version)
TTL Bucket + toIntervalDay(90)
SETTINGS index_granularity = 512, min_compress_block_size = 4096, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728;

CREATE MATERIALIZED VIEW otel.otel_service_edges_1h_mv
REFRESH EVERY 5 MINUTE APPEND TO otel.otel_service_edges_1h
(
    `Bucket` DateTime,
    `Version` UInt64,
    `EdgeKind` String,
    `Caller` String,
    `Callee` String,
    `System` String,
    `Connection` String,
    `DeploymentEnvironment` String,
    `Calls` UInt64,
    `Errors` UInt64,
    `DurationSum` UInt64,
    `DurationQ` AggregateFunction(quantilesTDigest(0.5, 0.95, 0.99), UInt64),
    `Source` UInt64
)
DEFINER = throughline SQL SECURITY DEFINER
AS WITH
    (
        SELECT groupArray(hour)
        FROM
        (
            SELECT built.hour AS hour
            FROM
            (
                SELECT
                    toStartOfHour(at) AS hour,
                    sum(version) AS source
                FROM
                (
                    SELECT
                        Bucket AS at,
                        max(Version) AS version
                    FROM otel.otel_service_edges
                    WHERE (EdgeKind = '') AND (Bucket >= (toStartOfHour(now()) - if(toHour(now()) = 3, 86400 * 30, 100800)))
                    GROUP BY at
                )
                GROUP BY hour
            ) AS built
            LEFT JOIN
            (
                SELECT
                    Bucket AS hour,
                    argMax(Source, Version) AS source
                FROM otel.otel_service_edges_1h
                WHERE EdgeKind = ''
                GROUP BY hour
            ) AS done ON built.hour = done.hour
            WHERE (built.source != done.source) AND ((built.hour + 4500) <= now())
            ORDER BY hour DESC
            LIMIT 48
        )
    ) AS due,
    toUnixTimestamp64Milli(now64(3)) AS version
SELECT
    toStartOfHour(edges.Bucket) AS Bucket,
    toUInt64(version) AS Version,
    EdgeKind,
    Caller,
    Callee,
    System,
    Connection,
    DeploymentEnvironment,
    sum(edges.Calls) AS Calls,
    sum(edges.Errors) AS Errors,
    sum(edges.DurationSum) AS DurationSum,
    quantilesTDigestMergeState(0.5, 0.95, 0.99)(edges.DurationQ) AS DurationQ,
    toUInt64(0) AS Source
FROM otel.otel_service_edges AS edges
WHERE has(due, toStartOfHour(edges.Bucket)) AND (EdgeKind != '') AND ((edges.Bucket, edges.Version) IN (
    SELECT
        marks.Bucket,
        max(marks.Version)
    FROM otel.otel_service_edges AS marks
    WHERE (marks.EdgeKind = '') AND has(due, toStartOfHour(marks.Bucket))
    GROUP BY marks.Bucket
))
GROUP BY
    Bucket,
    EdgeKind,
    Caller,
    Callee,
    System,
    Connection,
    DeploymentEnvironment
UNION ALL
WITH
    (
        SELECT groupArray(hour)
        FROM
        (
            SELECT built.hour AS hour
            FROM
            (
                SELECT
                    toStartOfHour(at) AS hour,
                    sum(version) AS source
                FROM
                (
                    SELECT
                        Bucket AS at,
                        max(Version) AS version
                    FROM otel.otel_service_edges
                    WHERE (EdgeKind = '') AND (Bucket >= (toStartOfHour(now()) - if(toHour(now()) = 3, 86400 * 30, 100800)))
                    GROUP BY at
                )
                GROUP BY hour
            ) AS built
            LEFT JOIN
            (
                SELECT
                    Bucket AS hour,
                    argMax(Source, Version) AS source
                FROM otel.otel_service_edges_1h
                WHERE EdgeKind = ''
                GROUP BY hour
            ) AS done ON built.hour = done.hour
            WHERE (built.source != done.source) AND ((built.hour + 4500) <= now())
            ORDER BY hour DESC
            LIMIT 48
        )
    ) AS due,
    toUnixTimestamp64Milli(now64(3)) AS version
SELECT
    toStartOfHour(at) AS Bucket,
    toUInt64(version) AS Version,
    '' AS EdgeKind,
    '' AS Caller,
    '' AS Callee,
    '' AS System,
    '' AS Connection,
    '' AS DeploymentEnvironment,
    toUInt64(0) AS Calls,
    toUInt64(0) AS Errors,
    toUInt64(0) AS DurationSum,
    arrayReduce('quantilesTDigestState(0.5, 0.95, 0.99)', emptyArrayUInt64()) AS DurationQ,
    sum(newest) AS Source
FROM
(
    SELECT
        marks.Bucket AS at,
        max(marks.Version) AS newest
    FROM otel.otel_service_edges AS marks
    WHERE (marks.EdgeKind = '') AND has(due, toStartOfHour(marks.Bucket))
    GROUP BY at
)
GROUP BY Bucket
SETTINGS max_threads = 1;

CREATE MATERIALIZED VIEW otel.otel_service_edges_mv
REFRESH EVERY 1 MINUTE APPEND TO otel.otel_service_edges
(
    `Bucket` DateTime,
    `Version` UInt64,
    `EdgeKind` String,
    `Caller` String,
    `Callee` String,
    `System` String,
    `Connection` String,
    `DeploymentEnvironment` String,
    `Calls` UInt64,
    `Errors` UInt64,
    `DurationSum` UInt64,
    `DurationQ` AggregateFunction(quantilesTDigest(0.5, 0.95, 0.99), UInt64),
    `Spans` UInt64,
    `Settled` Bool,
    `SampledEvery` UInt32
)
DEFINER = throughline SQL SECURITY DEFINER
AS WITH
    now() - if(toMinute(now()) = 17, 86400 * 30, 93600) AS since,
    (
        SELECT groupArray((at, spans, before, inside))
        FROM
        (
            SELECT
                due.at AS at,
                due.spans AS spans,
                built.spans AS before,
                due.inside AS inside,
                due.at < (now() - 93600) AS old,
                sum(due.inside) OVER (ORDER BY old ASC, if(old, cityHash64(due.at, toStartOfHour(now())), 0) ASC, due.at DESC) AS upToHere
            FROM
            (
                SELECT
                    arrayJoin(arrayFilter(b -> ((minute >= (b - 300)) AND (minute < (b + 360))), [toStartOfFiveMinutes(minute) - 300, toStartOfFiveMinutes(minute), toStartOfFiveMinutes(minute) + 300])) AS at,
                    sum(requests) AS spans,
                    sumIf(requests, toStartOfFiveMinutes(minute) = at) AS inside
                FROM
                (
                    SELECT
                        Bucket AS minute,
                        sum(Requests) AS requests
                    FROM otel.otel_traces_red_1m
                    WHERE Bucket >= since
                    GROUP BY minute
                )
                GROUP BY at
                HAVING (inside > 0) AND ((at - 300) >= since)
            ) AS due
            LEFT JOIN
            (
                SELECT
                    Bucket AS at,
                    argMax(Spans, Version) AS spans,
                    argMax(Settled, Version) AS settled,
                    toDateTime(intDiv(max(Version), 1000)) AS builtAt
                FROM otel.otel_service_edges
                WHERE EdgeKind = ''
                GROUP BY at
            ) AS built ON due.at = built.at
            WHERE ((due.at + 390) <= now()) AND ((due.spans > built.spans) OR ((due.spans = built.spans) AND (NOT built.settled))) AND ((NOT built.settled) OR ((now() - built.builtAt) >= (built.builtAt - due.at)))
        )
        WHERE (upToHere = inside) OR (upToHere <= 2000000)
    ) AS changed,
    arrayMap(c -> (c.1), arrayFilter(c -> (((c.3) > 0) AND ((c.1) < (now() - 93600))), changed)) AS older,
    (
        SELECT groupArray(c.1)
        FROM
        (
            SELECT arrayJoin(arrayFilter(b -> has(older, b.1), changed)) AS c
        ) AS computed
        LEFT JOIN
        (
            SELECT
                arrayJoin(arrayFilter(b -> ((minute >= (b - 300)) AND (minute < (b + 360))), [toStartOfFiveMinutes(minute) - 300, toStartOfFiveMinutes(minute), toStartOfFiveMinutes(minute) + 300])) AS at,
                sum(counted) AS spans
            FROM
            (
                SELECT
                    toStartOfMinute(Timestamp) AS minute,
                    count() AS counted
                FROM otel.otel_traces
                WHERE has(arrayConcat(older, arrayMap(b -> (b - 300), older), arrayMap(b -> (b + 300), older)), toStartOfFiveMinutes(Timestamp))
                GROUP BY minute
            )
            GROUP BY at
        ) AS remaining ON (computed.c.1) = remaining.at
        WHERE remaining.spans < (c.3)
    ) AS gone,
    arrayFilter(c -> (NOT has(gone, c.1)), changed) AS due,
    arrayMap(b -> (b.1), due) AS buckets,
    arrayFirst(d -> (((d * 2000000) >= arraySum(b -> (b.4), due)) OR (d = 300)), [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 25, 30, 50, 60, 75, 100, 150, 300]) AS every,
    (buckets[1]) + ((cityHash64(buckets[1]) % every) * intDiv(300, every)) AS sliceStart,
    sliceStart + intDiv(300, every) AS sliceEnd,
    toUnixTimestamp64Milli(now64(3)) AS version
SELECT
    Bucket,
    toUInt64(version) AS Version,
    EdgeKind,
    Caller,
    Callee,
    System,
    Connection,
    DeploymentEnvironment,
    Calls * every AS Calls,
    Errors * every AS Errors,
    DurationSum * every AS DurationSum,
    DurationQ,
    toUInt64(0) AS Spans,
    true AS Settled,
    toUInt32(every) AS SampledEvery
FROM
(
    SELECT
        Bucket,
        EdgeKind,
        Caller,
        Callee,
        System,
        Connection,
        DeploymentEnvironment,
        count() AS Calls,
        countIf(Failed OR ((EdgeKind = 'service-service') AND CallerFailed)) AS Errors,
        sum(Duration) AS DurationSum,
        quantilesTDigestState(0.5, 0.95, 0.99)(Duration) AS DurationQ
    FROM
    (
        SELECT
            Bucket,
            DeploymentEnvironment,
            Duration,
            Failed,
            CallerFailed,
            Connection,
            multiIf(Inbound AND (Messaging != '') AND (SpanKind = 'Consumer'), 'queue-service', Inbound, if((CallerService != '') AND (CallerTime >= (Bucket - 300)) AND (CallerTime < (Bucket + 360)), 'service-service', ''), Database != '', 'service-database', Messaging != '', 'service-queue', (Peer != '') AND (NOT Answered), 'service-external', '') AS EdgeKind,
            multiIf(EdgeKind = 'queue-service', Destination, EdgeKind = 'service-service', CallerService, ServiceName) AS Caller,
            multiIf(Inbound, ServiceName, Database != '', DatabaseName, Messaging != '', Destination, Peer) AS Callee,
            multiIf((EdgeKind IN ('service-service', 'service-external')), '', Database != '', Database, Messaging) AS System
        FROM
        (
            SELECT
                toStartOfFiveMinutes(Timestamp) AS Bucket,
                ServiceName,
                SpanKind,
                SpanKind IN ('Server', 'Consumer') AS Inbound,
                Duration,
                StatusCode IN ('Error', 'STATUS_CODE_ERROR') AS Failed,
                if(Inbound AND (ParentSpanId != ''), cityHash64(TraceId, ParentSpanId), 0) AS CallerKey,
                (NOT Inbound) AND ((cityHash64(TraceId, SpanId), Bucket) IN (
                    SELECT
                        cityHash64(TraceId, ParentSpanId),
                        arrayJoin(arrayFilter(b -> (has(buckets, b) AND (Timestamp >= (b - 300)) AND (Timestamp < (b + 360))), [toStartOfFiveMinutes(Timestamp) - 300, toStartOfFiveMinutes(Timestamp), toStartOfFiveMinutes(Timestamp) + 300]))
                    FROM otel.otel_traces
                    WHERE has(arrayConcat(buckets, arrayMap(b -> (b - 300), buckets), arrayMap(b -> (b + 300), buckets)), toStartOfFiveMinutes(Timestamp)) AND (SpanKind IN ('Server', 'Consumer')) AND (ParentSpanId != '') AND ((every = 1) OR ((Timestamp >= (sliceStart - 60)) AND (Timestamp < (sliceEnd + 60))))
                )) AS Answered,
                ResourceAttributes['deployment.environment.name'] AS DeploymentEnvironment,
                if(Inbound, '', if((SpanAttributes['db.system.name']) != '', SpanAttributes['db.system.name'], SpanAttributes['db.system'])) AS Database,
                multiIf(Database = '', '', (SpanAttributes['db.namespace']) != '', SpanAttributes['db.namespace'], (SpanAttributes['db.name']) != '', SpanAttributes['db.name'], (SpanAttributes['server.address']) != '', SpanAttributes['server.address'], Database) AS DatabaseName,
                SpanAttributes['messaging.system'] AS Messaging,
                multiIf(Messaging = '', '', (SpanAttributes['messaging.destination.name']) != '', SpanAttributes['messaging.destination.name'], (SpanAttributes['messaging.destination']) != '', SpanAttributes['messaging.destination'], Messaging) AS Destination,
                multiIf(Inbound, '', (SpanAttributes['peer.service']) != '', SpanAttributes['peer.service'], (SpanAttributes['server.address']) != '', SpanAttributes['server.address'], SpanAttributes['net.peer.name']) AS Peer,
                multiIf(Database != '', 'database', Messaging != '', 'messaging', ((SpanAttributes['rpc.system']) != '') OR ((SpanAttributes['rpc.system.name']) != ''), 'rpc', ((SpanAttributes['http.request.method']) != '') OR ((SpanAttributes['http.method']) != ''), 'http', 'other') AS Connection
            FROM otel.otel_traces
            PREWHERE has(buckets, toStartOfFiveMinutes(Timestamp)) AND (SpanKind IN ('Server', 'Consumer', 'Client', 'Producer')) AND ((every = 1) OR ((Timestamp >= sliceStart) AND (Timestamp < sliceEnd)))
        ) AS own
        ANY LEFT JOIN
        (
            SELECT
                cityHash64(TraceId, SpanId) AS Key,
                ServiceName AS CallerService,
                Timestamp AS CallerTime,
                (SpanKind IN ('Client', 'Producer')) AND (StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS CallerFailed
            FROM otel.otel_traces
            WHERE has(arrayConcat(buckets, arrayMap(b -> (b - 300), buckets), arrayMap(b -> (b + 300), buckets)), toStartOfFiveMinutes(Timestamp)) AND ((every = 1) OR ((Timestamp >= (sliceStart - 60)) AND (Timestamp < (sliceEnd + 60))))
        ) AS caller ON own.CallerKey = caller.Key
    )
    WHERE EdgeKind != ''
    GROUP BY
        Bucket,
        EdgeKind,
        Caller,
        Callee,
        System,
        Connection,
        DeploymentEnvironment
)
UNION ALL
WITH
    now() - if(toMinute(now()) = 17, 86400 * 30, 93600) AS since,
    (
        SELECT groupArray((at, spans, before, inside))
        FROM
        (
            SELECT
                due.at AS at,
                due.spans AS spans,
                built.spans AS before,
                due.inside AS inside,
                due.at < (now() - 93600) AS old,
                sum(due.inside) OVER (ORDER BY old ASC, if(old, cityHash64(due.at, toStartOfHour(now())), 0) ASC, due.at DESC) AS upToHere
            FROM
            (
                SELECT
                    arrayJoin(arrayFilter(b -> ((minute >= (b - 300)) AND (minute < (b + 360))), [toStartOfFiveMinutes(minute) - 300, toStartOfFiveMinutes(minute), toStartOfFiveMinutes(minute) + 300])) AS at,
                    sum(requests) AS spans,
                    sumIf(requests, toStartOfFiveMinutes(minute) = at) AS inside
                FROM
                (
                    SELECT
                        Bucket AS minute,
                        sum(Requests) AS requests
                    FROM otel.otel_traces_red_1m
                    WHERE Bucket >= since
                    GROUP BY minute
                )
                GROUP BY at
                HAVING (inside > 0) AND ((at - 300) >= since)
            ) AS due
            LEFT JOIN
            (
                SELECT
                    Bucket AS at,
                    argMax(Spans, Version) AS spans,
                    argMax(Settled, Version) AS settled,
                    toDateTime(intDiv(max(Version), 1000)) AS builtAt
                FROM otel.otel_service_edges
                WHERE EdgeKind = ''
                GROUP BY at
            ) AS built ON due.at = built.at
            WHERE ((due.at + 390) <= now()) AND ((due.spans > built.spans) OR ((due.spans = built.spans) AND (NOT built.settled))) AND ((NOT built.settled) OR ((now() - built.builtAt) >= (built.builtAt - due.at)))
        )
        WHERE (upToHere = inside) OR (upToHere <= 2000000)
    ) AS changed,
    arrayMap(c -> (c.1), arrayFilter(c -> (((c.3) > 0) AND ((c.1) < (now() - 93600))), changed)) AS older,
    (
        SELECT groupArray(c.1)
        FROM
        (
            SELECT arrayJoin(arrayFilter(b -> has(older, b.1), changed)) AS c
        ) AS computed
        LEFT JOIN
        (
            SELECT
                arrayJoin(arrayFilter(b -> ((minute >= (b - 300)) AND (minute < (b + 360))), [toStartOfFiveMinutes(minute) - 300, toStartOfFiveMinutes(minute), toStartOfFiveMinutes(minute) + 300])) AS at,
                sum(counted) AS spans
            FROM
            (
                SELECT
                    toStartOfMinute(Timestamp) AS minute,
                    count() AS counted
                FROM otel.otel_traces
                WHERE has(arrayConcat(older, arrayMap(b -> (b - 300), older), arrayMap(b -> (b + 300), older)), toStartOfFiveMinutes(Timestamp))
                GROUP BY minute
            )
            GROUP BY at
        ) AS remaining ON (computed.c.1) = remaining.at
        WHERE remaining.spans < (c.3)
    ) AS gone,
    arrayFilter(c -> (NOT has(gone, c.1)), changed) AS due,
    arrayMap(b -> (b.1), due) AS buckets,
    arrayFirst(d -> (((d * 2000000) >= arraySum(b -> (b.4), due)) OR (d = 300)), [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 25, 30, 50, 60, 75, 100, 150, 300]) AS every,
    (buckets[1]) + ((cityHash64(buckets[1]) % every) * intDiv(300, every)) AS sliceStart,
    sliceStart + intDiv(300, every) AS sliceEnd,
    toUnixTimestamp64Milli(now64(3)) AS version
SELECT
    bucketDue.1 AS Bucket,
    toUInt64(version) AS Version,
    '' AS EdgeKind,
    '' AS Caller,
    '' AS Callee,
    '' AS System,
    '' AS Connection,
    '' AS DeploymentEnvironment,
    bucketDue.4 AS Calls,
    toUInt64(0) AS Errors,
    toUInt64(0) AS DurationSum,
    arrayReduce('quantilesTDigestState(0.5, 0.95, 0.99)', emptyArrayUInt64()) AS DurationQ,
    bucketDue.2 AS Spans,
    ((bucketDue.2) = stored.spans) OR ((bucketDue.2) = (bucketDue.3)) AS Settled,
    toUInt32(every) AS SampledEvery
FROM
(
    SELECT arrayJoin(due) AS bucketDue
) AS dueBuckets
LEFT JOIN
(
    SELECT
        arrayJoin(arrayFilter(b -> ((minute >= (b - 300)) AND (minute < (b + 360))), [toStartOfFiveMinutes(minute) - 300, toStartOfFiveMinutes(minute), toStartOfFiveMinutes(minute) + 300])) AS at,
        sum(counted) AS spans
    FROM
    (
        SELECT
            toStartOfMinute(Timestamp) AS minute,
            count() AS counted
        FROM otel.otel_traces
        WHERE has(arrayConcat(buckets, arrayMap(b -> (b - 300), buckets), arrayMap(b -> (b + 300), buckets)), toStartOfFiveMinutes(Timestamp))
        GROUP BY minute
    )
    GROUP BY at
) AS stored ON (bucketDue.1) = stored.at
SETTINGS max_threads = 1;

CREATE TABLE otel.otel_traces
(
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
    `Events.DroppedAttributesCount` Array(UInt32) DEFAULT arrayWithConstant(length(Events.Name), toUInt32(0)) CODEC(ZSTD(1)),
    `Links.Flags` Array(UInt32) DEFAULT arrayWithConstant(length(Links.TraceId), toUInt32(0)) CODEC(ZSTD(1)),
    `Links.DroppedAttributesCount` Array(UInt32) DEFAULT arrayWithConstant(length(Links.TraceId), toUInt32(0)) CODEC(ZSTD(1)),
    `SpanAttributeItems` Array(String) ALIAS arrayMap(kv -> concat(kv.1, '=', kv.2), CAST(SpanAttributes, 'Array(Tuple(String, String))')),
    `ResourceAttributeItems` Array(String) ALIAS arrayMap(kv -> concat(kv.1, '=', kv.2), CAST(ResourceAttributes, 'Array(Tuple(String, String))')),
    INDEX idx_ts Timestamp TYPE minmax GRANULARITY 1,
    INDEX idx_duration Duration TYPE minmax GRANULARITY 1,
    INDEX idx_span_attr_items SpanAttributeItems TYPE text(tokenizer = 'array') GRANULARITY 100000000,
    INDEX idx_res_attr_items ResourceAttributeItems TYPE text(tokenizer = 'array') GRANULARITY 100000000,
    INDEX idx_span SpanId TYPE bloom_filter(0.0001) GRANULARITY 1,
    INDEX idx_trace TraceId TYPE bloom_filter(0.0001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp, 'UTC')
PRIMARY KEY (toStartOfFiveMinutes(Timestamp), ServiceName, SpanName)
ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, SpanName, Timestamp)
TTL toDateTime(Timestamp) + toIntervalDay(30)
SETTINGS index_granularity = 1024, min_compress_block_size = 4096, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728, enable_block_number_column = 1;

CREATE TABLE otel.otel_traces_exemplars
(
    `Bucket` DateTime CODEC(Delta(4), ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanKind` LowCardinality(String) CODEC(ZSTD(1)),
    `DeploymentEnvironment` LowCardinality(String) CODEC(ZSTD(1)),
    `Failed` Bool CODEC(ZSTD(1)),
    `Duration` SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(1)),
    `Span` AggregateFunction(argMax, Tuple(
        String,
        String,
        String,
        Int64), UInt64) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Bucket, 'UTC')
ORDER BY (ServiceName, Bucket, SpanKind, DeploymentEnvironment, Failed)
TTL Bucket + toIntervalDay(30)
SETTINGS index_granularity = 512, min_compress_block_size = 4096, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728;

CREATE MATERIALIZED VIEW otel.otel_traces_exemplars_mv TO otel.otel_traces_exemplars
(
    `Bucket` DateTime,
    `ServiceName` LowCardinality(String),
    `SpanKind` LowCardinality(String),
    `DeploymentEnvironment` String,
    `Failed` LowCardinality(UInt8),
    `Duration` UInt64,
    `Span` AggregateFunction(argMax, Tuple(
        String,
        String,
        String,
        Int64), UInt64)
)
AS SELECT
    toStartOfFiveMinutes(spans.Timestamp) AS Bucket,
    ServiceName,
    SpanKind,
    ResourceAttributes['deployment.environment.name'] AS DeploymentEnvironment,
    StatusCode = 'Error' AS Failed,
    max(spans.Duration) AS Duration,
    argMaxState((TraceId, SpanId, toString(SpanName), toUnixTimestamp64Nano(spans.Timestamp)), spans.Duration) AS Span
FROM otel.otel_traces AS spans
WHERE TraceId != ''
GROUP BY
    Bucket,
    ServiceName,
    SpanKind,
    DeploymentEnvironment,
    Failed;

CREATE TABLE otel.otel_traces_red_1m
(
    `Bucket` DateTime CODEC(Delta(4), ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanKind` LowCardinality(String) CODEC(ZSTD(1)),
    `StatusCode` LowCardinality(String) CODEC(ZSTD(1)),
    `ServiceVersion` LowCardinality(String) CODEC(ZSTD(1)),
    `DeploymentEnvironment` LowCardinality(String) CODEC(ZSTD(1)),
    `Requests` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `Errors` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `Roots` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `DurationSum` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `DurationMax` SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(1)),
    `DurationQ` AggregateFunction(quantilesTDigest(0.5, 0.9, 0.95, 0.99), UInt64) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Bucket, 'UTC')
PRIMARY KEY (ServiceName, Bucket)
ORDER BY (ServiceName, Bucket, SpanKind, SpanName, StatusCode, ServiceVersion, DeploymentEnvironment)
TTL Bucket + toIntervalDay(90)
SETTINGS index_granularity = 1024, min_compress_block_size = 4096, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728;

CREATE MATERIALIZED VIEW otel.otel_traces_red_1m_mv TO otel.otel_traces_red_1m
(
    `Bucket` DateTime,
    `ServiceName` LowCardinality(String),
    `SpanName` LowCardinality(String),
    `SpanKind` LowCardinality(String),
    `StatusCode` LowCardinality(String),
    `ServiceVersion` String,
    `DeploymentEnvironment` String,
    `Requests` UInt64,
    `Errors` UInt64,
    `Roots` UInt64,
    `DurationSum` UInt64,
    `DurationMax` UInt64,
    `DurationQ` AggregateFunction(quantilesTDigest(0.5, 0.9, 0.95, 0.99), UInt64)
)
AS SELECT
    toStartOfMinute(Timestamp) AS Bucket,
    ServiceName,
    SpanName,
    SpanKind,
    StatusCode,
    ResourceAttributes['service.version'] AS ServiceVersion,
    ResourceAttributes['deployment.environment.name'] AS DeploymentEnvironment,
    count() AS Requests,
    countIf(StatusCode = 'Error') AS Errors,
    countIf(ParentSpanId = '') AS Roots,
    sum(Duration) AS DurationSum,
    max(Duration) AS DurationMax,
    quantilesTDigestState(0.5, 0.9, 0.95, 0.99)(Duration) AS DurationQ
FROM otel.otel_traces
GROUP BY
    Bucket,
    ServiceName,
    SpanName,
    SpanKind,
    StatusCode,
    ServiceVersion,
    DeploymentEnvironment;

CREATE TABLE otel.otel_traces_red_operations_1h
(
    `Bucket` DateTime CODEC(Delta(4), ZSTD(1)),
    `Version` UInt64 CODEC(Delta(8), ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanKind` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanName` LowCardinality(String) CODEC(ZSTD(1)),
    `ServiceVersion` LowCardinality(String) CODEC(ZSTD(1)),
    `DeploymentEnvironment` LowCardinality(String) CODEC(ZSTD(1)),
    `FirstMinute` DateTime CODEC(Delta(4), ZSTD(1)),
    `Requests` UInt64 CODEC(ZSTD(1)),
    `Errors` UInt64 CODEC(ZSTD(1)),
    `DurationSum` UInt64 CODEC(ZSTD(1)),
    `DurationQ` AggregateFunction(quantilesTDigest(0.5, 0.9, 0.95, 0.99), UInt64) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(Bucket, 'UTC')
ORDER BY (ServiceName, Bucket, Version, SpanKind, SpanName, ServiceVersion, DeploymentEnvironment)
TTL Bucket + toIntervalDay(90)
SETTINGS index_granularity = 512, min_compress_block_size = 4096, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728;

CREATE MATERIALIZED VIEW otel.otel_traces_red_operations_1h_mv
REFRESH EVERY 5 MINUTE APPEND TO otel.otel_traces_red_operations_1h
(
    `Bucket` DateTime,
    `Version` UInt64,
    `ServiceName` LowCardinality(String),
    `SpanKind` LowCardinality(String),
    `SpanName` LowCardinality(String),
    `ServiceVersion` LowCardinality(String),
    `DeploymentEnvironment` LowCardinality(String),
    `FirstMinute` DateTime,
    `Requests` UInt64,
    `Errors` UInt64,
    `DurationSum` UInt64,
    `DurationQ` AggregateFunction(quantilesTDigest(0.5, 0.9, 0.95, 0.99), UInt64)
)
DEFINER = throughline SQL SECURITY DEFINER
AS WITH
    (
        SELECT groupArray((hour, service))
        FROM
        (
            SELECT
                stored.hour AS hour,
                stored.service AS service
            FROM
            (
                SELECT
                    cells.Bucket AS hour,
                    toString(cells.ServiceName) AS service,
                    sum(cells.Requests) AS requests
                FROM otel.otel_traces_red_services AS cells
                WHERE (cells.Width = 3600) AND (cells.Bucket >= (toStartOfHour(now()) - if((toHour(now()) = 3) AND (toMinute(now()) < 30), 86400 * 30, 100800))) AND (cells.Bucket >= (
                    SELECT max(Bucket)
                    FROM otel.otel_traces_red_services
                    WHERE Width = 0
                )) AND ((cells.Bucket + 4500) <= now())
                GROUP BY
                    hour,
                    service
            ) AS stored
            LEFT JOIN
            (
                SELECT
                    hour,
                    service,
                    argMax(requests, version) AS requests,
                    toDateTime(intDiv(max(version), 1000)) AS builtAt
                FROM
                (
                    SELECT
                        computed.Bucket AS hour,
                        toString(computed.ServiceName) AS service,
                        computed.Version AS version,
                        sum(computed.Requests) AS requests
                    FROM otel.otel_traces_red_operations_1h AS computed
                    WHERE computed.Bucket >= (toStartOfHour(now()) - if((toHour(now()) = 3) AND (toMinute(now()) < 30), 86400 * 30, 100800))
                    GROUP BY
                        hour,
                        service,
                        version
                )
                GROUP BY
                    hour,
                    service
            ) AS done ON (stored.hour = done.hour) AND (stored.service = done.service)
            WHERE (stored.requests != done.requests) AND ((now() - done.builtAt) >= (done.builtAt - stored.hour))
            ORDER BY
                hour DESC,
                service ASC
            LIMIT 240
        )
    ) AS due,
    toUnixTimestamp64Milli(now64(3)) AS version
SELECT
    toStartOfHour(minutes.Bucket) AS Bucket,
    toUInt64(version) AS Version,
    ServiceName,
    SpanKind,
    SpanName,
    ServiceVersion,
    DeploymentEnvironment,
    min(minutes.Bucket) AS FirstMinute,
    sum(minutes.Requests) AS Requests,
    sum(minutes.Errors) AS Errors,
    sum(minutes.DurationSum) AS DurationSum,
    quantilesTDigestMergeState(0.5, 0.9, 0.95, 0.99)(minutes.DurationQ) AS DurationQ
FROM otel.otel_traces_red_1m AS minutes
WHERE (minutes.Bucket >= arrayMin(arrayMap(each -> (each.1), due))) AND (minutes.Bucket < (arrayMax(arrayMap(each -> (each.1), due)) + 3600)) AND has(due, (toStartOfHour(minutes.Bucket), toString(minutes.ServiceName)))
GROUP BY
    Bucket,
    ServiceName,
    SpanKind,
    SpanName,
    ServiceVersion,
    DeploymentEnvironment
SETTINGS max_threads = 1, max_bytes_before_external_group_by = 268435456;

CREATE TABLE otel.otel_traces_red_services
(
    `Width` UInt16 CODEC(ZSTD(1)),
    `Bucket` DateTime CODEC(Delta(4), ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanKind` LowCardinality(String) CODEC(ZSTD(1)),
    `DeploymentEnvironment` LowCardinality(String) CODEC(ZSTD(1)),
    `Requests` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `Errors` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `DurationSum` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `DurationMax` SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(1)),
    `ErrorDurationMax` SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(1)),
    `DurationQ` AggregateFunction(quantilesTDigest(0.5, 0.9, 0.95, 0.99), UInt64) CODEC(ZSTD(1)),
    `Operations` SimpleAggregateFunction(sumMap, Map(String, UInt64)) CODEC(ZSTD(1)),
    PROJECTION by_service
    (
        SELECT *
        ORDER BY
            Width,
            ServiceName,
            Bucket
    )
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Bucket, 'UTC')
ORDER BY (Width, Bucket, ServiceName, SpanKind, DeploymentEnvironment)
TTL Bucket + toIntervalDay(90)
SETTINGS index_granularity = 512, min_compress_block_size = 4096, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728, deduplicate_merge_projection_mode = 'rebuild';

CREATE TABLE otel.otel_traces_red_services_1m
(
    `Bucket` DateTime CODEC(Delta(4), ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanKind` LowCardinality(String) CODEC(ZSTD(1)),
    `DeploymentEnvironment` LowCardinality(String) CODEC(ZSTD(1)),
    `Requests` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `Errors` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `DurationQ` AggregateFunction(quantilesTDigest(0.5, 0.9, 0.95, 0.99), UInt64) CODEC(ZSTD(1)),
    `Operations` SimpleAggregateFunction(sumMap, Map(String, UInt64)) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Bucket, 'UTC')
ORDER BY (Bucket, ServiceName, SpanKind, DeploymentEnvironment)
TTL Bucket + toIntervalDay(90)
SETTINGS index_granularity = 512, min_compress_block_size = 4096, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728;

CREATE MATERIALIZED VIEW otel.otel_traces_red_services_1m_mv TO otel.otel_traces_red_services_1m
(
    `Bucket` DateTime,
    `ServiceName` LowCardinality(String),
    `SpanKind` LowCardinality(String),
    `DeploymentEnvironment` LowCardinality(String),
    `Requests` UInt64,
    `Errors` UInt64,
    `DurationQ` AggregateFunction(quantilesTDigest(0.5, 0.9, 0.95, 0.99), UInt64),
    `Operations` Map(String, UInt64)
)
AS SELECT
    minutes.Bucket AS Bucket,
    ServiceName,
    SpanKind,
    DeploymentEnvironment,
    sum(minutes.Requests) AS Requests,
    sum(minutes.Errors) AS Errors,
    quantilesTDigestMergeState(0.5, 0.9, 0.95, 0.99)(minutes.DurationQ) AS DurationQ,
    sumMap(map(toString(minutes.SpanName), toUInt64(minutes.Requests))) AS Operations
FROM otel.otel_traces_red_1m AS minutes
GROUP BY
    Bucket,
    ServiceName,
    SpanKind,
    DeploymentEnvironment;

CREATE MATERIALIZED VIEW otel.otel_traces_red_services_mv TO otel.otel_traces_red_services
(
    `Width` UInt16,
    `Bucket` DateTime,
    `ServiceName` LowCardinality(String),
    `SpanKind` LowCardinality(String),
    `DeploymentEnvironment` LowCardinality(String),
    `Requests` UInt64,
    `Errors` UInt64,
    `DurationSum` UInt64,
    `DurationMax` SimpleAggregateFunction(max, UInt64),
    `ErrorDurationMax` SimpleAggregateFunction(max, UInt64),
    `DurationQ` AggregateFunction(quantilesTDigest(0.5, 0.9, 0.95, 0.99), UInt64),
    `Operations` Map(String, UInt64)
)
AS SELECT
    Width,
    toDateTime(intDiv(toUnixTimestamp(minutes.Bucket), Width) * Width) AS Bucket,
    ServiceName,
    SpanKind,
    DeploymentEnvironment,
    sum(minutes.Requests) AS Requests,
    sum(minutes.Errors) AS Errors,
    sum(minutes.DurationSum) AS DurationSum,
    max(minutes.DurationMax) AS DurationMax,
    maxIf(minutes.DurationMax, StatusCode = 'Error') AS ErrorDurationMax,
    quantilesTDigestMergeState(0.5, 0.9, 0.95, 0.99)(minutes.DurationQ) AS DurationQ,
    sumMap(map(toString(minutes.SpanName), toUInt64(minutes.Requests))) AS Operations
FROM otel.otel_traces_red_1m AS minutes
ARRAY JOIN [toUInt16(300), toUInt16(3600)] AS Width
GROUP BY
    Width,
    Bucket,
    ServiceName,
    SpanKind,
    DeploymentEnvironment;

CREATE TABLE otel.otel_traces_trace_id_ts
(
    `TraceId` String CODEC(ZSTD(1)),
    `Start` SimpleAggregateFunction(min, DateTime) CODEC(ZSTD(1)),
    `End` SimpleAggregateFunction(max, DateTime) CODEC(ZSTD(1)),
    `StoredFirst` SimpleAggregateFunction(min, DateTime) CODEC(ZSTD(1)),
    `StoredLast` SimpleAggregateFunction(max, DateTime) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toStartOfWeek(Start, 0, 'UTC')
ORDER BY TraceId
TTL Start + toIntervalDay(38)
SETTINGS index_granularity = 256, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728, min_compress_block_size = 4096;

CREATE MATERIALIZED VIEW otel.otel_traces_trace_id_ts_mv TO otel.otel_traces_trace_id_ts
(
    `TraceId` String,
    `Start` DateTime64(9),
    `End` DateTime64(9),
    `StoredFirst` DateTime,
    `StoredLast` DateTime
)
AS SELECT
    TraceId,
    min(Timestamp) AS Start,
    max(Timestamp) AS End,
    now() AS StoredFirst,
    now() AS StoredLast
FROM otel.otel_traces
WHERE TraceId != ''
GROUP BY TraceId;

CREATE VIEW otel.request_critical_path
AS WITH
    tree AS
    (
        SELECT *
        FROM `otel.request_tree`(id = {id:String})
    ),
    waited AS
    (
        SELECT
            parent.SpanId AS SpanId,
            arrayFold((acc, child) -> if(((child.1) <= (acc.1)) AND ((child.1) > (child.2)), (child.2, arrayPushBack(acc.2, child.4), ((acc.3) + (child.1)) - (child.2)), acc), arrayReverseSort(groupArray((child.Until, child.`From`, 0, child.SpanId))), (any(parent.Until), emptyArrayString(), toInt64(0))) AS walk
        FROM tree AS child
        INNER JOIN tree AS parent ON child.ParentSpanId = parent.SpanId
        WHERE child.Depth = (parent.Depth + 1)
        GROUP BY parent.SpanId
    )
SELECT
    tree.Depth AS Depth,
    tree.Timestamp AS Timestamp,
    tree.SpanId AS SpanId,
    tree.ParentSpanId AS ParentSpanId,
    tree.ServiceName AS ServiceName,
    tree.SpanName AS SpanName,
    tree.SpanKind AS SpanKind,
    tree.StatusCode AS StatusCode,
    tree.Duration AS Duration,
    tree.`From` AS `From`,
    tree.Until AS Until,
    (tree.Until - tree.`From`) - (waited.walk.3) AS PathTime
FROM tree
LEFT JOIN waited ON tree.SpanId = waited.SpanId
WHERE ((tree.Path[1]) = (
    SELECT argMax(SpanId, (Duration, -toUnixTimestamp64Nano(Timestamp)))
    FROM tree
    WHERE Depth = 0
)) AND (length(arrayIntersect(tree.Path, (
    SELECT groupArrayArray(walk.2)
    FROM waited
))) = tree.Depth)
ORDER BY
    `From` ASC,
    Depth ASC;

CREATE VIEW otel.request_logs
AS SELECT
    Timestamp,
    TraceId,
    SpanId,
    TraceFlags,
    SeverityText,
    SeverityNumber,
    ServiceName,
    Body,
    ResourceAttributes,
    ScopeName,
    ScopeVersion,
    ScopeAttributes,
    LogAttributes,
    EventName
FROM otel.otel_logs
WHERE (TraceId = {id:String}) AND (toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes((
    SELECT if(count() = 0, toDateTime(0), min(Start) - 3600)
    FROM otel.otel_traces_trace_id_ts
    WHERE TraceId = {id:String}
))) AND (toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes((
    SELECT if(count() = 0, toDateTime(4294967000), max(End) + 86400)
    FROM otel.otel_traces_trace_id_ts
    WHERE TraceId = {id:String}
)))
ORDER BY Timestamp ASC;

CREATE VIEW otel.request_self_time
AS WITH
    kept AS
    (
        SELECT
            Timestamp,
            SpanId,
            ParentSpanId,
            ServiceName,
            SpanName,
            SpanKind,
            StatusCode,
            Duration,
            toUnixTimestamp64Nano(Timestamp) AS StartNano,
            toUnixTimestamp64Nano(Timestamp) + toInt64(least(Duration, 9000000000000000000)) AS EndNano
        FROM `otel.request_spans`(id = {id:String})
    )
SELECT
    span.Timestamp AS Timestamp,
    span.SpanId AS SpanId,
    span.ParentSpanId AS ParentSpanId,
    span.ServiceName AS ServiceName,
    span.SpanName AS SpanName,
    span.SpanKind AS SpanKind,
    span.StatusCode AS StatusCode,
    span.Duration AS Duration,
    span.Duration - covered.Covered AS SelfTime
FROM kept AS span
LEFT JOIN
(
    SELECT
        parent.SpanId AS SpanId,
        intervalLengthSum(greatest(child.StartNano, parent.StartNano), least(child.EndNano, parent.EndNano)) AS Covered
    FROM kept AS child
    INNER JOIN kept AS parent ON child.ParentSpanId = parent.SpanId
    WHERE (child.SpanId != parent.SpanId) AND (parent.SpanId != '') AND (least(child.EndNano, parent.EndNano) > greatest(child.StartNano, parent.StartNano)) AND (NOT ((parent.SpanKind = 'Producer') AND (child.SpanKind = 'Consumer')))
    GROUP BY parent.SpanId
) AS covered ON span.SpanId = covered.SpanId
ORDER BY
    Timestamp ASC,
    SpanId ASC;

CREATE VIEW otel.request_spans
AS SELECT
    Timestamp,
    TraceId,
    SpanId,
    ParentSpanId,
    TraceState,
    SpanName,
    SpanKind,
    ServiceName,
    ResourceAttributes,
    ScopeName,
    ScopeVersion,
    SpanAttributes,
    Duration,
    StatusCode,
    StatusMessage,
    `Events.Timestamp`,
    `Events.Name`,
    `Events.Attributes`,
    `Links.TraceId`,
    `Links.SpanId`,
    `Links.TraceState`,
    `Links.Attributes`
FROM otel.otel_traces
WHERE (TraceId = {id:String}) AND (toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes((
    SELECT min(Start)
    FROM otel.otel_traces_trace_id_ts
    WHERE TraceId = {id:String}
))) AND (toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes((
    SELECT max(End)
    FROM otel.otel_traces_trace_id_ts
    WHERE TraceId = {id:String}
)))
ORDER BY
    Timestamp ASC,
    SpanId ASC,
    Duration DESC,
    notEmpty(ParentSpanId) ASC,
    ServiceName ASC,
    SpanName ASC,
    StatusCode DESC,
    ParentSpanId ASC,
    SpanKind ASC
LIMIT 1 BY if(SpanId = '', toString(rowNumberInAllBlocks()), SpanId);

CREATE VIEW otel.request_tree
AS WITH RECURSIVE
    kept AS
    (
        SELECT
            Timestamp,
            SpanId,
            ParentSpanId,
            ServiceName,
            SpanName,
            SpanKind,
            StatusCode,
            Duration,
            toUnixTimestamp64Nano(Timestamp) AS StartNano,
            toUnixTimestamp64Nano(Timestamp) + toInt64(least(Duration, 9000000000000000000)) AS EndNano
        FROM `otel.request_spans`(id = {id:String})
    ),
    tree AS
    (
        SELECT
            0 AS Depth,
            [SpanId] AS Path,
            [(StartNano, SpanId)] AS Place,
            StartNano AS `From`,
            EndNano AS Until,
            Timestamp,
            SpanId,
            ParentSpanId,
            ServiceName,
            SpanName,
            SpanKind,
            StatusCode,
            Duration
        FROM kept
        WHERE (ParentSpanId = '') OR (ParentSpanId NOT IN (
            SELECT SpanId
            FROM kept
        ))
        UNION ALL
        SELECT
            tree.Depth + 1 AS Depth,
            arrayPushBack(tree.Path, kept.SpanId) AS Path,
            arrayPushBack(tree.Place, (kept.StartNano, kept.SpanId)) AS Place,
            greatest(kept.StartNano, tree.`From`) AS `From`,
            if((tree.SpanKind = 'Producer') AND (kept.SpanKind = 'Consumer'), -1, least(kept.EndNano, tree.Until)) AS Until,
            kept.Timestamp AS Timestamp,
            kept.SpanId AS SpanId,
            kept.ParentSpanId AS ParentSpanId,
            kept.ServiceName AS ServiceName,
            kept.SpanName AS SpanName,
            kept.SpanKind AS SpanKind,
            kept.StatusCode AS StatusCode,
            kept.Duration AS Duration
        FROM kept
        INNER JOIN tree ON kept.ParentSpanId = tree.SpanId
        WHERE tree.SpanId != ''
    )
SELECT
    Depth,
    Path,
    `From`,
    Until,
    Timestamp,
    SpanId,
    ParentSpanId,
    ServiceName,
    SpanName,
    SpanKind,
    StatusCode,
    Duration
FROM tree
ORDER BY Place ASC;
