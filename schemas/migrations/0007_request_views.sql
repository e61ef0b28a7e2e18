-- When the spans of a trace were stored, first and last: whether spans came late can be said only by whoever knows it.
-- 1970-01-01 for a trace of before this migration, which says nothing about it. Start and End stay the exporter's.
ALTER TABLE {{database}}.otel_traces_trace_id_ts {{on_cluster}}
    ADD COLUMN IF NOT EXISTS `StoredFirst` SimpleAggregateFunction(min, DateTime) CODEC(ZSTD(1));

ALTER TABLE {{database}}.otel_traces_trace_id_ts {{on_cluster}}
    ADD COLUMN IF NOT EXISTS `StoredLast` SimpleAggregateFunction(max, DateTime) CODEC(ZSTD(1));

ALTER TABLE {{database}}.otel_traces_trace_id_ts_mv {{on_cluster}}
MODIFY QUERY SELECT
    TraceId,
    min(Timestamp) AS Start,
    max(Timestamp) AS End,
    now() AS StoredFirst,
    now() AS StoredLast
FROM {{database}}.otel_traces
WHERE TraceId != ''
GROUP BY TraceId;

-- A span id leads to its trace: about one byte a row, and one look per granule.
ALTER TABLE {{database}}.otel_traces {{on_cluster}}
    ADD INDEX IF NOT EXISTS idx_span_id SpanId TYPE bloom_filter(0.001) GRANULARITY 1;

ALTER TABLE {{database}}.otel_traces {{on_cluster}}
    MATERIALIZE INDEX idx_span_id;

ALTER TABLE {{database}}.otel_logs {{on_cluster}}
    ADD INDEX IF NOT EXISTS idx_span_id SpanId TYPE bloom_filter(0.001) GRANULARITY 1;

ALTER TABLE {{database}}.otel_logs {{on_cluster}}
    MATERIALIZE INDEX idx_span_id;

-- A request for any SQL client: SELECT * FROM request_spans(id = '4bf92f3577b34da6a3ce929d0e0e4736'). Each reads the
-- trace's window in the id table first, and then only that window.

-- The spans as stored; where several have one id, the one that the API shows. Oldest first.
CREATE VIEW IF NOT EXISTS {{database}}.request_spans {{on_cluster}} AS
SELECT
    Timestamp, TraceId, SpanId, ParentSpanId, TraceState, SpanName, SpanKind, ServiceName, ResourceAttributes, ScopeName,
    ScopeVersion, SpanAttributes, Duration, StatusCode, StatusMessage, `Events.Timestamp`, `Events.Name`,
    `Events.Attributes`, `Links.TraceId`, `Links.SpanId`, `Links.TraceState`, `Links.Attributes`
FROM {{database}}.otel_traces
WHERE TraceId = {id:String}
    AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes((SELECT min(Start) FROM {{database}}.otel_traces_trace_id_ts WHERE TraceId = {id:String}))
    AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes((SELECT max(End) FROM {{database}}.otel_traces_trace_id_ts WHERE TraceId = {id:String}))
ORDER BY Timestamp, SpanId, Duration DESC, ParentSpanId, ServiceName, SpanName, SpanKind, StatusCode DESC
LIMIT 1 BY if(SpanId = '', toString(rowNumberInAllBlocks()), SpanId);

-- The logs from an hour before the first span to a day after the last; of a trace without spans, the logs of any time.
CREATE VIEW IF NOT EXISTS {{database}}.request_logs {{on_cluster}} AS
SELECT
    Timestamp, TraceId, SpanId, TraceFlags, SeverityText, SeverityNumber, ServiceName, Body, ResourceAttributes, ScopeName,
    ScopeVersion, ScopeAttributes, LogAttributes, EventName
FROM {{database}}.otel_logs
WHERE TraceId = {id:String}
    AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes((SELECT if(count() = 0, toDateTime(0), min(Start) - 3600) FROM {{database}}.otel_traces_trace_id_ts WHERE TraceId = {id:String}))
    AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes((SELECT if(count() = 0, toDateTime(4294967000), max(End) + 86400) FROM {{database}}.otel_traces_trace_id_ts WHERE TraceId = {id:String}))
ORDER BY Timestamp;

-- The spans as a tree, in reading order. Depth is 0 for a root and for a span whose parent is not stored; Path leads from
-- there to the span. From and Until, nanoseconds since 1970, are what of the span lies within all spans above it. Spans whose
-- parents form a circle are not in it, nor are those below the 1 000th level.
CREATE VIEW IF NOT EXISTS {{database}}.request_tree {{on_cluster}} AS
WITH RECURSIVE
    kept AS
    (
        SELECT
            Timestamp, SpanId, ParentSpanId, ServiceName, SpanName, SpanKind, StatusCode, Duration,
            toUnixTimestamp64Nano(Timestamp) AS StartNano,
            toUnixTimestamp64Nano(Timestamp) + toInt64(least(Duration, 9000000000000000000)) AS EndNano
        FROM {{database}}.request_spans(id = {id:String})
    ),
    tree AS
    (
        SELECT
            0 AS Depth, [SpanId] AS Path, [(StartNano, SpanId)] AS Place, StartNano AS From, EndNano AS Until,
            Timestamp, SpanId, ParentSpanId, ServiceName, SpanName, SpanKind, StatusCode, Duration
        FROM kept
        WHERE ParentSpanId = '' OR ParentSpanId NOT IN (SELECT SpanId FROM kept)
        UNION ALL
        SELECT
            tree.Depth + 1 AS Depth, arrayPushBack(tree.Path, kept.SpanId) AS Path,
            arrayPushBack(tree.Place, (kept.StartNano, kept.SpanId)) AS Place,
            greatest(kept.StartNano, tree.From) AS From,
            -- What a producer handed over runs on its own time: nobody waits for it.
            if(tree.SpanKind = 'Producer' AND kept.SpanKind = 'Consumer', -1, least(kept.EndNano, tree.Until)) AS Until,
            kept.Timestamp AS Timestamp, kept.SpanId AS SpanId, kept.ParentSpanId AS ParentSpanId,
            kept.ServiceName AS ServiceName, kept.SpanName AS SpanName, kept.SpanKind AS SpanKind,
            kept.StatusCode AS StatusCode, kept.Duration AS Duration
        FROM kept INNER JOIN tree ON kept.ParentSpanId = tree.SpanId
        WHERE tree.SpanId != ''
    )
SELECT Depth, Path, From, Until, Timestamp, SpanId, ParentSpanId, ServiceName, SpanName, SpanKind, StatusCode, Duration
FROM tree
ORDER BY Place;

-- SelfTime: nanoseconds of each span that none of its children covers.
CREATE VIEW IF NOT EXISTS {{database}}.request_self_time {{on_cluster}} AS
WITH kept AS
    (
        SELECT
            Timestamp, SpanId, ParentSpanId, ServiceName, SpanName, SpanKind, StatusCode, Duration,
            toUnixTimestamp64Nano(Timestamp) AS StartNano,
            toUnixTimestamp64Nano(Timestamp) + toInt64(least(Duration, 9000000000000000000)) AS EndNano
        FROM {{database}}.request_spans(id = {id:String})
    )
SELECT
    span.Timestamp AS Timestamp, span.SpanId AS SpanId, span.ParentSpanId AS ParentSpanId, span.ServiceName AS ServiceName,
    span.SpanName AS SpanName, span.SpanKind AS SpanKind, span.StatusCode AS StatusCode, span.Duration AS Duration,
    span.Duration - covered.Covered AS SelfTime
FROM kept AS span
LEFT JOIN
(
    SELECT parent.SpanId AS SpanId, intervalLengthSum(greatest(child.StartNano, parent.StartNano), least(child.EndNano, parent.EndNano)) AS Covered
    FROM kept AS child
    INNER JOIN kept AS parent ON child.ParentSpanId = parent.SpanId
    WHERE child.SpanId != parent.SpanId AND parent.SpanId != ''
        AND least(child.EndNano, parent.EndNano) > greatest(child.StartNano, parent.StartNano)
        AND NOT (parent.SpanKind = 'Producer' AND child.SpanKind = 'Consumer')
    GROUP BY parent.SpanId
) AS covered ON span.SpanId = covered.SpanId
ORDER BY Timestamp, SpanId;

-- What the request waited for: the spans on the way from the end of its longest root backwards, always the child that
-- finished last. PathTime is the nanoseconds that it waited for the span itself; they add up to the root's duration.
CREATE VIEW IF NOT EXISTS {{database}}.request_critical_path {{on_cluster}} AS
WITH
    tree AS (SELECT * FROM {{database}}.request_tree(id = {id:String})),
    -- By parent: its children that were waited for. Backwards from the parent's end, each that ended by the moment looked at.
    waited AS
    (
        SELECT
            parent.SpanId AS SpanId,
            arrayFold(
                (acc, child) -> if(child.1 <= acc.1 AND child.1 > child.2, (child.2, arrayPushBack(acc.2, child.4), acc.3 + child.1 - child.2), acc),
                arrayReverseSort(groupArray((child.Until, child.From, 0, child.SpanId))),
                (any(parent.Until), emptyArrayString(), toInt64(0))) AS walk
        FROM tree AS child
        INNER JOIN tree AS parent ON child.ParentSpanId = parent.SpanId
        WHERE child.Depth = parent.Depth + 1
        GROUP BY parent.SpanId
    )
SELECT
    tree.Depth AS Depth, tree.Timestamp AS Timestamp, tree.SpanId AS SpanId, tree.ParentSpanId AS ParentSpanId,
    tree.ServiceName AS ServiceName, tree.SpanName AS SpanName, tree.SpanKind AS SpanKind, tree.StatusCode AS StatusCode,
    tree.Duration AS Duration, tree.From AS From, tree.Until AS Until,
    tree.Until - tree.From - waited.walk.3 AS PathTime
FROM tree
LEFT JOIN waited ON tree.SpanId = waited.SpanId
WHERE tree.Path[1] = (SELECT argMax(SpanId, (Duration, -toUnixTimestamp64Nano(Timestamp))) FROM tree WHERE Depth = 0)
    AND length(arrayIntersect(tree.Path, (SELECT groupArrayArray(walk.2) FROM waited))) = tree.Depth
ORDER BY From, Depth;
