-- What the generator joins with: small, and written anew at every start.
DROP TABLE IF EXISTS throughline.bench_routes;

CREATE TABLE throughline.bench_routes
(
    `route` UInt16,
    `place` UInt8,
    `parent` Int16,
    `service` String,
    `pods` UInt8,
    `resource` Map(String, String),
    `name` String,
    `kind` String,
    `flavour` String,
    `attributes` Map(String, String),
    `startMicros` UInt32,
    `durationMicros` UInt32,
    `logs` Float32,
    `failsWith` Array(UInt8)
)
ENGINE = MergeTree
ORDER BY (route, place);

DROP TABLE IF EXISTS throughline.bench_services;

CREATE TABLE throughline.bench_services
(
    `number` UInt8,
    `service` String,
    `pods` UInt8,
    `resource` Map(String, String)
)
ENGINE = MergeTree
ORDER BY number;
