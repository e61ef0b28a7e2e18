CREATE TABLE otel.otel_logs
(
    `Timestamp` DateTime64(9) CODEC(Delta(8), LZ4),
    `TraceId` String CODEC(LZ4),
    `SpanId` String CODEC(LZ4),
    `TraceFlags` UInt8,
    `SeverityText` LowCardinality(String) CODEC(LZ4),
    `SeverityNumber` UInt8,
    `ServiceName` LowCardinality(String) CODEC(LZ4),
    `Body` String CODEC(LZ4),
    `ResourceSchemaUrl` LowCardinality(String) CODEC(LZ4),
    `ResourceAttributes` Map(LowCardinality(String), String) CODEC(LZ4),
    `ScopeSchemaUrl` LowCardinality(String) CODEC(LZ4),
    `ScopeName` String CODEC(LZ4),
    `ScopeVersion` LowCardinality(String) CODEC(LZ4),
    `ScopeAttributes` Map(LowCardinality(String), String) CODEC(LZ4),
    `LogAttributes` Map(LowCardinality(String), String) CODEC(LZ4),
    `EventName` String CODEC(LZ4),
    `ObservedTimestamp` DateTime64(9) DEFAULT toDateTime64(0, 9) CODEC(Delta(8), LZ4),
    `Flags` UInt32 DEFAULT toUInt32(TraceFlags) CODEC(LZ4),
    `DroppedAttributesCount` UInt32 DEFAULT 0 CODEC(LZ4),
    `ScopeDroppedAttributesCount` UInt32 DEFAULT 0 CODEC(LZ4),
    `ResourceDroppedAttributesCount` UInt32 DEFAULT 0 CODEC(LZ4),
    `__otel_materialized_k8s.cluster.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.cluster.name'] CODEC(LZ4),
    `__otel_materialized_k8s.container.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.container.name'] CODEC(LZ4),
    `__otel_materialized_k8s.deployment.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.deployment.name'] CODEC(LZ4),
    `__otel_materialized_k8s.namespace.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.namespace.name'] CODEC(LZ4),
    `__otel_materialized_k8s.node.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.node.name'] CODEC(LZ4),
    `__otel_materialized_k8s.pod.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.pod.name'] CODEC(LZ4),
    `__otel_materialized_k8s.pod.uid` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.pod.uid'] CODEC(LZ4),
    `__otel_materialized_deployment.environment.name` LowCardinality(String) MATERIALIZED ResourceAttributes['deployment.environment.name'] CODEC(LZ4),
    `TimestampTime` DateTime ALIAS toDateTime(Timestamp),
    `LogAttributeItems` Array(String) ALIAS arrayMap(kv -> concat(kv.1, '=', kv.2), CAST(LogAttributes, 'Array(Tuple(String, String))')),
    `ResourceAttributeItems` Array(String) ALIAS arrayMap(kv -> concat(kv.1, '=', kv.2), CAST(ResourceAttributes, 'Array(Tuple(String, String))')),
    INDEX idx_ts Timestamp TYPE minmax GRANULARITY 1,
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX idx_span_id SpanId TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp, 'UTC')
PRIMARY KEY (toStartOfFiveMinutes(Timestamp), ServiceName)
ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)
TTL toDateTime(Timestamp) + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728;

CREATE TABLE otel.otel_logs_rate_1m
(
    `Bucket` DateTime CODEC(Delta(4), ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SeverityNumber` UInt8 CODEC(ZSTD(1)),
    `SeverityText` LowCardinality(String) CODEC(ZSTD(1)),
    `ServiceVersion` LowCardinality(String) CODEC(ZSTD(1)),
    `DeploymentEnvironment` LowCardinality(String) CODEC(ZSTD(1)),
    `Count` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `Bytes` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Bucket, 'UTC')
PRIMARY KEY (ServiceName, Bucket)
ORDER BY (ServiceName, Bucket, SeverityNumber, SeverityText, ServiceVersion, DeploymentEnvironment)
TTL Bucket + toIntervalDay(90)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728;

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

CREATE TABLE otel.otel_traces
(
    `Timestamp` DateTime64(9) CODEC(Delta(8), LZ4),
    `TraceId` String CODEC(LZ4),
    `SpanId` String CODEC(LZ4),
    `ParentSpanId` String CODEC(LZ4),
    `TraceState` String CODEC(LZ4),
    `SpanName` LowCardinality(String) CODEC(LZ4),
    `SpanKind` LowCardinality(String) CODEC(LZ4),
    `ServiceName` LowCardinality(String) CODEC(LZ4),
    `ResourceAttributes` Map(LowCardinality(String), String) CODEC(LZ4),
    `ScopeName` String CODEC(LZ4),
    `ScopeVersion` String CODEC(LZ4),
    `SpanAttributes` Map(LowCardinality(String), String) CODEC(LZ4),
    `Duration` UInt64 CODEC(LZ4),
    `StatusCode` LowCardinality(String) CODEC(LZ4),
    `StatusMessage` String CODEC(LZ4),
    `Events.Timestamp` Array(DateTime64(9)) CODEC(LZ4),
    `Events.Name` Array(LowCardinality(String)) CODEC(LZ4),
    `Events.Attributes` Array(Map(LowCardinality(String), String)) CODEC(LZ4),
    `Links.TraceId` Array(String) CODEC(LZ4),
    `Links.SpanId` Array(String) CODEC(LZ4),
    `Links.TraceState` Array(String) CODEC(LZ4),
    `Links.Attributes` Array(Map(LowCardinality(String), String)) CODEC(LZ4),
    `Flags` UInt32 DEFAULT 0 CODEC(LZ4),
    `DroppedAttributesCount` UInt32 DEFAULT 0 CODEC(LZ4),
    `DroppedEventsCount` UInt32 DEFAULT 0 CODEC(LZ4),
    `DroppedLinksCount` UInt32 DEFAULT 0 CODEC(LZ4),
    `ScopeAttributes` Map(LowCardinality(String), String) DEFAULT map() CODEC(LZ4),
    `ScopeDroppedAttributesCount` UInt32 DEFAULT 0 CODEC(LZ4),
    `ResourceDroppedAttributesCount` UInt32 DEFAULT 0 CODEC(LZ4),
    `ResourceSchemaUrl` LowCardinality(String) DEFAULT '' CODEC(LZ4),
    `ScopeSchemaUrl` LowCardinality(String) DEFAULT '' CODEC(LZ4),
    `Events.DroppedAttributesCount` Array(UInt32) DEFAULT arrayWithConstant(length(Events.Name), toUInt32(0)) CODEC(LZ4),
    `Links.Flags` Array(UInt32) DEFAULT arrayWithConstant(length(Links.TraceId), toUInt32(0)) CODEC(LZ4),
    `Links.DroppedAttributesCount` Array(UInt32) DEFAULT arrayWithConstant(length(Links.TraceId), toUInt32(0)) CODEC(LZ4),
    `SpanAttributeItems` Array(String) ALIAS arrayMap(kv -> concat(kv.1, '=', kv.2), CAST(SpanAttributes, 'Array(Tuple(String, String))')),
    `ResourceAttributeItems` Array(String) ALIAS arrayMap(kv -> concat(kv.1, '=', kv.2), CAST(ResourceAttributes, 'Array(Tuple(String, String))')),
    INDEX idx_ts Timestamp TYPE minmax GRANULARITY 1,
    INDEX idx_duration Duration TYPE minmax GRANULARITY 1,
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX idx_span_id SpanId TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp, 'UTC')
PRIMARY KEY (toStartOfFiveMinutes(Timestamp), ServiceName, SpanName)
ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, SpanName, Timestamp)
TTL toDateTime(Timestamp) + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728;

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
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728;

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
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 134217728;

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
    ParentSpanId ASC,
    ServiceName ASC,
    SpanName ASC,
    SpanKind ASC,
    StatusCode DESC
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
