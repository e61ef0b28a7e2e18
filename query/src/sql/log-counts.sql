Counts of logs over whole minutes from the rollup, and over the part minutes at both ends from the logs.

-- name: together
-- One statement: each end by itself costs as much as all minutes of a service.
SELECT bucket, severityNumber, text, sum(logs) AS logs
FROM
(
  SELECT bucket, severityNumber, text, logs
  FROM
  (
    /*minutes*/
  )
  UNION ALL
  SELECT bucket, severityNumber, text, logs
  FROM
  (
    /*ends*/
  )
)
GROUP BY bucket, severityNumber, text
LIMIT {limit:UInt64}

-- name: at-ends
(Timestamp >= fromUnixTimestamp64Nano({from:Int64}) AND Timestamp < fromUnixTimestamp64Nano({whole_from:Int64}))
OR (Timestamp >= fromUnixTimestamp64Nano({whole_to:Int64}) AND Timestamp < fromUnixTimestamp64Nano({to:Int64}))
