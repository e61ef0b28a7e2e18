/** Services, and the state of the installation. */
import { Type, type Static } from "typebox";
import { Meta } from "./meta.ts";
import { Nanos, SpanIdHex, TraceIdHex, UnixNano } from "./parts.ts";

const NanosOrNull = Type.Union([Nanos, Type.Null()]);

/** `GET /api/services`: from the rollups, over the asked range. */
export const Services = Type.Object({
  services: Type.Array(
    Type.Object({
      name: Type.String(),
      spanCount: Type.Number(),
      errorCount: Type.Number(),
      servedCount: Type.Number({ description: "server and consumer spans: its requests" }),
      servedErrorCount: Type.Number(),
      logCount: Type.Number(),
      p50Nano: Type.Union([Nanos, Type.Null()], {
        description: "of server and consumer spans; null without any",
      }),
      p90Nano: NanosOrNull,
      p95Nano: NanosOrNull,
      p99Nano: NanosOrNull,
      operations: Type.Array(Type.String(), {
        description:
          "span names, most frequent first, at most 200; of more than 500 services fewer each",
      }),
      sparkline: Type.Optional(
        Type.Object(
          {
            firstUnixNano: UnixNano,
            requests: Type.Array(Type.Number()),
            errors: Type.Array(Type.Number()),
            p95Nano: Type.Array(NanosOrNull),
          },
          {
            description:
              "with `sparklines`: of server and consumer spans, a value every `sparklineSeconds` from firstUnixNano on",
          },
        ),
      ),
      before: Type.Optional(
        Type.Object(
          {
            spanCount: Type.Number(),
            errorCount: Type.Number(),
            servedCount: Type.Number(),
            servedErrorCount: Type.Number(),
            p50Nano: NanosOrNull,
            p90Nano: NanosOrNull,
            p95Nano: NanosOrNull,
            p99Nano: NanosOrNull,
          },
          { description: "with `compare`: the same of the earlier time" },
        ),
      ),
    }),
  ),
  fromUnixNano: Type.String({
    pattern: "^[0-9]{1,20}$",
    description: "what was counted: the asked range with its ends rounded outward",
  }),
  toUnixNano: UnixNano,
  sparklineSeconds: Type.Optional(Type.Number()),
  meta: Meta,
});
export type Services = Static<typeof Services>;

/** Requests and durations of some spans. */
export const RedFigures = Type.Object({
  requests: Type.Number(),
  errors: Type.Number(),
  durationSumNano: Nanos,
  p50Nano: NanosOrNull,
  p90Nano: NanosOrNull,
  p95Nano: NanosOrNull,
  p99Nano: NanosOrNull,
});
export type RedFigures = Static<typeof RedFigures>;

/** A span that shows what a bucket of a chart is made of. */
export const Exemplar = Type.Object({
  traceId: TraceIdHex,
  spanId: SpanIdHex,
  timeUnixNano: UnixNano,
  durationNano: Nanos,
  operation: Type.String(),
});
export type Exemplar = Static<typeof Exemplar>;

const RedBucket = Type.Object({
  timeUnixNano: UnixNano,
  ...RedFigures.properties,
  slow: Type.Optional(Exemplar),
  failing: Type.Optional(Exemplar),
});

const Operation = Type.Object({
  name: Type.String(),
  kind: Type.String({ description: "Server, Client, Internal, Producer, Consumer" }),
  ...RedFigures.properties,
  impact: Type.Number({
    description: "its share of the time of all operations of the same kind, 0..1",
  }),
  before: Type.Optional(
    Type.Object(RedFigures.properties, {
      description: "with `compare`; absent where the earlier time had too many operations to tell",
    }),
  ),
});

/** `GET /api/services/{name}`. */
export const Service = Type.Object({
  name: Type.String(),
  kinds: Type.Array(Type.String(), {
    description:
      "the kinds of span that are counted: as asked, else Server and Consumer, or all where the service has none of these",
  }),
  fromUnixNano: UnixNano,
  toUnixNano: UnixNano,
  bucketSeconds: Type.Number(),
  buckets: Type.Array(RedBucket, { description: "all of the range, oldest first" }),
  total: RedFigures,
  before: Type.Optional(
    Type.Object(
      {
        fromUnixNano: UnixNano,
        toUnixNano: UnixNano,
        total: RedFigures,
        buckets: Type.Array(RedFigures, { description: "one for each of `buckets`" }),
      },
      { description: "with `compare`" },
    ),
  ),
  operations: Type.Array(Operation, {
    description: "of all kinds unless one is asked for; most time first, at most 200",
  }),
  versions: Type.Array(
    Type.Object({
      version: Type.String({ description: "service.version; empty where not given" }),
      environment: Type.String(),
      requests: Type.Number({ description: "spans in the range" }),
      firstSeenUnixNano: UnixNano,
      deployedInRange: Type.Boolean({
        description:
          "first seen inside the range, while the service was seen before: a mark for the chart",
      }),
    }),
    {
      description:
        "seen in the range, newest first, at most 100; looked for from a week before it. meta.reason says when there are more, as with operations",
    },
  ),
  meta: Meta,
});
export type Service = Static<typeof Service>;

/** `GET /api/services/{name}/errors`: failed spans by exception or message. */
export const ServiceErrors = Type.Object({
  groups: Type.Array(
    Type.Object({
      type: Type.String({ description: "exception.type or error.type; empty where not given" }),
      pattern: Type.String({
        description: "the message with ids, numbers and quoted texts as `*`",
      }),
      message: Type.String({ description: "of the newest" }),
      operation: Type.String({ description: "of the newest" }),
      count: Type.Number(),
      firstUnixNano: UnixNano,
      lastUnixNano: UnixNano,
      traceId: TraceIdHex,
      spanId: SpanIdHex,
    }),
    { description: "most frequent first, at most 100" },
  ),
  spansGrouped: Type.Number({ description: "failed spans that were looked at, newest first" }),
  meta: Meta,
});
export type ServiceErrors = Static<typeof ServiceErrors>;

/** `GET /api/operations/typical`: in the order asked. */
export const TypicalDurations = Type.Object({
  operations: Type.Array(
    Type.Object({
      service: Type.String(),
      operation: Type.String(),
      kind: Type.String(),
      requests: Type.Number(),
      p50Nano: NanosOrNull,
      p95Nano: NanosOrNull,
    }),
  ),
  fromUnixNano: UnixNano,
  toUnixNano: UnixNano,
  meta: Meta,
});
export type TypicalDurations = Static<typeof TypicalDurations>;

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
