-- What the product itself remembers; made before any migration, so every statement must hold on every version.
CREATE DATABASE IF NOT EXISTS {{metadata_database}} {{on_cluster}};

CREATE DATABASE IF NOT EXISTS {{database}} {{on_cluster}};

-- Two rows per migration: one before its first statement, one after its last. A start without an end is a migrator that
-- died half way: the migration runs again from its first statement.
CREATE TABLE IF NOT EXISTS {{metadata_database}}.migrations {{on_cluster}}
(
    `TargetDatabase` String,
    `Version` UInt32,
    `Name` String,
    -- SHA-256 of the migration's file; a migration that ran is never edited.
    `Checksum` String,
    `Event` LowCardinality(String),
    `Holder` String,
    `At` DateTime64(3) DEFAULT now64(3)
)
ENGINE = {{engine:MergeTree}}
ORDER BY (TargetDatabase, Version, At)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- A lock is held by inserting rows: the newest row of a holder says until when, by this server's clock.
CREATE TABLE IF NOT EXISTS {{metadata_database}}.migration_locks {{on_cluster}}
(
    `TargetDatabase` String,
    `Holder` String,
    `Released` Bool,
    `At` DateTime64(3) DEFAULT now64(3)
)
ENGINE = {{engine:MergeTree}}
ORDER BY (TargetDatabase, At)
TTL toDateTime(At) + toIntervalDay(7);

-- Partitions that were dropped: because they are past the retention of the settings, or because the disk is full.
CREATE TABLE IF NOT EXISTS {{metadata_database}}.dropped_partitions {{on_cluster}}
(
    `TargetDatabase` String,
    `Table` String,
    `Partition` String,
    `Rows` UInt64,
    `Bytes` UInt64,
    `Reason` LowCardinality(String),
    `At` DateTime64(3) DEFAULT now64(3)
)
ENGINE = {{engine:MergeTree}}
ORDER BY (TargetDatabase, At);
