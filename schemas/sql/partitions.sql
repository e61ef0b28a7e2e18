-- Partitions with rows, and which days each can hold, by UTC: from `begins` on, before `ends`. A partition key that is not one of
-- ours has no `ends`: nobody but its owner can say what is in it. What is compared and added is a Float64: integers of 64 bits, and sums with them,
-- would reach JavaScript as text.
SELECT
    p.table AS table,
    p.partition AS partition,
    p.partition_id AS partition_id,
    multiIf(
        t.partition_key LIKE 'toDate(%', toUnixTimestamp(toDateTime(toDateOrZero(p.partition), 'UTC')),
        t.partition_key LIKE 'toStartOfWeek(%', toUnixTimestamp(toDateTime(toDateOrZero(p.partition), 'UTC')),
        t.partition_key LIKE 'toYYYYMM(%', toUnixTimestamp(toDateTime(toDateOrZero(concat(p.partition, '01')), 'UTC')),
        0) AS begins,
    toFloat64(multiIf(
        t.partition_key LIKE 'toDate(%', begins + 86400,
        t.partition_key LIKE 'toStartOfWeek(%', begins + 7 * 86400,
        t.partition_key LIKE 'toYYYYMM(%', toUnixTimestamp(toDateTime(addMonths(toDateOrZero(concat(p.partition, '01')), 1), 'UTC')),
        0)) AS ends,
    toUnixTimestamp(min(p.min_time)) AS oldest,
    toUnixTimestamp(max(p.max_time)) AS newest,
    toFloat64(sum(p.rows)) AS rows,
    toFloat64(sum(p.bytes_on_disk)) AS bytes
FROM system.parts AS p
INNER JOIN system.tables AS t ON t.database = p.database AND t.name = p.table
WHERE p.active AND p.database = {database:String} AND p.rows > 0
GROUP BY p.table, p.partition, p.partition_id, t.partition_key
ORDER BY begins, table
