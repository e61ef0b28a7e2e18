-- The tables that drop what is older than a number of days, and from which moment the days count.
SELECT
    name,
    extract(engine_full, ' TTL (.*?) \\+ toIntervalDay\\(\\d+\\)') AS counted_from,
    toUInt32OrZero(extract(engine_full, ' TTL .*?toIntervalDay\\((\\d+)\\)')) AS days
FROM system.tables
WHERE database = {database:String} AND days > 0 AND counted_from != ''
ORDER BY name
