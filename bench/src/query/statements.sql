-- What the query service asked of ClickHouse, by statement, the most costly first.
SELECT
    toFloat64(count()) AS times,
    quantile(0.5)(query_duration_ms) AS p50Ms,
    quantile(0.95)(query_duration_ms) AS p95Ms,
    avg(ProfileEvents['OSCPUVirtualTimeMicroseconds']) / 1000 AS cpuMs,
    avg(read_rows) AS rowsRead,
    avg(read_bytes) AS bytesRead,
    avg(ProfileEvents['SelectedMarks']) AS granules,
    avg(ProfileEvents['SelectedParts']) AS parts,
    argMax(replaceRegexpAll(query, '\\s+', ' '), query_duration_ms) AS slowest
FROM system.query_log
WHERE type = 'QueryFinish' AND user = 'throughline_query'
GROUP BY normalized_query_hash
ORDER BY times * cpuMs DESC
LIMIT 100
