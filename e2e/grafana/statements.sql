What Grafana's ClickHouse data source sends, statement by statement: its query builder with the OpenTelemetry column maps, its
schema lookups, its links between logs and traces. {{names}} are put in by e2e/src/grafana-rig.ts; from and to are unix seconds,
as the plugin's macros write them.

-- name: handshake
SELECT displayName(), version(), revision(), timezone()

-- name: health
SELECT 1

-- name: databases
SHOW DATABASES

-- name: tables
SHOW TABLES FROM "{{database}}"

-- name: describe-logs
DESC TABLE "{{database}}"."otel_logs"

-- name: describe-traces
DESC TABLE "{{database}}"."otel_traces"

-- name: describe-windows
DESC TABLE "{{database}}"."otel_traces_trace_id_ts"

-- name: version
SELECT version()

-- name: columns
SELECT name, type, table FROM system.columns WHERE database IN ('{{database}}') AND table = 'otel_traces'

-- name: columns-of-database
SELECT name, type, table FROM system.columns WHERE database IN ('{{database}}')

-- name: columns-everywhere
SELECT name, type, table FROM system.columns

-- name: schema
SELECT database, table, name, type, comment FROM system.columns WHERE (database, table) IN (('{{database}}', 'otel_logs')) ORDER BY database, table, position

-- name: all-tables
SELECT database, name FROM system.tables ORDER BY database, name

-- name: functions
SELECT name, is_aggregate, case_insensitive, alias_to FROM system.functions LIMIT 10000

-- name: functions-documented
SELECT name, is_aggregate, case_insensitive, alias_to, origin, description, syntax, arguments, returned_value, examples, categories FROM system.functions LIMIT 10000

-- name: logs
SELECT Timestamp as "timestamp", Body as "body", SeverityText as "level", TraceId as "traceID", ResourceAttributes, ScopeAttributes, LogAttributes
FROM "{{database}}"."otel_logs" WHERE ( timestamp >= toDateTime({{from}}) AND timestamp <= toDateTime({{to}}) ) ORDER BY timestamp DESC LIMIT 1000

-- name: logs-1.2.9
SELECT Timestamp as "timestamp", Body as "body", SeverityText as "level", TraceId as "traceID", ResourceAttributes, ScopeAttributes, LogAttributes
FROM "{{database}}"."otel_logs" WHERE ( TimestampTime >= toDateTime({{from}}) AND TimestampTime <= toDateTime({{to}}) ) ORDER BY (TimestampTime, timestamp) DESC LIMIT 1000

-- name: logs-level
SELECT Timestamp as "timestamp", Body as "body", SeverityText as "level", TraceId as "traceID", ResourceAttributes, ScopeAttributes, LogAttributes
FROM "{{database}}"."otel_logs" WHERE ( timestamp >= toDateTime({{from}}) AND timestamp <= toDateTime({{to}}) ) AND ( level = 'ERROR' ) ORDER BY timestamp DESC LIMIT 1000

-- name: logs-like
SELECT Timestamp as "timestamp", Body as "body", SeverityText as "level", TraceId as "traceID", ResourceAttributes, ScopeAttributes, LogAttributes
FROM "{{database}}"."otel_logs" WHERE ( timestamp >= toDateTime({{from}}) AND timestamp <= toDateTime({{to}}) ) AND (body LIKE '%Deadlock%') ORDER BY timestamp DESC LIMIT 1000

-- name: logs-ilike
SELECT Timestamp as "timestamp", Body as "body", SeverityText as "level", TraceId as "traceID", ResourceAttributes, ScopeAttributes, LogAttributes
FROM "{{database}}"."otel_logs" WHERE ( timestamp >= toDateTime({{from}}) AND timestamp <= toDateTime({{to}}) ) AND (body ILIKE '%deadlock%') ORDER BY timestamp DESC LIMIT 1000

-- name: logs-level-like
SELECT Timestamp as "timestamp", Body as "body", SeverityText as "level", TraceId as "traceID", ResourceAttributes, ScopeAttributes, LogAttributes
FROM "{{database}}"."otel_logs" WHERE ( timestamp >= toDateTime({{from}}) AND timestamp <= toDateTime({{to}}) ) AND ( level = 'ERROR' ) AND (body LIKE '%Deadlock%') ORDER BY timestamp DESC LIMIT 1000

-- name: logs-map
SELECT Timestamp as "timestamp", Body as "body", SeverityText as "level", TraceId as "traceID", ResourceAttributes, ScopeAttributes, LogAttributes
FROM "{{database}}"."otel_logs" WHERE ( timestamp >= toDateTime({{from}}) AND timestamp <= toDateTime({{to}}) ) AND (LogAttributes['order.id'] = 'order-4711') ORDER BY timestamp DESC LIMIT 1000

-- name: logs-resource-map
SELECT Timestamp as "timestamp", Body as "body", SeverityText as "level", TraceId as "traceID", ResourceAttributes, ScopeAttributes, LogAttributes
FROM "{{database}}"."otel_logs" WHERE ( timestamp >= toDateTime({{from}}) AND timestamp <= toDateTime({{to}}) ) AND (ResourceAttributes['service.version'] = '2.0') ORDER BY timestamp DESC LIMIT 1000

-- name: logs-contains
SELECT Timestamp AS timestamp, Body AS body, SeverityText AS level, ServiceName, TraceId, SpanId FROM {{database}}.otel_logs
WHERE Timestamp >= toDateTime({{from}}) AND Timestamp <= toDateTime({{to}}) AND positionCaseInsensitive(Body, 'deadlock') > 0 ORDER BY Timestamp DESC LIMIT 200

-- name: volume
SELECT toStartOfInterval("Timestamp", INTERVAL 1 MINUTE) as "time", sum(multiSearchAny(toString("SeverityText"), ['critical','fatal','crit','alert','emerg','CRITICAL','FATAL','CRIT','ALERT','EMERG','Critical','Fatal','Crit','Alert','Emerg'])) as critical, sum(multiSearchAny(toString("SeverityText"), ['error','err','eror','ERROR','ERR','EROR','Error','Err','Eror'])) as error, sum(multiSearchAny(toString("SeverityText"), ['warn','warning','WARN','WARNING','Warn','Warning'])) as warn, sum(multiSearchAny(toString("SeverityText"), ['info','information','informational','INFO','INFORMATION','INFORMATIONAL','Info','Information','Informational'])) as info, sum(multiSearchAny(toString("SeverityText"), ['debug','dbug','DEBUG','DBUG','Debug','Dbug'])) as debug, sum(multiSearchAny(toString("SeverityText"), ['trace','TRACE','Trace'])) as trace, sum(multiSearchAny(toString("SeverityText"), ['unknown','UNKNOWN','Unknown'])) as unknown
FROM "{{database}}"."otel_logs" WHERE ( "Timestamp" >= toDateTime({{from}}) AND "Timestamp" <= toDateTime({{to}}) ) GROUP BY time ORDER BY time ASC

-- name: traces
SELECT "TraceId" as traceID, "ServiceName" as serviceName, "SpanName" as operationName, "Timestamp" as startTime, multiply("Duration", 0.000001) as duration
FROM "{{database}}"."otel_traces" WHERE ( Timestamp >= toDateTime({{from}}) AND Timestamp <= toDateTime({{to}}) ) AND ( ParentSpanId = '' ) AND ( Duration > 0 ) ORDER BY Timestamp DESC, Duration DESC LIMIT 1000

-- name: traces-map
SELECT "TraceId" as traceID, "ServiceName" as serviceName, "SpanName" as operationName, "Timestamp" as startTime, multiply("Duration", 0.000001) as duration
FROM "{{database}}"."otel_traces" WHERE ( Timestamp >= toDateTime({{from}}) AND Timestamp <= toDateTime({{to}}) ) AND ( ParentSpanId = '' ) AND ( Duration > 0 ) AND (SpanAttributes['http.route'] = '/order') ORDER BY Timestamp DESC, Duration DESC LIMIT 1000

-- name: trace
WITH '{{trace_id}}' as __gf_trace_id,
(SELECT min(Start) FROM "{{database}}"."otel_traces_trace_id_ts" WHERE TraceId = __gf_trace_id) as __gf_trace_start,
(SELECT max(End) + 1 FROM "{{database}}"."otel_traces_trace_id_ts" WHERE TraceId = __gf_trace_id) as __gf_trace_end
SELECT "TraceId" as traceID, "SpanId" as spanID, "ParentSpanId" as parentSpanID, "ServiceName" as serviceName, "SpanName" as operationName,
 multiply(toUnixTimestamp64Nano("Timestamp"), 0.000001) as startTime, multiply("Duration", 0.000001) as duration,
 arrayMap(key -> map('key', key, 'value',"SpanAttributes"[key]), mapKeys("SpanAttributes")) as tags,
 arrayMap(key -> map('key', key, 'value',"ResourceAttributes"[key]), mapKeys("ResourceAttributes")) as serviceTags,
 if("StatusCode" IN ('Error','STATUS_CODE_ERROR'), 2, 0) as statusCode,
 arrayMap((name, timestamp, attributes) -> tuple(name, toString(toUnixTimestamp64Milli(timestamp)), arrayMap( key -> map('key', key, 'value', attributes[key]), mapKeys(attributes)))::Tuple(name String, timestamp String, fields Array(Map(String, String))), "Events".Name, "Events".Timestamp, "Events".Attributes) AS logs,
 arrayMap((traceID, spanID, attributes) -> tuple(traceID, spanID, arrayMap(key -> map('key', key, 'value', attributes[key]), mapKeys(attributes)))::Tuple(traceID String, spanID String, tags Array(Map(String, String))), "Links".TraceId, "Links".SpanId, "Links".Attributes) AS references,
 "SpanKind" as kind, "StatusMessage" as statusMessage, "TraceState" as traceState
FROM "{{database}}"."otel_traces" WHERE traceID = __gf_trace_id AND "Timestamp" >= __gf_trace_start AND "Timestamp" <= __gf_trace_end

-- name: trace-unknown
WITH '{{unknown_trace_id}}' as __gf_trace_id,
(SELECT min(Start) FROM "{{database}}"."otel_traces_trace_id_ts" WHERE TraceId = __gf_trace_id) as __gf_trace_start,
(SELECT max(End) + 1 FROM "{{database}}"."otel_traces_trace_id_ts" WHERE TraceId = __gf_trace_id) as __gf_trace_end
SELECT "TraceId" as traceID, "SpanId" as spanID, "ParentSpanId" as parentSpanID, "ServiceName" as serviceName, "SpanName" as operationName,
 multiply(toUnixTimestamp64Nano("Timestamp"), 0.000001) as startTime, multiply("Duration", 0.000001) as duration,
 arrayMap(key -> map('key', key, 'value',"SpanAttributes"[key]), mapKeys("SpanAttributes")) as tags,
 arrayMap(key -> map('key', key, 'value',"ResourceAttributes"[key]), mapKeys("ResourceAttributes")) as serviceTags,
 if("StatusCode" IN ('Error','STATUS_CODE_ERROR'), 2, 0) as statusCode,
 arrayMap((name, timestamp, attributes) -> tuple(name, toString(toUnixTimestamp64Milli(timestamp)), arrayMap( key -> map('key', key, 'value', attributes[key]), mapKeys(attributes)))::Tuple(name String, timestamp String, fields Array(Map(String, String))), "Events".Name, "Events".Timestamp, "Events".Attributes) AS logs,
 arrayMap((traceID, spanID, attributes) -> tuple(traceID, spanID, arrayMap(key -> map('key', key, 'value', attributes[key]), mapKeys(attributes)))::Tuple(traceID String, spanID String, tags Array(Map(String, String))), "Links".TraceId, "Links".SpanId, "Links".Attributes) AS references,
 "SpanKind" as kind, "StatusMessage" as statusMessage, "TraceState" as traceState
FROM "{{database}}"."otel_traces" WHERE traceID = __gf_trace_id AND "Timestamp" >= __gf_trace_start AND "Timestamp" <= __gf_trace_end

-- name: trace-window
SELECT min(Start), max(End) + 1 FROM "{{database}}"."otel_traces_trace_id_ts" WHERE TraceId = '{{trace_id}}'

-- name: trace-logs
SELECT Timestamp as "timestamp", Body as "body", SeverityText as "level", TraceId as "traceID", ResourceAttributes, ScopeAttributes, LogAttributes
FROM "{{database}}"."otel_logs" WHERE ( traceID = '{{trace_id}}' ) ORDER BY timestamp ASC

-- name: map-keys
SELECT DISTINCT arrayJoin(mapKeys("LogAttributes")) as keys FROM "{{database}}"."otel_logs" WHERE "Timestamp" >= now() - INTERVAL 6 HOUR LIMIT 1000

-- name: map-keys-subcolumn
SELECT DISTINCT arrayJoin("LogAttributes".keys) as keys FROM "{{database}}"."otel_logs" WHERE "TimestampTime" >= now() - INTERVAL 6 HOUR LIMIT 1000

-- name: map-keys-spans
SELECT DISTINCT arrayJoin(mapKeys("SpanAttributes")) as keys FROM "{{database}}"."otel_traces" WHERE "Timestamp" >= now() - INTERVAL 6 HOUR LIMIT 1000

-- name: map-keys-sample
SELECT DISTINCT arrayJoin(mapKeys("LogAttributes")) as keys FROM (SELECT "LogAttributes" FROM "{{database}}"."otel_logs" LIMIT 100000) LIMIT 1000

-- name: map-values
SELECT DISTINCT LogAttributes['order.id'] FROM "{{database}}"."otel_logs" WHERE mapContains(LogAttributes,'order.id') LIMIT 1000

-- name: map-values-spans
SELECT DISTINCT SpanAttributes['http.route'] FROM "{{database}}"."otel_traces" WHERE mapContains(SpanAttributes,'http.route') LIMIT 1000

-- name: distinct-services
SELECT DISTINCT "ServiceName" FROM "{{database}}"."otel_logs" LIMIT 1000

-- name: services-variable
SELECT DISTINCT ServiceName FROM {{database}}.otel_traces WHERE Timestamp >= toDateTime({{from}}) AND Timestamp <= toDateTime({{to}}) ORDER BY ServiceName

-- name: ad-hoc
SELECT Timestamp as "timestamp", Body as "body", SeverityText as "level" FROM "{{database}}"."otel_logs" WHERE ( timestamp >= toDateTime({{from}}) AND timestamp <= toDateTime({{to}}) ) ORDER BY timestamp DESC LIMIT 1000 settings additional_table_filters={'{{database}}.otel_logs' : ' ServiceName = \'payment\' AND SeverityText = \'ERROR\' '}

-- name: percentiles
SELECT toStartOfInterval(Timestamp, INTERVAL 60 second) AS time, quantile(0.5)(Duration) AS p50, quantile(0.9)(Duration) AS p90, quantile(0.99)(Duration) AS p99
FROM {{database}}.otel_traces WHERE Timestamp >= toDateTime({{from}}) AND Timestamp <= toDateTime({{to}}) AND ServiceName = 'payment' AND SpanKind = 'Server' GROUP BY time ORDER BY time

-- name: failures
SELECT toStartOfInterval(Timestamp, INTERVAL 60 second) AS time, ServiceName, countIf(StatusCode IN ('Error', 'STATUS_CODE_ERROR')) / count() AS failed
FROM {{database}}.otel_traces WHERE Timestamp >= toDateTime({{from}}) AND Timestamp <= toDateTime({{to}}) AND SpanKind = 'Server' GROUP BY time, ServiceName ORDER BY time

-- name: failed-spans
SELECT TraceId, Timestamp, ServiceName, SpanName, Duration FROM {{database}}.otel_traces
WHERE Timestamp >= toDateTime({{from}}) AND Timestamp <= toDateTime({{to}}) AND StatusCode IN ('Error', 'STATUS_CODE_ERROR') ORDER BY Timestamp DESC LIMIT 200

-- name: service-map
SELECT parent.ServiceName AS source, child.ServiceName AS target, count() AS calls FROM {{database}}.otel_traces AS child
INNER JOIN {{database}}.otel_traces AS parent ON child.ParentSpanId = parent.SpanId AND child.TraceId = parent.TraceId
WHERE child.Timestamp >= toDateTime({{from}}) AND child.Timestamp <= toDateTime({{to}}) AND parent.Timestamp >= toDateTime({{from}}) AND parent.Timestamp <= toDateTime({{to}}) AND parent.ServiceName != child.ServiceName
GROUP BY source, target ORDER BY calls DESC
