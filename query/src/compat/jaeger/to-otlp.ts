/** Traces as OTLP's JSON, which Jaeger's third API answers: `TracesData`, grouped by resource and scope. */
import type { LogRecord, Span, Trace } from "../../wire.ts";
import type { Showing } from "../asked.ts";
import { logFields } from "../log-fields.ts";
import { typedValue } from "../typed-value.ts";
import { spanIds } from "./trace-notes.ts";

export interface TracesData {
  readonly resourceSpans: readonly ResourceSpans[];
}

interface ResourceSpans {
  readonly resource: { readonly attributes: readonly KeyValue[] };
  readonly scopeSpans: ScopeSpans[];
}

interface ScopeSpans {
  readonly scope: { readonly name: string; readonly version: string };
  readonly spans: object[];
}

interface KeyValue {
  readonly key: string;
  readonly value:
    | { readonly stringValue: string }
    | { readonly boolValue: boolean }
    | { readonly intValue: string };
}

/** OTLP's numbers; enums travel as numbers in its JSON. */
const KINDS = new Map([
  ["Internal", 1],
  ["Server", 2],
  ["Client", 3],
  ["Producer", 4],
  ["Consumer", 5],
]);
const STATUS_CODES = { Unset: 0, Ok: 1, Error: 2 } as const;

export function toTracesData(traces: readonly Trace[], showing: Showing): TracesData {
  const groups = new Groups();
  for (const trace of traces) {
    const ids = spanIds(trace.spans);
    trace.spans.forEach((span, index) => {
      groups.spansOf(span).push(toOtlpSpan(span, { trace, spanId: ids[index] ?? "", showing }));
    });
  }
  return { resourceSpans: groups.all };
}

class Groups {
  readonly all: ResourceSpans[] = [];
  readonly #resources = new Map<string, ResourceSpans>();
  readonly #scopes = new Map<string, ScopeSpans>();

  spansOf({ serviceName, resource, scopeName, scopeVersion }: Span): object[] {
    const resourceKey = JSON.stringify([serviceName, Object.entries(resource)]);
    const scopeKey = JSON.stringify([resourceKey, scopeName, scopeVersion]);
    const known = this.#scopes.get(scopeKey);
    if (known !== undefined) return known.spans;
    let group = this.#resources.get(resourceKey);
    if (group === undefined) {
      const named = serviceName === "" ? resource : { "service.name": serviceName, ...resource };
      group = { resource: { attributes: attributes(Object.entries(named)) }, scopeSpans: [] };
      this.#resources.set(resourceKey, group);
      this.all.push(group);
    }
    const scope = { scope: { name: scopeName, version: scopeVersion }, spans: [] };
    this.#scopes.set(scopeKey, scope);
    group.scopeSpans.push(scope);
    return scope.spans;
  }
}

interface Place {
  readonly trace: Trace;
  readonly spanId: string;
  readonly showing: Showing;
}

/** Absent is what OTLP leaves out: the clients check an id that is there, and an empty one is none. */
function toOtlpSpan(span: Span, { trace, spanId, showing }: Place): object {
  const end = BigInt(span.startTimeUnixNano) + BigInt(span.durationNano);
  const events = [
    ...span.events.map((event) => ({
      timeUnixNano: event.timeUnixNano,
      name: event.name,
      attributes: attributes(Object.entries(event.attributes)),
    })),
    ...(showing.logs ? span.logs.map((log) => logEvent(log)) : []),
  ].sort((a, b) => Number(BigInt(a.timeUnixNano) - BigInt(b.timeUnixNano)));
  const links = span.links.filter((link) => isId(link.traceId, 32) && isId(link.spanId, 16));
  const { code, message } = span.status;
  return {
    traceId: trace.traceId,
    spanId,
    ...(span.traceState === "" ? {} : { traceState: span.traceState }),
    ...(isId(span.parentSpanId, 16) ? { parentSpanId: span.parentSpanId } : {}),
    name: span.name,
    kind: KINDS.get(span.kind) ?? 0,
    startTimeUnixNano: span.startTimeUnixNano,
    endTimeUnixNano: String(end),
    attributes: attributes(Object.entries(span.attributes)),
    ...(events.length === 0 ? {} : { events }),
    ...(links.length === 0
      ? {}
      : {
          links: links.map((link) => ({
            traceId: link.traceId,
            spanId: link.spanId,
            ...(link.traceState === "" ? {} : { traceState: link.traceState }),
            attributes: attributes(Object.entries(link.attributes)),
          })),
        }),
    status: {
      ...(message === "" ? {} : { message }),
      ...(code === "Unset" ? {} : { code: STATUS_CODES[code] }),
    },
  };
}

function logEvent(log: LogRecord): {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly KeyValue[];
} {
  const [[, name] = ["event", "log"], ...fields] = logFields(log);
  return { timeUnixNano: log.timeUnixNano, name, attributes: attributes(fields) };
}

function attributes(entries: readonly (readonly [string, string])[]): readonly KeyValue[] {
  return entries.map(([key, text]) => {
    const typed = typedValue(key, text);
    switch (typed.type) {
      case "string":
        return { key, value: { stringValue: typed.text } };
      case "bool":
        return { key, value: { boolValue: typed.value } };
      case "int64":
        return { key, value: { intValue: typed.text } };
    }
  });
}

function isId(text: string, digits: number): boolean {
  return text.length === digits && /[1-9a-f]/.test(text);
}
