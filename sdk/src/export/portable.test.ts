import { createTraceState, SpanKind, TraceFlags } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { TracerProvider, type ReadableSpan, type SpanProcessor } from "@opentelemetry/sdk-trace";
import { expect, test } from "vitest";
import { packLogRecords, packSpans, unpackLogRecords, unpackSpans } from "./portable.ts";

const resource = resourceFromAttributes({ "service.name": "shop" }, { schemaUrl: "https://s" });
const LINKED = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  traceFlags: TraceFlags.SAMPLED,
  traceState: createTraceState("vendor=1"),
};

function recordSpans(): readonly ReadableSpan[] {
  const ended: ReadableSpan[] = [];
  const collect: SpanProcessor = {
    onStart: () => undefined,
    onEnd: (span) => void ended.push(span),
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
  const tracer = new TracerProvider({ resource, spanProcessors: [collect] }).getTracer("t", "1");
  for (const name of ["first", "second"]) {
    const span = tracer.startSpan(name, {
      kind: SpanKind.SERVER,
      attributes: { n: 1, list: ["a", "b"], deep: { x: true } },
      links: [{ context: LINKED, attributes: { why: "retry" } }],
    });
    span.addEvent("seen", { at: "door" });
    span.recordException(new Error("no"));
    span.end();
  }
  return ended;
}

test("spans come back as they were, and share their resource and scope as before", () => {
  const spans = recordSpans();
  const returned = unpackSpans(packSpans(spans));
  expect(returned.map(comparable)).toEqual(spans.map(comparable));
  const [first, second] = returned;
  expect(second?.resource).toBe(first?.resource);
  expect(second?.instrumentationScope).toBe(first?.instrumentationScope);
});

/** Everything an exporter reads, with methods called. */
function comparable(span: ReadableSpan): unknown {
  const { attributes, schemaUrl } = span.resource;
  return {
    name: span.name,
    kind: span.kind,
    context: span.spanContext(),
    attributes: span.attributes,
    events: span.events,
    links: span.links.map((link) => [link.attributes, link.context.traceState?.serialize()]),
    times: [span.startTime, span.endTime, span.duration],
    status: span.status,
    scope: { ...span.instrumentationScope },
    resource: [attributes, schemaUrl],
    dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
  };
}

test("log records come back as they were, whatever their body is", () => {
  const emitted: ReadableLogRecord[] = [];
  const provider = new LoggerProvider({
    resource,
    processors: [
      new SimpleLogRecordProcessor({
        exporter: {
          export: (records, done) => {
            emitted.push(...records);
            done({ code: 0 });
          },
          forceFlush: async () => undefined,
          shutdown: async () => undefined,
        },
      }),
    ],
  });
  const logger = provider.getLogger("l", "2");
  const cycle: Record<string, unknown> = { name: "loop", call: () => 1 };
  cycle["self"] = cycle;
  logger.emit({ severityNumber: 9, severityText: "info", body: "text", attributes: { n: 1.5 } });
  logger.emit({ body: { nested: [1, "two"] }, eventName: "paid" });
  logger.emit({ body: cycle as never });
  const [text, event, odd] = unpackLogRecords(packLogRecords(emitted));
  expect(text).toMatchObject({
    severityNumber: 9,
    severityText: "info",
    body: "text",
    attributes: { n: 1.5 },
    hrTime: emitted[0]?.hrTime,
    instrumentationScope: { name: "l", version: "2" },
  });
  expect(event).toMatchObject({ body: { nested: [1, "two"] }, eventName: "paid" });
  expect(JSON.stringify(odd?.body)).toContain("loop");
});

test("bytes of another shape are refused", () => {
  expect(() => unpackSpans(Buffer.from("not a batch"))).toThrow();
  expect(() => unpackLogRecords(packSpans([]).subarray(0, 5))).toThrow();
});
