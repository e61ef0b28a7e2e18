/** Any id to its request. */
import { Type, type Static } from "typebox";
import { LogRecord } from "./logs.ts";
import { Meta } from "./meta.ts";
import { TraceIdHex } from "./parts.ts";
import { Trace, TraceSummary } from "./traces.ts";

export const RequestMatch = Type.Object({
  by: Type.Union(
    [
      Type.Literal("trace_id"),
      Type.Literal("span_id"),
      Type.Literal("attribute"),
      Type.Literal("log_attribute"),
    ],
    {
      description:
        "attribute: of a span or of its resource; log_attribute: of a log or of its resource",
    },
  ),
  matched: Type.String({ description: "the id as stored, or `key=value` of the attribute" }),
  traceId: Type.Optional(TraceIdHex),
});
export type RequestMatch = Static<typeof RequestMatch>;

/** `GET /api/requests/{id}` */
export const RequestAnswer = Type.Object({
  id: Type.String(),
  form: Type.String({
    description:
      "what it was read as: trace_id, span_id, uuid, decimal, traceparent, b3, uber-trace-id, x-amzn-trace-id, or text",
  }),
  matches: Type.Array(RequestMatch, { description: "what it was found as" }),
  traces: Type.Array(TraceSummary, { description: "the requests, newest first" }),
  logs: Type.Array(LogRecord, {
    description:
      "newest first: of the id when no spans are stored, else those that carry it and belong to none of `traces`",
  }),
  trace: Type.Optional(Trace),
  meta: Meta,
});
export type RequestAnswer = Static<typeof RequestAnswer>;
