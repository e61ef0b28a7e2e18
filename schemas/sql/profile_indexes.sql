-- Bytes are of merged and unmerged parts together, on this server.
SELECT table, name, type_full AS type, toFloat64(data_compressed_bytes) AS bytes
FROM system.data_skipping_indices
WHERE database = {database:String} AND table IN ('otel_logs', 'otel_traces')
ORDER BY table, name
