/** Rows of the statements in `sql/trace.sql` and `sql/logs.sql`, and their way into the API's shapes. */
import { Type, type Static } from "typebox";
import { rowDecoder } from "../clickhouse/ask.ts";
import type { LogRecord, Span, SpanStatus } from "../wire.ts";

/** Not `Type.Record`: its key pattern refuses keys with a line break. */
const StringMap = Type.Unsafe<Record<string, string>>({
  type: "object",
  additionalProperties: { type: "string" },
});
const Texts = Type.Array(Type.String());
const Maps = Type.Array(StringMap);

const SpanRowSchema = Type.Object({
  spanId: Type.String(),
  parentSpanId: Type.String(),
  traceState: Type.String(),
  name: Type.String(),
  kind: Type.String(),
  serviceName: Type.String(),
  startTimeUnixNano: Type.String(),
  durationNano: Type.String(),
  statusCode: Type.String(),
  statusMessage: Type.String(),
  attributes: StringMap,
  resource: StringMap,
  scopeName: Type.String(),
  scopeVersion: Type.String(),
  eventTimes: Texts,
  eventNames: Texts,
  eventAttributes: Maps,
  linkTraceIds: Texts,
  linkSpanIds: Texts,
  linkTraceStates: Texts,
  linkAttributes: Maps,
});
export type SpanRow = Static<typeof SpanRowSchema>;
export const spanRows = rowDecoder(SpanRowSchema);

export const LOG_ROW = {
  id: Type.String(),
  timeUnixNano: Type.String(),
  traceId: Type.String(),
  spanId: Type.String(),
  traceFlags: Type.Number(),
  severityNumber: Type.Number(),
  severityText: Type.String(),
  serviceName: Type.String(),
  body: Type.String(),
  eventName: Type.String(),
  attributes: StringMap,
  resource: StringMap,
  scopeName: Type.String(),
};
export const logRows = rowDecoder(Type.Object(LOG_ROW));

const HashedLogSchema = Type.Object({ ...LOG_ROW, rowHash: Type.String() });
export type HashedLog = Static<typeof HashedLogSchema>;
export const hashedLogRows = rowDecoder(HashedLogSchema);

export function toLogRecord(row: HashedLog): LogRecord {
  const { rowHash: _hash, ...log } = row;
  return log;
}

/** A span of the API without its logs, which `assemble` puts in. */
export function toSpan(row: SpanRow): Span {
  return {
    spanId: row.spanId,
    parentSpanId: row.parentSpanId,
    traceState: row.traceState,
    name: row.name,
    kind: row.kind,
    serviceName: row.serviceName,
    startTimeUnixNano: row.startTimeUnixNano,
    durationNano: row.durationNano,
    status: { code: toStatusCode(row.statusCode), message: row.statusMessage },
    attributes: row.attributes,
    resource: row.resource,
    scopeName: row.scopeName,
    scopeVersion: row.scopeVersion,
    events: row.eventTimes.map((timeUnixNano, i) => ({
      timeUnixNano,
      name: row.eventNames[i] ?? "",
      attributes: row.eventAttributes[i] ?? {},
    })),
    links: row.linkTraceIds.map((traceId, i) => ({
      traceId,
      spanId: row.linkSpanIds[i] ?? "",
      traceState: row.linkTraceStates[i] ?? "",
      attributes: row.linkAttributes[i] ?? {},
    })),
    logs: [],
  };
}

/** Older exporters wrote OTLP's enum names. */
function toStatusCode(stored: string): SpanStatus["code"] {
  if (stored === "Error" || stored === "STATUS_CODE_ERROR") return "Error";
  if (stored === "Ok" || stored === "STATUS_CODE_OK") return "Ok";
  return "Unset";
}
