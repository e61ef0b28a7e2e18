/** Events of live tails, each the `data` of a server-sent event as JSON. */
import { type Static, Type } from "typebox";
import { LogRecord } from "./logs.ts";
import { Nanos, SpanIdHex, TraceIdHex, UnixNano } from "./parts.ts";

const Dropped = Type.Number({
  description: "rows that matched and are not here, because more came than the tail gives",
});

/** Event `logs`: what was stored since the event before, in the order of being stored. Its `id` resumes after it. */
export const TailedLogs = Type.Object({ logs: Type.Array(LogRecord), dropped: Dropped });
export type TailedLogs = Static<typeof TailedLogs>;

export const TailedSpan = Type.Object({
  traceId: TraceIdHex,
  spanId: SpanIdHex,
  parentSpanId: Type.String({ description: "empty for a root" }),
  name: Type.String(),
  kind: Type.String(),
  serviceName: Type.String(),
  startTimeUnixNano: UnixNano,
  durationNano: Nanos,
  statusCode: Type.String(),
});
export type TailedSpan = Static<typeof TailedSpan>;

/** Event `spans`, likewise. */
export const TailedSpans = Type.Object({ spans: Type.Array(TailedSpan), dropped: Dropped });
export type TailedSpans = Static<typeof TailedSpans>;
