/**
 * Sends one trace with logs through OpenTelemetry's Node SDK, then prints as JSON what the SDK says it sent.
 *
 *   usage: node node-sender.ts grpc|proto|json ENDPOINT
 *
 * The printed ledger is made from the SDK's own finished spans and log records (a second, in-memory exporter), so a
 * test can compare it with what is stored. Its shape is documented in e2e/src/ledger.ts.
 */
import {
  context,
  createTraceState,
  ROOT_CONTEXT,
  SeverityNumber,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type HrTime,
} from "@opentelemetry/api";
import { OTLPLogExporter as GrpcLogs } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPLogExporter as JsonLogs } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtoLogs } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPTraceExporter as GrpcTraces } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as JsonTraces } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtoTraces } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import * as logs from "@opentelemetry/sdk-logs";
import * as tracing from "@opentelemetry/sdk-trace";

const [protocol = "grpc", endpoint = "http://127.0.0.1:4317"] = process.argv.slice(2);

function exporters(): [tracing.SpanExporter, logs.LogRecordExporter] {
  const tracesUrl = `${endpoint}/v1/traces`;
  const logsUrl = `${endpoint}/v1/logs`;
  if (protocol === "grpc")
    return [new GrpcTraces({ url: endpoint }), new GrpcLogs({ url: endpoint })];
  if (protocol === "json")
    return [new JsonTraces({ url: tracesUrl }), new JsonLogs({ url: logsUrl })];
  return [new ProtoTraces({ url: tracesUrl }), new ProtoLogs({ url: logsUrl })];
}

const nanos = ([seconds, rest]: HrTime): string =>
  String(BigInt(seconds) * 1_000_000_000n + BigInt(rest));
const capitalized = (text = ""): string => text.charAt(0) + text.slice(1).toLowerCase();

/** Values as JSON can hold them; bytes as base64, as the collector stores them. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  return value;
}

function spanLedger(span: tracing.ReadableSpan): object {
  return {
    traceId: span.spanContext().traceId,
    spanId: span.spanContext().spanId,
    parentSpanId: span.parentSpanContext?.spanId ?? "",
    traceState: span.spanContext().traceState?.serialize() ?? "",
    name: span.name,
    kind: capitalized(SpanKind[span.kind]),
    startTimeUnixNano: nanos(span.startTime),
    endTimeUnixNano: nanos(span.endTime),
    status: {
      code: capitalized(SpanStatusCode[span.status.code]),
      message: span.status.message ?? "",
    },
    attributes: plain(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map((event) => ({
      timeUnixNano: nanos(event.time),
      name: event.name,
      attributes: plain(event.attributes ?? {}),
    })),
    links: span.links.map((link) => ({
      traceId: link.context.traceId,
      spanId: link.context.spanId,
      traceState: link.context.traceState?.serialize() ?? "",
      attributes: plain(link.attributes ?? {}),
    })),
    scopeName: span.instrumentationScope.name,
    scopeVersion: span.instrumentationScope.version ?? "",
  };
}

function logLedger(record: logs.ReadableLogRecord): object {
  return {
    traceId: record.spanContext?.traceId ?? "",
    spanId: record.spanContext?.spanId ?? "",
    traceFlags: record.spanContext?.traceFlags ?? 0,
    timeUnixNano: nanos(record.hrTime),
    observedTimeUnixNano: nanos(record.hrTimeObserved),
    severityNumber: record.severityNumber ?? 0,
    severityText: record.severityText ?? "",
    body: plain(record.body),
    eventName: record.eventName ?? "",
    attributes: plain(record.attributes),
    scopeName: record.instrumentationScope.name,
  };
}

const resource = resourceFromAttributes({
  "service.name": "node-sender",
  "service.version": "1.0.0",
  "process.pid": 4242,
});
const [spanExporter, logExporter] = exporters();
const spans = new tracing.InMemorySpanExporter();
const records = new logs.InMemoryLogRecordExporter();
const tracerProvider = new tracing.TracerProvider({
  resource,
  spanLimits: { attributeCountLimit: 9 },
  spanProcessors: [
    new tracing.SimpleSpanProcessor({ exporter: spans }),
    new tracing.BatchSpanProcessor({ exporter: spanExporter }),
  ],
});
const loggerProvider = new logs.LoggerProvider({
  resource,
  processors: [
    new logs.SimpleLogRecordProcessor({ exporter: records }),
    new logs.BatchLogRecordProcessor({ exporter: logExporter }),
  ],
});
const tracer = tracerProvider.getTracer("sender.node", "0.4.2");
const logger = loggerProvider.getLogger("sender.node");

const attributes: Attributes = {
  text: "naïve ünicode ✓ 日本語",
  empty: "",
  flag: true,
  count: 9007199254740991,
  negative: -42,
  ratio: 0.125,
  names: ["a", 'b "quoted"'],
  numbers: [1, 2, 3],
};
const elsewhere = {
  traceId: "0".repeat(31) + "7",
  spanId: "0".repeat(15) + "9",
  traceFlags: 1,
  traceState: createTraceState("vendor=42,other=x"),
};
const root = tracer.startSpan(
  "GET /orders",
  { kind: SpanKind.SERVER, links: [{ context: elsewhere, attributes: { why: "batch" } }] },
  ROOT_CONTEXT,
);
root.setAttributes(attributes);
root.addEvent("cache.miss", { key: "user:1", tries: 2 });
const inRoot = trace.setSpan(context.active(), root);
logger.emit({
  context: inRoot,
  severityNumber: SeverityNumber.INFO,
  severityText: "INFO",
  body: "order opened",
  attributes: { "order.id": 17 },
});
const child = tracer.startSpan("SELECT orders", { kind: SpanKind.CLIENT }, inRoot);
for (let number = 0; number < 12; number++) child.setAttribute(`key.${number}`, number);
logger.emit({
  context: trace.setSpan(inRoot, child),
  severityNumber: SeverityNumber.WARN2,
  severityText: "WARNING",
  eventName: "db.slow",
  body: { nested: { list: [1, "two", false] }, raw: new Uint8Array([0, 255]) },
});
child.recordException(new Error("no such table"));
child.setStatus({ code: SpanStatusCode.ERROR, message: "no such table" });
child.end();
root.setStatus({ code: SpanStatusCode.OK });
root.end();
logger.emit({
  context: ROOT_CONTEXT,
  severityNumber: SeverityNumber.ERROR,
  severityText: "ERROR",
  body: "outside any span",
});

const ledger = {
  resource: plain(resource.attributes),
  spans: spans.getFinishedSpans().map(spanLedger),
  logs: records.getFinishedLogRecords().map(logLedger),
};
await tracerProvider.shutdown();
await loggerProvider.shutdown();
process.stdout.write(JSON.stringify(ledger));
