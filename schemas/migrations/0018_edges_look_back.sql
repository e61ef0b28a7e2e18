-- A bucket of edges is computed again when spans were added to it, and for no other reason. Where the time that is looked through
-- began between the minutes that a bucket is made of, it seemed to have become smaller: it was computed anew each minute until it was
-- wholly before that time, and was emptied where its spans had gone.
DROP VIEW IF EXISTS {{database}}.otel_service_edges_mv {{on_cluster}} SYNC;

-- Once a minute: buckets that ended more than 90 seconds ago and were never computed, or whose spans have become more since.
-- One that keeps changing is computed again when its age has doubled, so a day of late spans costs eight times, not a
-- thousand. As many as have two million spans together, or one, of the last 26 hours, newest first; once an hour also of all that is
-- kept, in another order each time. Only those that are wholly within, with the minutes before and after them.
CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.otel_service_edges_mv {{on_cluster}}
REFRESH EVERY 1 MINUTE APPEND TO {{database}}.otel_service_edges
AS WITH
    now() - if(toMinute(now()) = 17, 86400 * {{retention_days:traces}}, 93600) AS since,
    (
        SELECT groupArray((at, spans, before, inside)) FROM
        (
            SELECT due.at AS at, due.spans AS spans, built.spans AS before, due.inside AS inside,
                due.at < now() - 93600 AS old,
                sum(due.inside) OVER (ORDER BY old, if(old, cityHash64(due.at, toStartOfHour(now())), 0), due.at DESC) AS upToHere
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
                    WHERE Bucket >= since
                    GROUP BY minute
                )
                GROUP BY at
                HAVING inside > 0 AND at - 300 >= since
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
                AND (due.spans > built.spans OR (due.spans = built.spans AND NOT built.settled))
                AND (NOT built.settled OR now() - built.builtAt >= built.builtAt - due.at)
        )
        WHERE upToHere = inside OR upToHere <= 2000000
    ) AS changed,
    -- Rates count spans that have gone since, by retention or by the disk's limit: a late one would then make the map of its bucket alone. So of
    -- older buckets that were computed the spans that are stored are counted, and those that have fewer than then stay as they are.
    arrayMap(c -> c.1, arrayFilter(c -> c.3 > 0 AND c.1 < now() - 93600, changed)) AS older,
    (
        SELECT groupArray(c.1)
        FROM (SELECT arrayJoin(arrayFilter(b -> has(older, b.1), changed)) AS c) AS computed
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
                WHERE has(arrayConcat(older, arrayMap(b -> b - 300, older), arrayMap(b -> b + 300, older)), toStartOfFiveMinutes(Timestamp))
                GROUP BY minute
            )
            GROUP BY at
        ) AS remaining ON computed.c.1 = remaining.at
        WHERE remaining.spans < c.3
    ) AS gone,
    arrayFilter(c -> NOT has(gone, c.1), changed) AS due,
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
