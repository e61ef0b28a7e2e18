-- Log records per minute, service and severity.
CREATE TABLE IF NOT EXISTS {{database}}.otel_logs_rate_1m {{on_cluster}}
(
    `Bucket` DateTime CODEC(Delta(4), ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SeverityNumber` UInt8 CODEC(ZSTD(1)),
    `SeverityText` LowCardinality(String) CODEC(ZSTD(1)),
    `ServiceVersion` LowCardinality(String) CODEC(ZSTD(1)),
    `DeploymentEnvironment` LowCardinality(String) CODEC(ZSTD(1)),
    `Count` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    -- Of the bodies.
    `Bytes` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1))
)
ENGINE = {{engine:AggregatingMergeTree}}
PARTITION BY toYYYYMM(Bucket, 'UTC')
PRIMARY KEY (ServiceName, Bucket)
ORDER BY (ServiceName, Bucket, SeverityNumber, SeverityText, ServiceVersion, DeploymentEnvironment)
TTL Bucket + toIntervalDay({{retention_days:rollups}})
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, {{table_settings}};

CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.otel_logs_rate_1m_mv {{on_cluster}}
TO {{database}}.otel_logs_rate_1m
AS SELECT
    toStartOfMinute(Timestamp) AS Bucket,
    ServiceName,
    SeverityNumber,
    SeverityText,
    ResourceAttributes['service.version'] AS ServiceVersion,
    ResourceAttributes['deployment.environment.name'] AS DeploymentEnvironment,
    count() AS Count,
    sum(length(Body)) AS Bytes
FROM {{database}}.otel_logs
GROUP BY Bucket, ServiceName, SeverityNumber, SeverityText, ServiceVersion, DeploymentEnvironment;
