INSERT INTO otel_traces
(
    Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, ResourceAttributes, ScopeName, ScopeVersion,
    SpanAttributes, Duration, StatusCode, StatusMessage, Events.Timestamp, Events.Name, Events.Attributes, Flags
)
SELECT
    fromUnixTimestamp64Nano(micros * 1000 + toInt64(sh % 1000)),
    traceId,
    spanId,
    parentSpanId,
    name,
    kind,
    service,
    resourceAttributes,
    'io.opentelemetry.auto',
    '2.14.0',
    mapConcat(attributes, multiIf(
        flavour = 'http' AND kind = 'Server', map(
            'http.response.status_code', if(failed, '500', '200'),
            'tenant.id', tenantId,
            'url.path', concat('/', service, '/', toString(sh % 500000)),
            'user.id', userId),
        flavour = 'http', map('http.response.status_code', if(failed, '500', '200')),
        flavour = 'database', map('db.response.returned_rows', toString(sh % 200)),
        flavour = 'messaging', map('messaging.message.id', lower(hex(bitXor(sh, 12345)))),
        map('tenant.id', tenantId))),
    durationMicros * 1000,
    multiIf(failed, 'Error', kind = 'Server' AND sh % 3 = 0, 'Ok', 'Unset'),
    if(failedHere, concat('code E', leftPad(toString(h % 100000), 5, '0')), ''),
    if(failedHere, [fromUnixTimestamp64Nano((micros + toInt64(durationMicros)) * 1000)], []),
    if(failedHere, ['exception'], []),
    if(failedHere, [map('exception.message', concat('code E', leftPad(toString(h % 100000), 5, '0')), 'exception.type', 'TimeoutError')], []),
    1
FROM (/*trace-spans*/)
