SELECT
    Version AS version,
    argMax(Name, At) AS name,
    argMax(Checksum, At) AS checksum
FROM {{metadata_database}}.migrations
WHERE TargetDatabase = {database:String} AND Event = 'finished'
GROUP BY Version
ORDER BY Version
