-- A tree in which every span has `fan_out` children, or (fan_out 1) a chain. Node i begins and ends inside its parent.
INSERT INTO otel_traces
(
    Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, ResourceAttributes, ScopeName, SpanAttributes,
    Duration, StatusCode, StatusMessage
)
WITH
    {fan_out:UInt64} AS fan,
    arrayMap(d -> toUInt64(intDiv(toInt64(pow(fan, d)) - 1, greatest(toInt64(fan) - 1, 1))), range(24)) AS firstOfLevel,
    if(fan = 1, number, arrayLastIndex(first -> first <= number, firstOfLevel) - 1) AS level,
    if(fan = 1, toFloat64(number), (number - firstOfLevel[level + 1]) * {duration_ns:UInt64} / pow(fan, level)) AS startNs,
    if(fan = 1, {duration_ns:UInt64} - 2. * number, {duration_ns:UInt64} / pow(fan, level) * 0.98) AS durationNs,
    number % 997 = 996 AS failed,
    concat('service-', toString(number % 11)) AS service
SELECT
    fromUnixTimestamp64Nano({start_ns:Int64} + toInt64(startNs)),
    {trace_id:String},
    leftPad(lower(hex(number + 1)), 16, '0'),
    if(number = 0, '', leftPad(lower(hex(intDiv(number - 1, fan) + 1)), 16, '0')),
    concat(['GET /items', 'SELECT items', 'POST /orders', 'reserve', 'publish'][1 + number % 5], ' ', toString(number % 37)),
    ['Server', 'Internal', 'Client'][1 + number % 3],
    service,
    map('service.name', service, 'host.name', concat('host-', toString(number % 5)), 'service.version', '1.4.2'),
    'bench',
    map('http.route', '/items/:id', 'http.response.status_code', if(failed, '500', '200'), 'item.id', toString(number)),
    toUInt64(greatest(durationNs, 1)),
    if(failed, 'Error', 'Unset'),
    if(failed, 'database is locked', '')
FROM numbers({spans:UInt64})
