/** One trace, and pages of traces. */
import { Type, type Static } from "typebox";
import { SHAPE_LIMITS } from "../shapes/limits.ts";
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

/** Something seen in a trace that says how whole it is. */
export const TraceFinding = Type.Union([
  Type.Object({
    kind: Type.Literal("missing_parent"),
    parentSpanId: SpanIdHex,
    childCount: Type.Number(),
    firstChildSpanId: SpanIdHex,
    suspectedService: Type.Optional(
      Type.String({ description: "the service that most probably did not send the span" }),
    ),
    because: Type.Optional(
      Type.Union([
        Type.Literal("in_process_child"),
        Type.Literal("enclosing_span"),
        Type.Literal("peer_of_caller"),
      ]),
    ),
    callerSpanId: Type.Optional(
      Type.String({
        description: "a stored call that was going on, and whose other side nobody stored",
      }),
    ),
    peer: Type.Optional(Type.String({ description: "whom that call says that it called" })),
  }),
  Type.Object({ kind: Type.Literal("several_roots"), rootCount: Type.Number() }),
  Type.Object({ kind: Type.Literal("no_root") }),
  Type.Object({ kind: Type.Literal("circle"), spanIds: Type.Array(SpanIdHex) }),
  Type.Object({ kind: Type.Literal("repeated_span_ids"), spanCount: Type.Number() }),
  Type.Object({
    kind: Type.Literal("late"),
    lateSeconds: Type.Number({
      description: "how much later the last spans were stored than the trace's length explains",
    }),
  }),
  Type.Object({ kind: Type.Literal("truncated"), reason: Type.String() }),
  Type.Object({ kind: Type.Literal("no_spans") }),
]);
export type TraceFinding = Static<typeof TraceFinding>;

/** A clock that disagrees with those of its callers: servers that start before the client that called them. */
export const ClockSkew = Type.Object({
  clock: Type.String({ description: "the host, else the service" }),
  serviceName: Type.String(),
  callCount: Type.Number(),
  earlyNano: Type.String({ description: "the most by which a server seems to start too early" }),
  offsetNano: Type.String({
    description:
      "median of what puts its servers in the middle of their clients; `skew=fix` adds it",
  }),
});
export type ClockSkew = Static<typeof ClockSkew>;

export const TraceVerdict = Type.Object({
  complete: Type.Boolean({ description: "nothing was found that speaks against it" }),
  findings: Type.Array(TraceFinding),
  findingsLeftOut: Type.Optional(
    Type.Number({ description: "missing parents and circles beyond the first 50 of each" }),
  ),
  skew: Type.Array(ClockSkew),
});
export type TraceVerdict = Static<typeof TraceVerdict>;

/** What `analysis=true` adds: where the time of the request went. */
export const TraceAnalysis = Type.Object({
  durationNano: Nanos,
  criticalPath: Type.Array(
    Type.Object({
      spanId: SpanIdHex,
      fromNano: Type.String({ description: "nanoseconds since the trace's start" }),
      toNano: Type.String(),
    }),
    { description: "what the request waited for at every moment, oldest first, without gaps" },
  ),
  services: Type.Array(
    Type.Object({
      name: Type.String(),
      spanCount: Type.Number(),
      errorCount: Type.Number(),
      selfNano: Nanos,
      criticalNano: Nanos,
    }),
    { description: "most time on the critical path first" },
  ),
  selfNanoBySpanId: Type.Record(Type.String(), Nanos, {
    description: "time of a span that none of its children covers",
  }),
});
export type TraceAnalysis = Static<typeof TraceAnalysis>;

/** `GET /api/traces/{traceId}/logs`: enough to draw them. */
export const TraceLogs = Type.Object({
  logs: Type.Array(
    Type.Object({
      id: Type.String({ description: "names the log in `/api/logs/{id}`" }),
      timeUnixNano: UnixNano,
      spanId: SpanIdHex,
      severityNumber: Type.Number(),
      severityText: Type.String(),
      serviceName: Type.String(),
      body: Type.String({ description: "its first 512 characters" }),
      bodyCut: Type.Optional(Type.Literal(true)),
      unattached: Type.Optional(
        Type.Literal(true, { description: "no stored span of the trace has its span id" }),
      ),
    }),
    { description: "oldest first" },
  ),
  meta: Meta,
});
export type TraceLogs = Static<typeof TraceLogs>;

/** `GET /api/traces/{traceId}/spans/{spanId}`: everything of one span. */
export const SpanDetails = Type.Object({ traceId: TraceIdHex, span: Span, meta: Meta });
export type SpanDetails = Static<typeof SpanDetails>;

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
  verdict: Type.Optional(TraceVerdict),
  analysis: Type.Optional(TraceAnalysis),
  meta: Meta,
});
export type Trace = Static<typeof Trace>;

/** A trace as a mini-waterfall: what each service did without a pause, as fractions of the trace's length. */
export const TraceStrip = Type.Array(
  Type.Object({
    service: Type.String(),
    startFraction: Type.Number({ minimum: 0, maximum: 1 }),
    widthFraction: Type.Number({ minimum: 0, maximum: 1 }),
    isError: Type.Boolean({ description: "one of the spans in it failed" }),
  }),
  {
    maxItems: SHAPE_LIMITS.stripPiecesMax,
    description: "by start; of more pieces the failed and then the longest",
  },
);
export type TraceStrip = Static<typeof TraceStrip>;

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
  strip: Type.Optional(TraceStrip),
  verdict: Type.Optional(TraceVerdict),
});
export type TraceSummary = Static<typeof TraceSummary>;

/** `GET /api/traces`: newest first. */
export const TracePage = Type.Object({
  traces: Type.Array(TraceSummary),
  nextCursor: Type.Optional(Type.String({ description: "give as `cursor` for the next page" })),
  meta: Meta,
});
export type TracePage = Static<typeof TracePage>;
