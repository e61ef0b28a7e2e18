A day of telemetry, spread evenly, for the statements to search in: {{day}} is the unix second at which it begins.

-- name: logs
INSERT INTO otel_logs (Timestamp, TraceId, SpanId, SeverityText, SeverityNumber, ServiceName, Body, ResourceAttributes, LogAttributes)
SELECT
  fromUnixTimestamp64Nano((toInt64({{day}}) * 1000000 + number * 432000) * 1000) AS Timestamp,
  lower(hex(sipHash128(number, {{day}}))) AS TraceId,
  lower(hex(sipHash64(number, {{day}}))) AS SpanId,
  ['INFO', 'INFO', 'DEBUG', 'WARN', 'ERROR'][number % 5 + 1] AS SeverityText,
  [9, 9, 5, 13, 17][number % 5 + 1] AS SeverityNumber,
  ['checkout', 'payment', 'cart', 'shipping', 'gateway', 'mail', 'stock', 'price'][number % 8 + 1] AS ServiceName,
  concat('handled request ', toString(number), ' for customer ', toString(sipHash64(number) % 1000)) AS Body,
  map('service.name', ServiceName, 'k8s.pod.name', concat(ServiceName, '-', toString(number % 3))) AS ResourceAttributes,
  map('user.id', toString(sipHash64(number, 1) % 50000), 'http.response.status_code', toString([200, 404, 500][number % 3 + 1])) AS LogAttributes
FROM numbers(200000)

-- name: spans
INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, ResourceAttributes, SpanAttributes, Duration, StatusCode)
SELECT
  fromUnixTimestamp64Nano((toInt64({{day}}) * 1000000 + number * 432000) * 1000) AS Timestamp,
  lower(hex(sipHash128(intDiv(number, 4), {{day}}))) AS TraceId,
  lower(hex(sipHash64(number, {{day}}))) AS SpanId,
  if(number % 4 = 0, '', lower(hex(sipHash64(intDiv(number, 4) * 4, {{day}})))) AS ParentSpanId,
  concat('GET /', toString(number % 20)) AS SpanName,
  if(number % 4 = 0, 'Server', 'Client') AS SpanKind,
  ['gateway', 'payment', 'cart', 'shipping'][number % 4 + 1] AS ServiceName,
  map('service.name', ServiceName, 'service.version', if(number < 104166, '1.4.0', '1.5.0')) AS ResourceAttributes,
  map('http.route', concat('/', toString(number % 20))) AS SpanAttributes,
  1000000 + sipHash64(number, 2) % 500000000 AS Duration,
  if(number % 50 = 0, 'Error', 'Unset') AS StatusCode
FROM numbers(200000)
