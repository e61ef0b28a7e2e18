import type { TableName } from "@throughline/schemas";
import { ORIGINAL_END_KEY, ORIGINAL_TIMESTAMP_KEY } from "../row-notes.ts";
import type {
  KeyValue,
  LogRecord,
  LogsRequest,
  Resource,
  Scope,
  Span,
  TracesRequest,
} from "./decoded.ts";
import { expectedId, expectedMap, expectedText } from "./expected-text.ts";
import type { NativeValue } from "./native-reader.ts";

export type Row = Readonly<Record<string, NativeValue>>;

const DAY = 86_400_000_000_000n;
const PAST = 366n * DAY;
const FUTURE = 2n * DAY;

/** Rows per table and day, and how many records were refused. */
export class ExpectedRows {
  /** Key: `table/day`. */
  readonly rows = new Map<string, Row[]>();
  rejected = 0;
  readonly receivedAt: bigint;

  constructor(receivedAt: bigint) {
    this.receivedAt = receivedAt;
  }

  add(table: TableName, time: bigint, row: Row): void {
    const key = `${table}/${time / DAY}`;
    const rows = this.rows.get(key) ?? [];
    this.rows.set(key, [...rows, row]);
  }

  /** @returns the time a record is filed under, and what of its own time must be kept */
  file(time: bigint): { readonly time: bigint; readonly kept: readonly KeyValue[] } {
    if (time === 0n) return { time: this.receivedAt, kept: [] };
    if (time >= this.receivedAt - PAST && time <= this.receivedAt + FUTURE) {
      return { time, kept: [] };
    }
    return { time: this.receivedAt, kept: [note(ORIGINAL_TIMESTAMP_KEY, time)] };
  }
}

export function addLogs(expected: ExpectedRows, request: LogsRequest): void {
  for (const { resource, schemaUrl, scopeLogs } of request.resourceLogs) {
    for (const group of scopeLogs) {
      const shared = {
        ...resourceColumns(resource),
        ResourceSchemaUrl: schemaUrl,
        ResourceDroppedAttributesCount: resource?.droppedAttributesCount ?? 0,
        ...scopeColumns(group.scope, group.schemaUrl),
        ScopeDroppedAttributesCount: group.scope?.droppedAttributesCount ?? 0,
      };
      for (const record of group.logRecords) addLog(expected, shared, record);
    }
  }
}

function addLog(expected: ExpectedRows, shared: Row, record: LogRecord): void {
  if (![0, 16].includes(record.traceId.length) || ![0, 8].includes(record.spanId.length)) {
    expected.rejected++;
    return;
  }
  const { time, kept } = expected.file(record.timeUnixNano || record.observedTimeUnixNano);
  const { severityNumber } = record;
  const band = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"][(severityNumber - 1) >> 2];
  expected.add("otel_logs", time, {
    ...shared,
    Timestamp: time,
    ObservedTimestamp: signed(record.observedTimeUnixNano || expected.receivedAt),
    TraceId: expectedId(record.traceId),
    SpanId: expectedId(record.spanId),
    TraceFlags: record.flags % 256,
    Flags: record.flags,
    SeverityText: record.severityText || (severityNumber > 0 ? (band ?? "") : ""),
    SeverityNumber: severityNumber > 0 && severityNumber < 256 ? severityNumber : 0,
    Body: expectedText(record.body),
    LogAttributes: withNotes(record.attributes, kept),
    EventName: record.eventName,
    DroppedAttributesCount: record.droppedAttributesCount,
  });
}

export function addTraces(expected: ExpectedRows, request: TracesRequest): void {
  for (const { resource, schemaUrl, scopeSpans } of request.resourceSpans) {
    for (const group of scopeSpans) {
      const shared = {
        ...resourceColumns(resource),
        ResourceSchemaUrl: schemaUrl,
        ResourceDroppedAttributesCount: resource?.droppedAttributesCount ?? 0,
        ...scopeColumns(group.scope, group.schemaUrl),
        ScopeDroppedAttributesCount: group.scope?.droppedAttributesCount ?? 0,
      };
      for (const span of group.spans) addSpan(expected, shared, span);
    }
  }
}

function isStorable(span: Span): boolean {
  return (
    span.traceId.length === 16 &&
    span.spanId.length === 8 &&
    expectedId(span.traceId) !== "" &&
    expectedId(span.spanId) !== "" &&
    [0, 8].includes(span.parentSpanId.length) &&
    span.links.every(
      (link) => [0, 16].includes(link.traceId.length) && [0, 8].includes(link.spanId.length),
    )
  );
}

function addSpan(expected: ExpectedRows, shared: Row, span: Span): void {
  if (!isStorable(span)) {
    expected.rejected++;
    return;
  }
  const start = span.startTimeUnixNano;
  const end = span.endTimeUnixNano;
  const { time, kept } = expected.file(start);
  const endsEarly = start === 0n ? end !== 0n : end < start && end !== 0n;
  const notes = endsEarly ? [...kept, note(ORIGINAL_END_KEY, end)] : kept;
  expected.add("otel_traces", time, {
    ...shared,
    Timestamp: time,
    TraceId: expectedId(span.traceId),
    SpanId: expectedId(span.spanId),
    ParentSpanId: expectedId(span.parentSpanId),
    TraceState: span.traceState,
    SpanName: span.name,
    SpanKind:
      ["", "Internal", "Server", "Client", "Producer", "Consumer"][span.kind] || "Unspecified",
    SpanAttributes: withNotes(span.attributes, notes),
    Duration: start !== 0n && end > start ? end - start : 0n,
    StatusCode: ["", "Ok", "Error"][span.status?.code ?? 0] || "Unset",
    StatusMessage: span.status?.message ?? "",
    Flags: span.flags,
    DroppedAttributesCount: span.droppedAttributesCount,
    DroppedEventsCount: span.droppedEventsCount,
    DroppedLinksCount: span.droppedLinksCount,
    "Events.Timestamp": span.events.map((event) => signed(event.timeUnixNano)),
    "Events.Name": span.events.map((event) => event.name),
    "Events.Attributes": span.events.map((event) => expectedMap(event.attributes)),
    "Events.DroppedAttributesCount": span.events.map((event) => event.droppedAttributesCount),
    "Links.TraceId": span.links.map((link) => expectedId(link.traceId)),
    "Links.SpanId": span.links.map((link) => expectedId(link.spanId)),
    "Links.TraceState": span.links.map((link) => link.traceState),
    "Links.Attributes": span.links.map((link) => expectedMap(link.attributes)),
    "Links.Flags": span.links.map((link) => link.flags),
    "Links.DroppedAttributesCount": span.links.map((link) => link.droppedAttributesCount),
  });
}

export function resourceColumns(resource: Resource | undefined): Row {
  const attributes = resource?.attributes ?? [];
  const service = attributes.findLast(({ key }) => key === "service.name");
  return { ServiceName: expectedText(service?.value), ResourceAttributes: expectedMap(attributes) };
}

export function scopeColumns(scope: Scope | undefined, schemaUrl: string): Row {
  return {
    ScopeName: scope?.name ?? "",
    ScopeVersion: scope?.version ?? "",
    ScopeAttributes: expectedMap(scope?.attributes ?? []),
    ScopeSchemaUrl: schemaUrl,
  };
}

/** What we add comes after what was sent. */
export function withNotes(sent: readonly KeyValue[], notes: readonly KeyValue[]): NativeValue {
  return [...expectedMap(sent), ...notes.map(({ key, value }) => [key, expectedText(value)])];
}

/** DateTime64 is signed. */
export function signed(time: bigint): bigint {
  return time < 2n ** 63n ? time : 2n ** 63n - 1n;
}

function note(key: string, time: bigint): KeyValue {
  return { key, value: { value: { case: "stringValue", value: String(time) } } };
}
