-- What was taken away before its time, by the disk's limit.
SELECT Table AS table, toFloat64(sum(Rows)) AS rows, toFloat64(sum(Bytes)) AS bytes, toFloat64(count()) AS partitions, max(At) AS last
FROM {{metadata_database}}.dropped_partitions
WHERE TargetDatabase = {database:String} AND Reason = 'disk'
GROUP BY Table
ORDER BY Table
