-- What the pages of services ask for over a day: rates at two coarser widths, and who called whom.

-- Rates of whole services, in cells of five minutes and of an hour: a list of services over a day merges thousands of
-- digests where the rates per minute and operation would be millions. Filled from otel_traces_red_1m as it is filled, so
-- it costs a row for each minute, service and kind of an INSERT, not for each span.
CREATE TABLE IF NOT EXISTS {{database}}.otel_traces_red_services {{on_cluster}}
(
    -- Seconds of the cell: 300 or 3600.
    `Width` UInt16 CODEC(ZSTD(1)),
    `Bucket` DateTime CODEC(Delta(4), ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanKind` LowCardinality(String) CODEC(ZSTD(1)),
    `DeploymentEnvironment` LowCardinality(String) CODEC(ZSTD(1)),
    `Requests` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `Errors` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `DurationSum` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `DurationMax` SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(1)),
    -- Of spans with an error: with DurationMax it finds the slowest span of a cell among the stored ones.
    `ErrorDurationMax` SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(1)),
    `DurationQ` AggregateFunction(quantilesTDigest(0.5, 0.9, 0.95, 0.99), UInt64) CODEC(ZSTD(1)),
    -- Requests by SpanName.
    `Operations` SimpleAggregateFunction(sumMap, Map(String, UInt64)) CODEC(ZSTD(1))
)
ENGINE = {{engine:AggregatingMergeTree}}
PARTITION BY toYYYYMM(Bucket, 'UTC')
ORDER BY (Width, Bucket, ServiceName, SpanKind, DeploymentEnvironment)
TTL Bucket + toIntervalDay({{retention_days:rollups}})
SETTINGS index_granularity = 512, min_compress_block_size = 4096, ttl_only_drop_parts = 1, {{table_settings}};

CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.otel_traces_red_services_mv {{on_cluster}}
TO {{database}}.otel_traces_red_services
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
FROM {{database}}.otel_traces_red_1m AS minutes
ARRAY JOIN [toUInt16(300), toUInt16(3600)] AS Width
GROUP BY Width, Bucket, ServiceName, SpanKind, DeploymentEnvironment;

-- Where there were rates before this migration, Width 0 says from which hour on the cells are whole; before it, the minutes are
-- asked. Two hours ahead: what was stored while the view was made is before that.
INSERT INTO {{database}}.otel_traces_red_services (Width, Bucket)
SELECT toUInt16(0), toStartOfHour(now()) + 7200
FROM (SELECT 1 FROM {{database}}.otel_traces_red_1m LIMIT 1);

-- The slowest span of five minutes of a service, and the slowest that failed: what a chart of it links to. Finding them among
-- the stored spans of a day reads half of what is stored.
CREATE TABLE IF NOT EXISTS {{database}}.otel_traces_exemplars {{on_cluster}}
(
    `Bucket` DateTime CODEC(Delta(4), ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanKind` LowCardinality(String) CODEC(ZSTD(1)),
    `DeploymentEnvironment` LowCardinality(String) CODEC(ZSTD(1)),
    `Failed` Bool CODEC(ZSTD(1)),
    `Duration` SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(1)),
    -- TraceId, SpanId, SpanName, Timestamp in nanoseconds.
    `Span` AggregateFunction(argMax, Tuple(String, String, String, Int64), UInt64) CODEC(ZSTD(1))
)
ENGINE = {{engine:AggregatingMergeTree}}
PARTITION BY toYYYYMM(Bucket, 'UTC')
ORDER BY (ServiceName, Bucket, SpanKind, DeploymentEnvironment, Failed)
TTL Bucket + toIntervalDay({{retention_days:traces}})
SETTINGS index_granularity = 512, min_compress_block_size = 4096, ttl_only_drop_parts = 1, {{table_settings}};

CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.otel_traces_exemplars_mv {{on_cluster}}
TO {{database}}.otel_traces_exemplars
AS SELECT
    toStartOfFiveMinutes(spans.Timestamp) AS Bucket,
    ServiceName,
    SpanKind,
    ResourceAttributes['deployment.environment.name'] AS DeploymentEnvironment,
    StatusCode = 'Error' AS Failed,
    max(spans.Duration) AS Duration,
    argMaxState((TraceId, SpanId, toString(SpanName), toUnixTimestamp64Nano(spans.Timestamp)), spans.Duration) AS Span
FROM {{database}}.otel_traces AS spans
WHERE TraceId != ''
GROUP BY Bucket, ServiceName, SpanKind, DeploymentEnvironment, Failed;

-- Who called whom, in buckets of five minutes, computed from stored spans by the view below. A bucket is computed again when
-- spans came late: its rows with the highest Version are the ones that hold, all of them, and the row with an empty
-- EdgeKind says that they are there.
CREATE TABLE IF NOT EXISTS {{database}}.otel_service_edges {{on_cluster}}
(
    `Bucket` DateTime CODEC(Delta(4), ZSTD(1)),
    -- Milliseconds since 1970 when it was computed.
    `Version` UInt64 CODEC(Delta(8), ZSTD(1)),
    -- service-service, service-database, service-queue, queue-service, service-external.
    `EdgeKind` LowCardinality(String) CODEC(ZSTD(1)),
    `Caller` LowCardinality(String) CODEC(ZSTD(1)),
    `Callee` LowCardinality(String) CODEC(ZSTD(1)),
    -- Of a database or a queue: postgresql, kafka.
    `System` LowCardinality(String) CODEC(ZSTD(1)),
    -- http, rpc, messaging, database, other.
    `Connection` LowCardinality(String) CODEC(ZSTD(1)),
    -- Of the span that was counted.
    `DeploymentEnvironment` LowCardinality(String) CODEC(ZSTD(1)),
    `Calls` UInt64 CODEC(ZSTD(1)),
    `Errors` UInt64 CODEC(ZSTD(1)),
    `DurationSum` UInt64 CODEC(ZSTD(1)),
    `DurationQ` AggregateFunction(quantilesTDigest(0.5, 0.95, 0.99), UInt64) CODEC(ZSTD(1)),
    -- Where EdgeKind is empty: Calls is how many spans the bucket had, and this how many spans otel_traces_red_1m had counted from five minutes before the bucket to one
    -- minute after it, and whether that was what was read.
    `Spans` UInt64 CODEC(ZSTD(1)),
    `Settled` Bool CODEC(ZSTD(1))
)
ENGINE = {{engine:MergeTree}}
PARTITION BY toYYYYMM(Bucket, 'UTC')
ORDER BY (Bucket, EdgeKind, Caller, Callee, System, Connection, DeploymentEnvironment, Version)
TTL Bucket + toIntervalDay({{retention_days:rollups}})
SETTINGS index_granularity = 512, min_compress_block_size = 4096, ttl_only_drop_parts = 1, {{table_settings}};

-- Once a minute: buckets that ended more than 90 seconds ago and were never computed, or whose spans have become more since.
-- One that keeps changing is computed again when its age has doubled, so a day of late spans costs eight times, not a
-- thousand. Newest first, two million spans at a time; the last 26 hours are looked through, once an hour all that is kept.
CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.otel_service_edges_mv {{on_cluster}}
REFRESH EVERY 1 MINUTE APPEND TO {{database}}.otel_service_edges
AS WITH
    (
        SELECT groupArray((at, spans, before, inside)) FROM
        (
            SELECT due.at AS at, due.spans AS spans, built.spans AS before, due.inside AS inside,
                sum(due.inside) OVER (ORDER BY due.at DESC) - due.inside AS newer
            FROM
            (
                SELECT
                    arrayJoin(arrayFilter(b -> minute >= b - 300 AND minute < b + 360,
                        [toStartOfFiveMinutes(minute) - 300, toStartOfFiveMinutes(minute), toStartOfFiveMinutes(minute) + 300])) AS at,
                    sum(requests) AS spans,
                    sumIf(requests, toStartOfFiveMinutes(minute) = at) AS inside
                FROM
                (
                    SELECT Bucket AS minute, sum(Requests) AS requests
                    FROM {{database}}.otel_traces_red_1m
                    WHERE Bucket >= now() - if(toMinute(now()) = 17, 86400 * {{retention_days:traces}}, 93600)
                    GROUP BY minute
                )
                GROUP BY at
                HAVING inside > 0
            ) AS due
            LEFT JOIN
            (
                SELECT Bucket AS at, argMax(Spans, Version) AS spans, argMax(Settled, Version) AS settled,
                    toDateTime(intDiv(max(Version), 1000)) AS builtAt
                FROM {{database}}.otel_service_edges
                WHERE EdgeKind = ''
                GROUP BY at
            ) AS built ON due.at = built.at
            WHERE due.at + 390 <= now()
                AND (due.spans != built.spans OR NOT built.settled)
                AND (NOT built.settled OR now() - built.builtAt >= built.builtAt - due.at)
        )
        WHERE newer < 2000000
    ) AS due,
    arrayMap(b -> b.1, due) AS buckets,
    toUnixTimestamp64Milli(now64(3)) AS version
SELECT
    Bucket, toUInt64(version) AS Version, EdgeKind, Caller, Callee, System, Connection, DeploymentEnvironment,
    Calls, Errors, DurationSum, DurationQ, toUInt64(0) AS Spans, true AS Settled
FROM
(
    SELECT
      Bucket, EdgeKind, Caller, Callee, System, Connection, DeploymentEnvironment,
      count() AS Calls,
      countIf(Failed OR (EdgeKind = 'service-service' AND CallerFailed)) AS Errors,
      sum(Duration) AS DurationSum,
      quantilesTDigestState(0.5, 0.95, 0.99)(Duration) AS DurationQ
    FROM
    (
      SELECT
        Bucket, DeploymentEnvironment, Duration, Failed, CallerFailed, Connection,
        multiIf(
          Inbound AND Messaging != '' AND SpanKind = 'Consumer', 'queue-service',
          Inbound, if(CallerService != '' AND CallerTime >= Bucket - 300 AND CallerTime < Bucket + 360, 'service-service', ''),
          Database != '', 'service-database',
          Messaging != '', 'service-queue',
          Peer != '' AND NOT Answered, 'service-external',
          '') AS EdgeKind,
        multiIf(EdgeKind = 'queue-service', Destination, EdgeKind = 'service-service', CallerService, ServiceName) AS Caller,
        multiIf(Inbound, ServiceName, Database != '', DatabaseName, Messaging != '', Destination, Peer) AS Callee,
        multiIf(EdgeKind IN ('service-service', 'service-external'), '', Database != '', Database, Messaging) AS System
      FROM
      (
        SELECT
          toStartOfFiveMinutes(Timestamp) AS Bucket,
          ServiceName,
          SpanKind,
          SpanKind IN ('Server', 'Consumer') AS Inbound,
          Duration,
          StatusCode IN ('Error', 'STATUS_CODE_ERROR') AS Failed,
          if(Inbound AND ParentSpanId != '', cityHash64(TraceId, ParentSpanId), 0) AS CallerKey,
          NOT Inbound AND (cityHash64(TraceId, SpanId), Bucket) IN (
            SELECT cityHash64(TraceId, ParentSpanId), arrayJoin(arrayFilter(b -> has(buckets, b) AND Timestamp >= b - 300 AND Timestamp < b + 360,
              [toStartOfFiveMinutes(Timestamp) - 300, toStartOfFiveMinutes(Timestamp), toStartOfFiveMinutes(Timestamp) + 300]))
            FROM {{database}}.otel_traces
            WHERE has(arrayConcat(buckets, arrayMap(b -> b - 300, buckets), arrayMap(b -> b + 300, buckets)), toStartOfFiveMinutes(Timestamp))
              AND SpanKind IN ('Server', 'Consumer') AND ParentSpanId != ''
          ) AS Answered,
          ResourceAttributes['deployment.environment.name'] AS DeploymentEnvironment,
          if(Inbound, '', if(SpanAttributes['db.system.name'] != '', SpanAttributes['db.system.name'], SpanAttributes['db.system'])) AS Database,
          multiIf(
            Database = '', '',
            SpanAttributes['db.namespace'] != '', SpanAttributes['db.namespace'],
            SpanAttributes['db.name'] != '', SpanAttributes['db.name'],
            SpanAttributes['server.address'] != '', SpanAttributes['server.address'],
            Database) AS DatabaseName,
          SpanAttributes['messaging.system'] AS Messaging,
          multiIf(
            Messaging = '', '',
            SpanAttributes['messaging.destination.name'] != '', SpanAttributes['messaging.destination.name'],
            SpanAttributes['messaging.destination'] != '', SpanAttributes['messaging.destination'],
            Messaging) AS Destination,
          multiIf(
            Inbound, '',
            SpanAttributes['peer.service'] != '', SpanAttributes['peer.service'],
            SpanAttributes['server.address'] != '', SpanAttributes['server.address'],
            SpanAttributes['net.peer.name']) AS Peer,
          multiIf(
            Database != '', 'database',
            Messaging != '', 'messaging',
            SpanAttributes['rpc.system'] != '' OR SpanAttributes['rpc.system.name'] != '', 'rpc',
            SpanAttributes['http.request.method'] != '' OR SpanAttributes['http.method'] != '', 'http',
            'other') AS Connection
        FROM {{database}}.otel_traces
        PREWHERE has(buckets, toStartOfFiveMinutes(Timestamp)) AND SpanKind IN ('Server', 'Consumer', 'Client', 'Producer')
      ) AS own
      LEFT ANY JOIN
      (
        SELECT
          cityHash64(TraceId, SpanId) AS Key,
          ServiceName AS CallerService,
          Timestamp AS CallerTime,
          SpanKind IN ('Client', 'Producer') AND StatusCode IN ('Error', 'STATUS_CODE_ERROR') AS CallerFailed
        FROM {{database}}.otel_traces
        WHERE has(arrayConcat(buckets, arrayMap(b -> b - 300, buckets), arrayMap(b -> b + 300, buckets)), toStartOfFiveMinutes(Timestamp))
      ) AS caller ON own.CallerKey = caller.Key
    )
    WHERE EdgeKind != ''
    GROUP BY Bucket, EdgeKind, Caller, Callee, System, Connection, DeploymentEnvironment
)
UNION ALL
SELECT
    bucketDue.1 AS Bucket, toUInt64(version) AS Version, '' AS EdgeKind, '' AS Caller, '' AS Callee, '' AS System,
    '' AS Connection, '' AS DeploymentEnvironment, bucketDue.4 AS Calls, toUInt64(0) AS Errors, toUInt64(0) AS DurationSum,
    arrayReduce('quantilesTDigestState(0.5, 0.95, 0.99)', emptyArrayUInt64()) AS DurationQ,
    bucketDue.2 AS Spans,
    -- What came while this was read is in the count or in the rows, not always in both: then once more.
    bucketDue.2 = stored.spans OR bucketDue.2 = bucketDue.3 AS Settled
FROM (SELECT arrayJoin(due) AS bucketDue) AS dueBuckets
LEFT JOIN
(
    SELECT
        arrayJoin(arrayFilter(b -> Timestamp >= b - 300 AND Timestamp < b + 360,
            [toStartOfFiveMinutes(Timestamp) - 300, toStartOfFiveMinutes(Timestamp), toStartOfFiveMinutes(Timestamp) + 300])) AS at,
        count() AS spans
    FROM {{database}}.otel_traces
    WHERE has(arrayConcat(buckets, arrayMap(b -> b - 300, buckets), arrayMap(b -> b + 300, buckets)), toStartOfFiveMinutes(Timestamp))
    GROUP BY at
) AS stored ON bucketDue.1 = stored.at
SETTINGS max_threads = 1;

-- Was bec342ebff6af7f2a62d68b5a2078570f2d229004cdc6a2fdd66a88ea4fbdc99: granules of 8192 rows, and a digest in each row to be taken apart. No ALTER changes them.
