-- Traces by number, and the spans of each: everything that spans and logs of a trace share. Late: of one trace in a
-- hundred half the spans arrive up to an hour after they began, so in a later block than the rest.
SELECT
    h,
    traceId,
    userId,
    tenantId,
    requestId,
    service,
    place,
    name,
    kind,
    flavour,
    attributes,
    logs,
    parent,
    cityHash64(h, place) AS sh,
    has(failsWith, failPlace) AS failed,
    failPlace = place AS failedHere,
    startMicros + toInt64(r.startMicros * speed) AS micros,
    toUInt64(r.durationMicros * speed * (0.75 + 0.25 * (sh % 1024) / 1024)) AS durationMicros,
    lower(hex(reinterpretAsFixedString(cityHash64(h, place, 7)))) AS spanId,
    if(parent < 0, '', lower(hex(reinterpretAsFixedString(cityHash64(h, toUInt8(greatest(parent, 0)), 7))))) AS parentSpanId,
    concat(service, '-', lower(hex(toUInt16(cityHash64(service, bitShiftRight(h, 9) % pods) % 65536)))) AS pod,
    mapConcat(resource, map('host.name', concat('node-', toString(cityHash64(pod) % 24)), 'k8s.pod.name', pod)) AS resourceAttributes
FROM
(
    SELECT
        number AS t,
        cityHash64({seed:UInt32}, number) AS h,
        cityHash64(h, 1) AS g,
        toUInt16(600 * pow((h % 65536) / 65536, 3)) AS route,
        lower(hex(sipHash128(h))) AS traceId,
        toString(toUInt32(100000 * pow((bitShiftRight(h, 16) % 65536 + (g % 65536) / 65536) / 65536, 1.5))) AS userId,
        toString(toUInt32(2000 * pow((bitShiftRight(h, 32) % 65536) / 65536, 2))) AS tenantId,
        lower(hex(reinterpretAsFixedString(cityHash64(h, 2)))) AS requestId,
        -- About log-normal; one in a hundred is slow all along.
        exp(0.9 * ((bitShiftRight(g, 0) % 65536 + bitShiftRight(g, 16) % 65536 + bitShiftRight(g, 32) % 65536) / 65536 - 1.5))
            * if(bitShiftRight(g, 48) % 100 = 0, 12, 1) AS speed,
        if(bitShiftRight(h, 48) % 1000 < 150, bitShiftRight(h, 20) % 60, 255) AS failPlace,
        {start:Int64} + intDiv((toInt64(number) - toInt64({first:UInt64})) * {duration:Int64}, toInt64({count:UInt64}))
            + toInt64(bitShiftRight(g, 8) % 1000000) AS startMicros,
        bitShiftRight(g, 40) % 100 = 1 AS late,
        toInt64(bitShiftRight(g, 24) % 3600000000) AS delayMicros
    FROM numbers({from:UInt64}, {first:UInt64} + {count:UInt64} - {from:UInt64})
    WHERE number >= {first:UInt64} OR late
) AS traces
INNER JOIN throughline.bench_routes AS r USING (route)
-- When it arrives decides about the block, and only for late spans that is not when it began.
WHERE if(late AND bitShiftRight(cityHash64(h, place), 12) % 2 = 0,
    startMicros + delayMicros >= {start:Int64} AND startMicros + delayMicros < {start:Int64} + {duration:Int64},
    t >= {first:UInt64})
