-- Who called whom in buckets of more than two million spans is counted of a part of their time that has about so many, and
-- what was counted is multiplied. All of a bucket took gigabytes and minutes: at 120 000 spans a second it has 36 million.
ALTER TABLE {{database}}.otel_service_edges {{on_cluster}}
    -- One of how many equal parts of the bucket's time was counted; calls, errors and sums of durations are multiplied by it.
    ADD COLUMN IF NOT EXISTS `SampledEvery` UInt32 DEFAULT 1 CODEC(ZSTD(1));

DROP VIEW IF EXISTS {{database}}.otel_service_edges_mv {{on_cluster}} SYNC;

-- Once a minute: buckets that ended more than 90 seconds ago and were never computed, or whose spans have become more since.
-- One that keeps changing is computed again when its age has doubled, so a day of late spans costs eight times, not a
-- thousand. Newest first, as many as have two million spans together, or one; the last 26 hours are looked through, once an
-- hour all that is kept.
CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.otel_service_edges_mv {{on_cluster}}
REFRESH EVERY 1 MINUTE APPEND TO {{database}}.otel_service_edges
AS WITH
    (
        SELECT groupArray((at, spans, before, inside)) FROM
        (
            SELECT due.at AS at, due.spans AS spans, built.spans AS before, due.inside AS inside,
                sum(due.inside) OVER (ORDER BY due.at DESC) AS upToHere
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
        WHERE upToHere = inside OR upToHere <= 2000000
    ) AS due,
    arrayMap(b -> b.1, due) AS buckets,
    -- Whole seconds of the bucket: a divisor of 300.
    arrayFirst(d -> d * 2000000 >= arraySum(b -> b.4, due) OR d = 300,
        [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 25, 30, 50, 60, 75, 100, 150, 300]) AS every,
    -- Another part of each bucket: what happens once a minute is not in all of them.
    buckets[1] + (cityHash64(buckets[1]) % every) * intDiv(300, every) AS sliceStart,
    sliceStart + intDiv(300, every) AS sliceEnd,
    toUnixTimestamp64Milli(now64(3)) AS version
SELECT
    Bucket, toUInt64(version) AS Version, EdgeKind, Caller, Callee, System, Connection, DeploymentEnvironment,
    Calls * every AS Calls, Errors * every AS Errors, DurationSum * every AS DurationSum, DurationQ, toUInt64(0) AS Spans, true AS Settled,
    toUInt32(every) AS SampledEvery
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
              AND (every = 1 OR (Timestamp >= sliceStart - 60 AND Timestamp < sliceEnd + 60))
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
          AND (every = 1 OR (Timestamp >= sliceStart AND Timestamp < sliceEnd))
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
          AND (every = 1 OR (Timestamp >= sliceStart - 60 AND Timestamp < sliceEnd + 60))
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
    bucketDue.2 = stored.spans OR bucketDue.2 = bucketDue.3 AS Settled,
    toUInt32(every) AS SampledEvery
FROM (SELECT arrayJoin(due) AS bucketDue) AS dueBuckets
LEFT JOIN
(
    SELECT
        arrayJoin(arrayFilter(b -> minute >= b - 300 AND minute < b + 360,
            [toStartOfFiveMinutes(minute) - 300, toStartOfFiveMinutes(minute), toStartOfFiveMinutes(minute) + 300])) AS at,
        sum(counted) AS spans
    FROM
    (
        SELECT toStartOfMinute(Timestamp) AS minute, count() AS counted
        FROM {{database}}.otel_traces
        WHERE has(arrayConcat(buckets, arrayMap(b -> b - 300, buckets), arrayMap(b -> b + 300, buckets)), toStartOfFiveMinutes(Timestamp))
        GROUP BY minute
    )
    GROUP BY at
) AS stored ON bucketDue.1 = stored.at
SETTINGS max_threads = 1;
