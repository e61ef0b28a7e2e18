-- Everyone who wants the lock or has it, and has said so within the lease.
SELECT Holder AS holder
FROM {{metadata_database}}.migration_locks
WHERE TargetDatabase = {database:String} AND At > now64(3) - toIntervalDay(1)
GROUP BY Holder
HAVING NOT argMax(Released, (At, Released)) AND max(At) > now64(3) - toIntervalMillisecond({leaseMs:UInt32})
ORDER BY Holder
