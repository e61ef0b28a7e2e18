SELECT table, toFloat64(sum(rows)) AS rows, toFloat64(sum(data_compressed_bytes)) AS bytes
FROM system.parts
WHERE active AND database = {database:String} AND table IN ('otel_logs', 'otel_traces')
GROUP BY table
