-- The tables that drop what is older than a number of days, and from which moment the days count. Only where that is all of the TTL: a column,
-- or a function of one, and the days. After a condition, a tier or another interval there is more to a TTL than a number can say.
SELECT
    name,
    ' TTL ((?:\\w+\\()?[`\\w.]+(?:, \'[^\']*\')?\\)?) \\+ toIntervalDay\\((\\d+)\\)(?: SETTINGS |$)' AS whole_ttl,
    extractGroups(engine_full, whole_ttl) AS parts,
    parts[1] AS counted_from,
    toUInt32OrZero(parts[2]) AS days
FROM system.tables
WHERE database = {database:String} AND days > 0
ORDER BY name
