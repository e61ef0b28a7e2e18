What can be asked in SQL.

-- name: columns
SELECT table, name, type, comment, default_kind AS kind
FROM system.columns
WHERE database = {database:String}
ORDER BY table, position
LIMIT {limit:UInt64}

-- name: tables
SELECT name, engine, comment
FROM system.tables
WHERE database = {database:String} AND engine != 'MaterializedView'
ORDER BY name
LIMIT {limit:UInt64}

-- name: functions
SELECT name, is_aggregate = 1 AS isAggregate, toString(syntax) AS syntax
FROM system.functions
ORDER BY name
LIMIT {limit:UInt64}
