-- Inside spans: times between a span's start and end.
INSERT INTO otel_logs
(
    Timestamp, TraceId, SpanId, TraceFlags, SeverityText, SeverityNumber, ServiceName, Body, ResourceAttributes, ScopeName,
    LogAttributes, ObservedTimestamp
)
WITH
    cityHash64(sh, k) AS lh,
    bitShiftRight(lh, 40) % 1000 AS chance,
    multiIf(failedHere AND k = 0, 'ERROR', chance < 100, 'DEBUG', chance < 900, 'INFO', chance < 980, 'WARN', 'ERROR') AS severity,
    /*log-text*/ AS text,
    (micros + toInt64(durationMicros * (k + 0.5) / n)) * 1000 + toInt64(lh % 1000) AS nanos
SELECT
    fromUnixTimestamp64Nano(nanos),
    traceId,
    spanId,
    1,
    severity,
    transform(severity, ['DEBUG', 'INFO', 'WARN', 'ERROR'], [5, 9, 13, 17], 9),
    service,
    /*log-body*/,
    resourceAttributes,
    concat('com.shop.', service),
    mapFilter((key, value) -> value != '', map(
        'code.function.name', name,
        'code.line.number', toString(10 + bitShiftRight(lh, 12) % 900),
        'customer.tier', if(lh % 2 = 0, ['free', 'free', 'plus', 'business'][1 + h % 4], ''),
        'elapsed.ms', if(lh % 3 = 0, toString(bitShiftRight(lh, 13) % 5000), ''),
        'exception.type', if(severity = 'ERROR', ['TimeoutError', 'ValidationError', 'ConnectionError'][1 + lh % 3], ''),
        'order.id', if(lh % 5 = 0, toString(10000000 + h % 20000000), ''),
        'order.status', if(lh % 5 = 0, ['paid', 'paid', 'placed', 'shipped', 'returned'][1 + bitShiftRight(lh, 20) % 5], ''),
        'region', ['eu-west', 'eu-west', 'us-east', 'ap-south'][1 + bitShiftRight(h, 7) % 4],
        'request.id', if(h % 3 = 0, requestId, ''),
        'tenant.id', if(lh % 2 = 0, tenantId, ''),
        'thread.name', concat('worker-', toString(bitShiftRight(lh, 30) % 16)),
        'user.id', if(bitShiftRight(lh, 8) % 5 < 3, userId, ''))),
    fromUnixTimestamp64Nano(nanos + 1000000)
FROM
(
    SELECT
        *,
        -- The fraction is drawn, so that the mean is what was asked for.
        toUInt32(logs * {logs_scale:Float64} * 2 * (bitShiftRight(sh, 10) % 65536) / 65536 + (bitShiftRight(sh, 26) % 65536) / 65536)
            + failedHere AS n
    FROM (/*trace-spans*/)
)
ARRAY JOIN range(n) AS k
