/** One trace, and pages of traces. */
import { Type, type Static } from "typebox";
import { LogRecord } from "./logs.ts";
import { Meta } from "./meta.ts";
import { Attributes, Nanos, SpanIdHex, TraceIdHex, UnixNano } from "./parts.ts";

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
