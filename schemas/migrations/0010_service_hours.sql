-- The page of one service reads its own cells, not those of every service of the day: a seventh of the time.
ALTER TABLE {{database}}.otel_traces_red_services {{on_cluster}}
    MODIFY SETTING deduplicate_merge_projection_mode = 'rebuild';

ALTER TABLE {{database}}.otel_traces_red_services {{on_cluster}}
    ADD PROJECTION IF NOT EXISTS by_service (SELECT * ORDER BY (Width, ServiceName, Bucket));

ALTER TABLE {{database}}.otel_traces_red_services {{on_cluster}}
    MATERIALIZE PROJECTION by_service;

-- The service map by the hour: a day of it merges a twelfth of the digests. An hour holds while the buckets that it was made
-- of are the newest: Source is the sum of their versions.
CREATE TABLE IF NOT EXISTS {{database}}.otel_service_edges_1h {{on_cluster}}
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
    -- Where EdgeKind is empty; else 0.
    `Source` UInt64 CODEC(ZSTD(1))
)
ENGINE = {{engine:MergeTree}}
PARTITION BY toYYYYMM(Bucket, 'UTC')
ORDER BY (Bucket, EdgeKind, Caller, Callee, System, Connection, DeploymentEnvironment, Version)
TTL Bucket + toIntervalDay({{retention_days:rollups}})
SETTINGS index_granularity = 512, min_compress_block_size = 4096, ttl_only_drop_parts = 1, {{table_settings}};

CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.otel_service_edges_1h_mv {{on_cluster}}
REFRESH EVERY 5 MINUTE APPEND TO {{database}}.otel_service_edges_1h
AS WITH
    (
        SELECT groupArray(hour) FROM
        (
            SELECT built.hour AS hour
            FROM
            (
                SELECT toStartOfHour(at) AS hour, sum(version) AS source
                FROM
                (
                    SELECT Bucket AS at, max(Version) AS version
                    FROM {{database}}.otel_service_edges
                    WHERE EdgeKind = '' AND Bucket >= toStartOfHour(now()) - if(toHour(now()) = 3, 86400 * {{retention_days:traces}}, 100800)
                    GROUP BY at
                )
                GROUP BY hour
            ) AS built
            LEFT JOIN
            (
                SELECT Bucket AS hour, argMax(Source, Version) AS source
                FROM {{database}}.otel_service_edges_1h
                WHERE EdgeKind = ''
                GROUP BY hour
            ) AS done ON built.hour = done.hour
            WHERE built.source != done.source AND built.hour + 4500 <= now()
            ORDER BY hour DESC
            LIMIT 48
        )
    ) AS due,
    toUnixTimestamp64Milli(now64(3)) AS version
SELECT
    toStartOfHour(edges.Bucket) AS Bucket, toUInt64(version) AS Version, EdgeKind, Caller, Callee, System, Connection,
    DeploymentEnvironment, sum(edges.Calls) AS Calls, sum(edges.Errors) AS Errors, sum(edges.DurationSum) AS DurationSum,
    quantilesTDigestMergeState(0.5, 0.95, 0.99)(edges.DurationQ) AS DurationQ, toUInt64(0) AS Source
FROM {{database}}.otel_service_edges AS edges
WHERE has(due, toStartOfHour(edges.Bucket)) AND EdgeKind != '' AND (edges.Bucket, edges.Version) IN
(
    SELECT marks.Bucket, max(marks.Version)
    FROM {{database}}.otel_service_edges AS marks
    WHERE marks.EdgeKind = '' AND has(due, toStartOfHour(marks.Bucket))
    GROUP BY marks.Bucket
)
GROUP BY Bucket, EdgeKind, Caller, Callee, System, Connection, DeploymentEnvironment
UNION ALL
SELECT
    toStartOfHour(at) AS Bucket, toUInt64(version) AS Version, '' AS EdgeKind, '' AS Caller, '' AS Callee, '' AS System,
    '' AS Connection, '' AS DeploymentEnvironment, toUInt64(0) AS Calls, toUInt64(0) AS Errors, toUInt64(0) AS DurationSum,
    arrayReduce('quantilesTDigestState(0.5, 0.95, 0.99)', emptyArrayUInt64()) AS DurationQ,
    sum(newest) AS Source
FROM
(
    SELECT marks.Bucket AS at, max(marks.Version) AS newest
    FROM {{database}}.otel_service_edges AS marks
    WHERE marks.EdgeKind = '' AND has(due, toStartOfHour(marks.Bucket))
    GROUP BY at
)
GROUP BY Bucket
SETTINGS max_threads = 1;

-- Was 098af5c256236f2aa458377409359792656b84056c8659b652666228f8f6f8a2: granules of 8192 rows, and a digest in each row to be taken apart. No ALTER changes them.
