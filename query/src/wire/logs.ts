/** Logs. */
import { Type, type Static } from "typebox";
import { Meta } from "./meta.ts";
import { Attributes, SpanIdHex, TraceIdHex, UnixNano } from "./parts.ts";

export const LogRecord = Type.Object({
  id: Type.Optional(
    Type.String({
      description:
        "names the log in `/api/logs/{id}`: its time and a hash of what it says; in every answer",
    }),
  ),
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
