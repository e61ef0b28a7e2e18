Who called whom: from otel_service_edges where its buckets are computed, from stored spans where they are not yet.

-- name: built
-- Which buckets are computed, how many spans each then had, and how many it has now.
SELECT
  toUnixTimestamp(at) AS bucket,
  toString(max(version)) AS version,
  sum(was) AS spansThen,
  sum(isNow) AS spansNow,
  max(every) AS sampledEvery
FROM
(
  SELECT Bucket AS at, max(Version) AS version, argMax(Calls, Version) AS was, toUInt64(0) AS isNow,
    argMax(SampledEvery, Version) AS every
  FROM otel_service_edges
  WHERE EdgeKind = '' AND Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
  GROUP BY at
  UNION ALL
  SELECT Bucket AS at, toUInt64(0) AS version, toUInt64(0) AS was, sum(Requests) AS isNow, toUInt32(0) AS every
  FROM otel_traces_red_services
  WHERE Width = 300 AND Bucket >= (SELECT max(Bucket) FROM otel_traces_red_services WHERE Width = 0)
    AND Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
  GROUP BY at
  UNION ALL
  SELECT toStartOfFiveMinutes(Bucket) AS at, toUInt64(0) AS version, toUInt64(0) AS was, sum(Requests) AS isNow, toUInt32(0) AS every
  FROM otel_traces_red_1m
  WHERE Bucket < (SELECT max(Bucket) FROM otel_traces_red_services WHERE Width = 0)
    AND Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
  GROUP BY at
)
GROUP BY at
ORDER BY at

-- name: hours
-- Hours that are computed, and of which versions of their buckets.
SELECT toUnixTimestamp(Bucket) AS hour, toString(max(Version)) AS version, toString(argMax(Source, Version)) AS source
FROM otel_service_edges_1h
WHERE EdgeKind = '' AND Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
GROUP BY Bucket
ORDER BY hour

-- name: map
-- Computed hours and buckets by their versions, and the spans of `raw_buckets`, which are not computed yet.
WITH {raw_buckets:Array(DateTime)} AS buckets, 1 AS every, toDateTime(0) AS sliceStart, toDateTime(0) AS sliceEnd
SELECT
  EdgeKind AS kind,
  Caller AS caller,
  Callee AS callee,
  System AS system,
  Connection AS connection,
  sum(Calls) AS calls,
  sum(Errors) AS errors,
  sum(DurationSum) AS durationSum,
  arrayMap(q -> toUInt64(greatest(if(isNaN(q), 0, q), 0)), quantilesTDigestMerge(0.5, 0.95, 0.99)(DurationQ)) AS quantiles
FROM
(
  SELECT EdgeKind, Caller, Callee, System, Connection, DeploymentEnvironment, Calls, Errors, DurationSum, DurationQ
  FROM otel_service_edges
  WHERE Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
    AND EdgeKind != ''
    AND (toUnixTimestamp(Bucket), Version) IN (
      SELECT cell.1, cell.2 FROM (SELECT arrayJoin(arrayZip({built_buckets:Array(UInt32)}, {built_versions:Array(UInt64)})) AS cell)
    )
  UNION ALL
  SELECT EdgeKind, Caller, Callee, System, Connection, DeploymentEnvironment, Calls, Errors, DurationSum, DurationQ
  FROM otel_service_edges_1h
  WHERE Bucket >= toDateTime({from_seconds:UInt32}) AND Bucket < toDateTime({to_seconds:UInt32})
    AND EdgeKind != ''
    AND (toUnixTimestamp(Bucket), Version) IN (
      SELECT cell.1, cell.2 FROM (SELECT arrayJoin(arrayZip({hours:Array(UInt32)}, {hour_versions:Array(UInt64)})) AS cell)
    )
  UNION ALL
  SELECT EdgeKind, Caller, Callee, System, Connection, DeploymentEnvironment, Calls, Errors, DurationSum, DurationQ
  FROM
  (
    /*edges*/
  )
)
WHERE /*where*/
GROUP BY kind, caller, callee, system, connection
ORDER BY calls DESC, kind, caller, callee, system, connection
LIMIT {limit:UInt64}

-- name: at-service
(EdgeKind IN ('service-service', 'service-database', 'service-queue', 'service-external') AND Caller = {focus:String})
OR (EdgeKind IN ('service-service', 'queue-service') AND Callee = {focus:String})

-- name: in-environment
DeploymentEnvironment = {environment:String}

-- name: edges
-- The same text as in the migration that makes otel_service_edges_mv; a test compares them.
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
        FROM otel_traces
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
    FROM otel_traces
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
    FROM otel_traces
    WHERE has(arrayConcat(buckets, arrayMap(b -> b - 300, buckets), arrayMap(b -> b + 300, buckets)), toStartOfFiveMinutes(Timestamp))
      AND (every = 1 OR (Timestamp >= sliceStart - 60 AND Timestamp < sliceEnd + 60))
  ) AS caller ON own.CallerKey = caller.Key
)
WHERE EdgeKind != ''
GROUP BY Bucket, EdgeKind, Caller, Callee, System, Connection, DeploymentEnvironment
