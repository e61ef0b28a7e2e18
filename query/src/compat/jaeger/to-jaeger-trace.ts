/** A trace as Jaeger's first API writes it: times in microseconds, processes apart, parents and links as references. */
import type { LogRecord, Span, SpanEvent, Trace } from "../../wire.ts";
import type { Showing } from "../asked.ts";
import { logFields } from "../log-fields.ts";
import { typedValue } from "../typed-value.ts";
import { spanIds, traceWarnings } from "./trace-notes.ts";

export interface JaegerTrace {
  readonly traceID: string;
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<Record<string, JaegerProcess>>;
  readonly warnings: readonly string[];
}

interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly flags: number;
  readonly operationName: string;
  readonly references: readonly JaegerReference[];
  /** Microseconds since 1970. */
  readonly startTime: number;
  /** Microseconds. */
  readonly duration: number;
  readonly tags: readonly KeyValue[];
  readonly logs: readonly JaegerLog[];
  readonly processID: string;
  readonly warnings: readonly string[];
}

interface JaegerProcess {
  readonly serviceName: string;
  readonly tags: readonly KeyValue[];
}

interface JaegerReference {
  readonly refType: "CHILD_OF" | "FOLLOWS_FROM";
  readonly traceID: string;
  readonly spanID: string;
}

interface JaegerLog {
  readonly timestamp: number;
  readonly fields: readonly KeyValue[];
}

interface KeyValue {
  readonly key: string;
  readonly type: "string" | "bool" | "int64";
  readonly value: string | boolean | number;
}

const FLAG_SAMPLED = 1;

export function toJaegerTrace(trace: Trace, showing: Showing): JaegerTrace {
  const processes = new Processes();
  const ids = spanIds(trace.spans);
  const missing = new Set(trace.missingParents);
  const repeated = new Set(trace.duplicateSpanIds);
  const spans = trace.spans.map((span, index): JaegerSpan => {
    const warnings = [
      ...(missing.has(span.parentSpanId)
        ? [`The parent span ${span.parentSpanId} is not stored.`]
        : []),
      ...(repeated.has(span.spanId) ? ["Several stored spans have this id; one is shown."] : []),
    ];
    return {
      traceID: trace.traceId,
      spanID: ids[index] ?? "",
      flags: FLAG_SAMPLED,
      operationName: span.name,
      references: references(trace.traceId, span),
      startTime: micros(span.startTimeUnixNano),
      duration: micros(span.durationNano),
      tags: spanTags(span),
      logs: spanLogs(span, showing),
      processID: processes.idOf(span),
      warnings,
    };
  });
  return {
    traceID: trace.traceId,
    spans,
    processes: processes.all,
    warnings: traceWarnings(trace, showing),
  };
}

/** Services with the same resource are one process. */
class Processes {
  readonly all: Record<string, JaegerProcess> = {};
  readonly #ids = new Map<string, string>();

  idOf({ serviceName, resource }: Span): string {
    const key = JSON.stringify([serviceName, Object.entries(resource)]);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = `p${this.#ids.size + 1}`;
    this.#ids.set(key, id);
    const others = Object.entries(resource).filter(([name]) => name !== "service.name");
    this.all[id] = { serviceName, tags: others.map(([name, text]) => keyValue(name, text)) };
    return id;
  }
}

function references(traceID: string, span: Span): JaegerReference[] {
  const parent = span.parentSpanId;
  return [
    ...(parent === "" ? [] : [{ refType: "CHILD_OF" as const, traceID, spanID: parent }]),
    ...span.links
      .filter((link) => link.traceId !== "" && link.spanId !== "")
      .map((link) => ({
        refType: "FOLLOWS_FROM" as const,
        traceID: link.traceId,
        spanID: link.spanId,
      })),
  ];
}

/** The attributes, then the fields that Jaeger keeps in tags, under the names that OpenTelemetry's translation gives them. */
function spanTags(span: Span): KeyValue[] {
  const tags = Object.entries(span.attributes).map(([key, text]) => keyValue(key, text));
  const add = (key: string, text: string): void => {
    if (text !== "" && !Object.hasOwn(span.attributes, key)) tags.push(keyValue(key, text));
  };
  add("span.kind", span.kind === "Unspecified" ? "" : span.kind.toLowerCase());
  if (span.status.code !== "Unset") add("otel.status_code", span.status.code.toUpperCase());
  add("error", span.status.code === "Error" ? "true" : "");
  add("otel.status_description", span.status.message);
  add("otel.scope.name", span.scopeName);
  add("otel.scope.version", span.scopeVersion);
  add("w3c.tracestate", span.traceState);
  return tags;
}

function spanLogs(span: Span, showing: Showing): JaegerLog[] {
  const events = span.events.map((event) => eventLog(event));
  if (!showing.logs || span.logs.length === 0) return events;
  return [...events, ...span.logs.map((log) => recordLog(log))].sort(
    (a, b) => a.timestamp - b.timestamp,
  );
}

function eventLog(event: SpanEvent): JaegerLog {
  const fields = Object.entries(event.attributes).map(([key, text]) => keyValue(key, text));
  const named = event.name === "" || Object.hasOwn(event.attributes, "event");
  return {
    timestamp: micros(event.timeUnixNano),
    fields: named ? fields : [keyValue("event", event.name), ...fields],
  };
}

function recordLog(log: LogRecord): JaegerLog {
  return {
    timestamp: micros(log.timeUnixNano),
    fields: logFields(log).map(([key, text]) => keyValue(key, text)),
  };
}

function keyValue(key: string, text: string): KeyValue {
  const typed = typedValue(key, text);
  if (typed.type === "bool") return { key, type: "bool", value: typed.value };
  if (typed.type === "string") return { key, type: "string", value: typed.text };
  const number = Number(typed.text);
  // As Jaeger does: a number that JavaScript cannot hold travels as its text.
  return { key, type: "int64", value: Number.isSafeInteger(number) ? number : typed.text };
}

function micros(nanos: string): number {
  return Number(BigInt(nanos) / 1_000n);
}
