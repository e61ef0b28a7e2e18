SELECT
    name,
    extract(engine_full, 'TTL .*?toIntervalDay\\((\\d+)\\)') AS days
FROM system.tables
WHERE database = {database:String}
