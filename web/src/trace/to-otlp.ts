import type { LogRecord, Span } from "@throughline/query/wire";
import type { TraceIndex } from "./trace-index.ts";

/**
 * The trace as OTLP/JSON (opentelemetry-proto's JSON mapping): `resourceSpans` as `/v1/traces` takes them and
 * `resourceLogs` as `/v1/logs` does, in one object; receivers ignore the member that is not theirs. Attribute values are
 * stored as text, so all of them are strings here.
 */
export interface OtlpTrace {
  readonly resourceSpans: readonly object[];
  readonly resourceLogs: readonly object[];
}

const SPAN_KINDS = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"];
const STATUS_CODES = ["Unset", "Ok", "Error"];

export function toOtlp(index: TraceIndex): OtlpTrace {
  const spans = index.nodes.flatMap((node) => (node.kind === "span" ? [node.span] : []));
  const logs = index.nodes.flatMap((node) =>
    node.items.flatMap((item) => (item.kind === "log" ? [item.log] : [])),
  );
  return {
    resourceSpans: grouped(spans).map(({ resource, scopes }) => ({
      resource,
      scopeSpans: scopes.map(({ scope, records }) => ({
        scope,
        spans: records.map((span) => toOtlpSpan(index.traceId, span)),
      })),
    })),
    resourceLogs: grouped(logs).map(({ resource, scopes }) => ({
      resource,
      scopeLogs: scopes.map(({ scope, records }) => ({
        scope,
        logRecords: records.map(toOtlpLog),
      })),
    })),
  };
}

interface FromScope {
  readonly resource: Readonly<Record<string, string>>;
  readonly scopeName: string;
  readonly scopeVersion?: string;
}

interface Scope<T> {
  readonly scope: { readonly name: string; readonly version?: string };
  readonly records: T[];
}

interface Group<T> {
  readonly resource: object;
  readonly scopes: Scope<T>[];
}

/** Records of one resource together, and in it those of one scope; both in the order of their first record. */
function grouped<T extends FromScope>(records: readonly T[]): readonly Group<T>[] {
  const groups = new Map<string, Map<string, Scope<T>>>();
  const resources = new Map<string, object>();
  for (const record of records) {
    const resource = JSON.stringify(record.resource);
    resources.set(resource, { attributes: toKeyValues(record.resource) });
    const scopes = groups.get(resource) ?? new Map<string, Scope<T>>();
    groups.set(resource, scopes);
    const version = record.scopeVersion ?? "";
    const key = `${record.scopeName}\u0000${version}`;
    const scope = scopes.get(key) ?? {
      scope: { name: record.scopeName, ...(version === "" ? {} : { version }) },
      records: [],
    };
    scopes.set(key, scope);
    scope.records.push(record);
  }
  return [...groups].map(([resource, scopes]) => ({
    resource: resources.get(resource) ?? {},
    scopes: [...scopes.values()],
  }));
}

function toOtlpSpan(traceId: string, span: Span): object {
  const end = BigInt(span.startTimeUnixNano) + BigInt(span.durationNano);
  return {
    traceId,
    spanId: span.spanId,
    ...given("parentSpanId", span.parentSpanId),
    ...given("traceState", span.traceState),
    name: span.name,
    kind: Math.max(0, SPAN_KINDS.indexOf(span.kind)),
    startTimeUnixNano: span.startTimeUnixNano,
    endTimeUnixNano: end.toString(),
    attributes: toKeyValues(span.attributes),
    events: span.events.map((event) => ({
      timeUnixNano: event.timeUnixNano,
      name: event.name,
      attributes: toKeyValues(event.attributes),
    })),
    links: span.links.map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      ...given("traceState", link.traceState),
      attributes: toKeyValues(link.attributes),
    })),
    status: {
      code: Math.max(0, STATUS_CODES.indexOf(span.status.code)),
      ...given("message", span.status.message),
    },
  };
}

function toOtlpLog(log: LogRecord): object {
  return {
    timeUnixNano: log.timeUnixNano,
    severityNumber: log.severityNumber,
    ...given("severityText", log.severityText),
    ...given("eventName", log.eventName),
    body: { stringValue: log.body },
    attributes: toKeyValues(log.attributes),
    flags: log.traceFlags,
    ...given("traceId", log.traceId),
    ...given("spanId", log.spanId),
  };
}

/** Fields that hold their default are left out, as the mapping allows. */
function given(name: string, value: string): Record<string, string> {
  return value === "" ? {} : { [name]: value };
}

function toKeyValues(attributes: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}
