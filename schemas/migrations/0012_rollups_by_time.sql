-- What many people ask all day, from fewer rows: services to the minute, operations and versions by the hour, logs by time.

-- Rates of whole services per minute: the ends of a range that begins and ends between two cells of otel_traces_red_services.
-- In otel_traces_red_1m a minute of every service is a granule of each of them. Filled from there, as the cells are.
CREATE TABLE IF NOT EXISTS {{database}}.otel_traces_red_services_1m {{on_cluster}}
(
    `Bucket` DateTime CODEC(Delta(4), ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanKind` LowCardinality(String) CODEC(ZSTD(1)),
    `DeploymentEnvironment` LowCardinality(String) CODEC(ZSTD(1)),
    `Requests` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `Errors` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `DurationQ` AggregateFunction(quantilesTDigest(0.5, 0.9, 0.95, 0.99), UInt64) CODEC(ZSTD(1)),
    -- Requests by SpanName.
    `Operations` SimpleAggregateFunction(sumMap, Map(String, UInt64)) CODEC(ZSTD(1))
)
ENGINE = {{engine:AggregatingMergeTree}}
PARTITION BY toYYYYMM(Bucket, 'UTC')
ORDER BY (Bucket, ServiceName, SpanKind, DeploymentEnvironment)
TTL Bucket + toIntervalDay({{retention_days:rollups}})
SETTINGS index_granularity = 512, min_compress_block_size = 4096, ttl_only_drop_parts = 1, {{table_settings}};

CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.otel_traces_red_services_1m_mv {{on_cluster}}
TO {{database}}.otel_traces_red_services_1m
AS SELECT
    minutes.Bucket AS Bucket,
    ServiceName,
    SpanKind,
    DeploymentEnvironment,
    sum(minutes.Requests) AS Requests,
    sum(minutes.Errors) AS Errors,
    quantilesTDigestMergeState(0.5, 0.9, 0.95, 0.99)(minutes.DurationQ) AS DurationQ,
    sumMap(map(toString(minutes.SpanName), toUInt64(minutes.Requests))) AS Operations
FROM {{database}}.otel_traces_red_1m AS minutes
GROUP BY Bucket, ServiceName, SpanKind, DeploymentEnvironment;

-- As Width 0 says of the cells: from when on these minutes are whole, where there were rates before them.
INSERT INTO {{database}}.otel_traces_red_services (Width, Bucket)
SELECT toUInt16(60), toStartOfHour(now()) + 7200
FROM (SELECT 1 FROM {{database}}.otel_traces_red_1m LIMIT 1);

-- Operations and versions of a service by the hour. An hour of a service is computed when it is over, and again when spans came
-- late: its rows with the highest Version hold, while their Requests add up to those of the service's cell of that hour.
-- Else, and where there are none, the minutes are asked. So it costs nothing as spans are stored, and fills by itself for
-- what was stored before.
CREATE TABLE IF NOT EXISTS {{database}}.otel_traces_red_operations_1h {{on_cluster}}
(
    `Bucket` DateTime CODEC(Delta(4), ZSTD(1)),
    -- Milliseconds since 1970 when it was computed.
    `Version` UInt64 CODEC(Delta(8), ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanKind` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanName` LowCardinality(String) CODEC(ZSTD(1)),
    `ServiceVersion` LowCardinality(String) CODEC(ZSTD(1)),
    `DeploymentEnvironment` LowCardinality(String) CODEC(ZSTD(1)),
    -- The first minute of the hour that has one of these spans.
    `FirstMinute` DateTime CODEC(Delta(4), ZSTD(1)),
    `Requests` UInt64 CODEC(ZSTD(1)),
    `Errors` UInt64 CODEC(ZSTD(1)),
    `DurationSum` UInt64 CODEC(ZSTD(1)),
    `DurationQ` AggregateFunction(quantilesTDigest(0.5, 0.9, 0.95, 0.99), UInt64) CODEC(ZSTD(1))
)
ENGINE = {{engine:MergeTree}}
PARTITION BY toYYYYMM(Bucket, 'UTC')
ORDER BY (ServiceName, Bucket, Version, SpanKind, SpanName, ServiceVersion, DeploymentEnvironment)
TTL Bucket + toIntervalDay({{retention_days:rollups}})
SETTINGS index_granularity = 512, min_compress_block_size = 4096, ttl_only_drop_parts = 1, {{table_settings}};

-- Every five minutes: hours of services that ended a quarter of an hour ago, the newest first, a few hundred at a time; of one
-- that keeps changing, when its age has doubled. The last 28 hours are looked through, once a day all that spans are kept for.
CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.otel_traces_red_operations_1h_mv {{on_cluster}}
REFRESH EVERY 5 MINUTE APPEND TO {{database}}.otel_traces_red_operations_1h
AS WITH
    (
        SELECT groupArray((hour, service)) FROM
        (
            SELECT stored.hour AS hour, stored.service AS service
            FROM
            (
                SELECT cells.Bucket AS hour, toString(cells.ServiceName) AS service, sum(cells.Requests) AS requests
                FROM {{database}}.otel_traces_red_services AS cells
                WHERE cells.Width = 3600
                    AND cells.Bucket >= toStartOfHour(now()) - if(toHour(now()) = 3 AND toMinute(now()) < 30, 86400 * {{retention_days:traces}}, 100800)
                    AND cells.Bucket >= (SELECT max(Bucket) FROM {{database}}.otel_traces_red_services WHERE Width = 0)
                    AND cells.Bucket + 4500 <= now()
                GROUP BY hour, service
            ) AS stored
            LEFT JOIN
            (
                SELECT hour, service, argMax(requests, version) AS requests, toDateTime(intDiv(max(version), 1000)) AS builtAt
                FROM
                (
                    SELECT computed.Bucket AS hour, toString(computed.ServiceName) AS service, computed.Version AS version,
                        sum(computed.Requests) AS requests
                    FROM {{database}}.otel_traces_red_operations_1h AS computed
                    WHERE computed.Bucket >= toStartOfHour(now()) - if(toHour(now()) = 3 AND toMinute(now()) < 30, 86400 * {{retention_days:traces}}, 100800)
                    GROUP BY hour, service, version
                )
                GROUP BY hour, service
            ) AS done ON stored.hour = done.hour AND stored.service = done.service
            WHERE stored.requests != done.requests AND now() - done.builtAt >= done.builtAt - stored.hour
            ORDER BY hour DESC, service
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
FROM {{database}}.otel_traces_red_1m AS minutes
WHERE minutes.Bucket >= arrayMin(arrayMap(each -> each.1, due)) AND minutes.Bucket < arrayMax(arrayMap(each -> each.1, due)) + 3600
    AND has(due, (toStartOfHour(minutes.Bucket), toString(minutes.ServiceName)))
GROUP BY Bucket, ServiceName, SpanKind, SpanName, ServiceVersion, DeploymentEnvironment
SETTINGS max_threads = 1, max_bytes_before_external_group_by = 268435456;

-- Logs of all services in an hour, without a granule of each service. The settings as those of otel_traces_red_services.
ALTER TABLE {{database}}.otel_logs_rate_1m {{on_cluster}}
    MODIFY SETTING deduplicate_merge_projection_mode = 'rebuild';

ALTER TABLE {{database}}.otel_logs_rate_1m {{on_cluster}}
    ADD PROJECTION IF NOT EXISTS by_time (SELECT * ORDER BY (Bucket, ServiceName, SeverityNumber));

ALTER TABLE {{database}}.otel_logs_rate_1m {{on_cluster}}
    MATERIALIZE PROJECTION by_time;
