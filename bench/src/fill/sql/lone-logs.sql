-- Outside of any trace: start-up, health, garbage collection, jobs.
INSERT INTO otel_logs
(
    Timestamp, SeverityText, SeverityNumber, ServiceName, Body, ResourceAttributes, ScopeName, LogAttributes, ObservedTimestamp
)
WITH
    cityHash64({seed:UInt32}, number, 3) AS lh,
    lh AS h,
    toString(lh % 100000) AS userId,
    bitShiftRight(lh, 40) % 1000 AS chance,
    multiIf(chance < 200, 'DEBUG', chance < 950, 'INFO', chance < 990, 'WARN', 'ERROR') AS severity,
    /*log-text*/ AS text,
    -- One in a hundred arrives up to an hour after it was written.
    {start:Int64} + intDiv((toInt64(number) - toInt64({lone_first:UInt64})) * {duration:Int64}, toInt64({lone_count:UInt64}))
        - if(bitShiftRight(lh, 50) % 100 = 1, toInt64(bitShiftRight(lh, 24) % 3600000000), 0) AS micros,
    concat(service, '-', lower(hex(toUInt16(cityHash64(service, bitShiftRight(lh, 9) % pods) % 65536)))) AS pod
SELECT
    fromUnixTimestamp64Nano(micros * 1000 + toInt64(lh % 1000)),
    severity,
    transform(severity, ['DEBUG', 'INFO', 'WARN', 'ERROR'], [5, 9, 13, 17], 9),
    service,
    /*log-body*/,
    mapConcat(resource, map('host.name', concat('node-', toString(cityHash64(pod) % 24)), 'k8s.pod.name', pod)),
    concat('com.shop.', service),
    mapFilter((key, value) -> value != '', map(
        'code.line.number', toString(10 + bitShiftRight(lh, 12) % 900),
        'elapsed.ms', if(lh % 3 = 0, toString(bitShiftRight(lh, 13) % 5000), ''),
        'job.id', if(lh % 4 = 0, lower(hex(reinterpretAsFixedString(lh))), ''),
        'tenant.id', if(lh % 10 = 0, toString(bitShiftRight(lh, 5) % 2000), ''),
        'thread.name', concat('background-', toString(bitShiftRight(lh, 30) % 8)))),
    fromUnixTimestamp64Nano((micros + 1000) * 1000)
FROM
(
    SELECT number, toUInt8(60 * pow((cityHash64({seed:UInt32}, number, 4) % 65536) / 65536, 2)) AS serviceNumber
    FROM numbers({lone_first:UInt64}, {lone_count:UInt64})
) AS numbered
INNER JOIN throughline.bench_services AS s ON s.number = numbered.serviceNumber
