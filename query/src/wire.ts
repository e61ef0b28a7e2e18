/**
 * The answers of the HTTP API, as they travel. TypeBox values are the JSON Schemas that validate, serialize and
 * document them (`openapi.json`); the web UI imports the types and nothing else of this package.
 *
 * Times are nanoseconds since the epoch written as decimal strings: JavaScript's numbers cannot hold them.
 */
import { Type, type Static } from "typebox";

const UnixNano = Type.String({
  pattern: "^[0-9]{1,20}$",
  description: "nanoseconds since 1970, decimal",
});
const Nanos = Type.String({
  pattern: "^[0-9]{1,20}$",
  description: "a duration in nanoseconds, decimal",
});
const TraceIdHex = Type.String({ description: "32 lower-case hex digits, or empty" });
const SpanIdHex = Type.String({ description: "16 lower-case hex digits, or empty" });
const Attributes = Type.Record(Type.String(), Type.String());

/** What an answer cost and whether it is whole. */
export const Meta = Type.Object({
  elapsedMs: Type.Number(),
  rowsRead: Type.Number(),
  bytesRead: Type.Number(),
  complete: Type.Boolean({ description: "false when a limit cut the answer short" }),
  reason: Type.Optional(Type.String({ description: "why it is not complete, and the remedy" })),
});
export type Meta = Static<typeof Meta>;

export const LogRecord = Type.Object({
  timeUnixNano: UnixNano,
  traceId: TraceIdHex,
  spanId: SpanIdHex,
  traceFlags: Type.Number(),
  severityNumber: Type.Number({ description: "1..24 as in OpenTelemetry, 0 when not given" }),
  severityText: Type.String(),
  serviceName: Type.String(),
  body: Type.String(),
  eventName: Type.String(),
  attributes: Attributes,
  resource: Attributes,
  scopeName: Type.String(),
});
export type LogRecord = Static<typeof LogRecord>;

export const SpanStatus = Type.Object({
  code: Type.Union([Type.Literal("Unset"), Type.Literal("Ok"), Type.Literal("Error")]),
  message: Type.String(),
});
export type SpanStatus = Static<typeof SpanStatus>;

export const SpanEvent = Type.Object({
  timeUnixNano: UnixNano,
  name: Type.String(),
  attributes: Attributes,
});
export type SpanEvent = Static<typeof SpanEvent>;

export const SpanLink = Type.Object({
  traceId: TraceIdHex,
  spanId: SpanIdHex,
  traceState: Type.String(),
  attributes: Attributes,
});
export type SpanLink = Static<typeof SpanLink>;

export const Span = Type.Object({
  spanId: SpanIdHex,
  parentSpanId: Type.String({ description: "empty for a root" }),
  traceState: Type.String(),
  name: Type.String(),
  kind: Type.String({ description: "Unspecified, Internal, Server, Client, Producer or Consumer" }),
  serviceName: Type.String(),
  startTimeUnixNano: UnixNano,
  durationNano: Nanos,
  status: SpanStatus,
  attributes: Attributes,
  resource: Attributes,
  scopeName: Type.String(),
  scopeVersion: Type.String(),
  events: Type.Array(SpanEvent),
  links: Type.Array(SpanLink),
  logs: Type.Array(LogRecord, {
    description: "the logs whose span id is this span's, oldest first",
  }),
});
export type Span = Static<typeof Span>;

/** `GET /api/traces/{traceId}` */
export const Trace = Type.Object({
  traceId: TraceIdHex,
  spans: Type.Array(Span, {
    description:
      "depth-first from the roots, siblings by start; spans whose parent is not stored count as roots",
  }),
  logs: Type.Array(LogRecord, { description: "logs of the trace that belong to no stored span" }),
  missingParents: Type.Array(SpanIdHex, { description: "parent ids that no stored span has" }),
  duplicateSpanIds: Type.Optional(
    Type.Array(SpanIdHex, {
      description:
        "span ids that several stored spans have, of which one is shown; absent when none",
    }),
  ),
  meta: Meta,
});
export type Trace = Static<typeof Trace>;

export const TraceSummary = Type.Object({
  traceId: TraceIdHex,
  rootServiceName: Type.String({ description: "empty while no root span is stored" }),
  rootName: Type.String(),
  startTimeUnixNano: UnixNano,
  durationNano: Nanos,
  spanCount: Type.Number(),
  errorCount: Type.Number(),
  logCount: Type.Number(),
  services: Type.Array(Type.Object({ name: Type.String(), spanCount: Type.Number() })),
});
export type TraceSummary = Static<typeof TraceSummary>;

/** `GET /api/traces`: newest first. */
export const TracePage = Type.Object({
  traces: Type.Array(TraceSummary),
  nextCursor: Type.Optional(Type.String({ description: "give as `cursor` for the next page" })),
  meta: Meta,
});
export type TracePage = Static<typeof TracePage>;

/** `GET /api/logs`: newest first. */
export const LogPage = Type.Object({
  logs: Type.Array(LogRecord),
  nextCursor: Type.Optional(Type.String()),
  meta: Meta,
});
export type LogPage = Static<typeof LogPage>;

/** `GET /api/logs/histogram`: counts per bucket and severity. */
export const LogHistogram = Type.Object({
  bucketSeconds: Type.Number(),
  buckets: Type.Array(
    Type.Object({
      timeUnixNano: UnixNano,
      counts: Type.Record(Type.String(), Type.Number(), {
        description: "by severity band: TRACE, DEBUG, INFO, WARN, ERROR, FATAL, UNSET",
      }),
    }),
  ),
  meta: Meta,
});
export type LogHistogram = Static<typeof LogHistogram>;

/** `GET /api/services`: from the per-minute rollups, over the asked range. */
export const Services = Type.Object({
  services: Type.Array(
    Type.Object({
      name: Type.String(),
      spanCount: Type.Number(),
      errorCount: Type.Number(),
      logCount: Type.Number(),
      p50Nano: Type.Union([Nanos, Type.Null()], {
        description: "of server and consumer spans; null without any",
      }),
      p95Nano: Type.Union([Nanos, Type.Null()]),
      p99Nano: Type.Union([Nanos, Type.Null()]),
      operations: Type.Array(Type.String(), {
        description: "span names, most frequent first, at most 200",
      }),
    }),
  ),
  meta: Meta,
});
export type Services = Static<typeof Services>;

/** `GET /api/status`: what an empty page needs to say what to do next. */
export const Status = Type.Object({
  version: Type.String(),
  clickhouseVersion: Type.Union([Type.String(), Type.Null()], {
    description: "null while it does not answer",
  }),
  otlpGrpcEndpoint: Type.String(),
  otlpHttpEndpoint: Type.String(),
  hasTraces: Type.Boolean(),
  hasLogs: Type.Boolean(),
});
export type Status = Static<typeof Status>;

/** RFC 9457 problem details; every error of the API has this body. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Number(),
  code: Type.String({ description: "stable, one of the catalog in query/README.md" }),
  detail: Type.String({ description: "what was asked, what went wrong, and the remedy" }),
});
export type Problem = Static<typeof Problem>;
