-- Columns whose codec the schema profile decides: all of the two large tables that have one.
SELECT table, name, compression_codec AS codec
FROM system.columns
WHERE database = {database:String} AND table IN ('otel_logs', 'otel_traces') AND compression_codec != ''
ORDER BY table, position
