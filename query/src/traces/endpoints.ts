/** One trace. */
import { Type } from "typebox";
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { NoQuery, Strict, TraceParams } from "../http/query-params.ts";
import * as wire from "../wire.ts";

const Skew = Type.Optional(
  Type.Literal("fix", {
    description: "moves spans whose clock disagrees with their callers'; by default only told",
  }),
);
const SpanParams = Type.Object({
  traceId: Type.String({ description: "32 hex digits" }),
  spanId: Type.String({ maxLength: 100, description: "16 hex digits" }),
});

export const TRACE_ENDPOINTS = {
  trace: {
    url: "/api/traces/:traceId",
    operationId: "getTrace",
    summary:
      "One trace: its spans in tree order, each with its logs, and the logs of no stored span",
    params: TraceParams,
    querystring: Type.Object(
      {
        skew: Skew,
        analysis: Type.Optional(
          Type.Boolean({ description: "adds critical path, self times and shares of services" }),
        ),
      },
      Strict,
    ),
    answer: wire.Trace,
    problems: ["invalid_parameter", "trace_not_found", ...ASKING_PROBLEMS],
  },
  traceColumns: {
    url: "/api/traces/:traceId/columns",
    operationId: "getTraceColumns",
    summary:
      "One trace as typed columns, for drawing up to 250 000 spans; docs/formats/trace-columns.md",
    params: TraceParams,
    querystring: Type.Object({ skew: Skew }, Strict),
    answer: Type.Unsafe({ type: "string", format: "binary" }),
    contentType: "application/octet-stream",
    problems: ["invalid_parameter", "trace_not_found", ...ASKING_PROBLEMS],
  },
  traceLogs: {
    url: "/api/traces/:traceId/logs",
    operationId: "getTraceLogs",
    summary: "The logs of one trace, each as a line",
    params: TraceParams,
    querystring: NoQuery,
    answer: wire.TraceLogs,
    problems: ["invalid_parameter", "trace_not_found", ...ASKING_PROBLEMS],
  },
  span: {
    url: "/api/traces/:traceId/spans/:spanId",
    operationId: "getSpan",
    summary: "One span with everything: attributes, events, links and its logs",
    params: SpanParams,
    querystring: NoQuery,
    answer: wire.SpanDetails,
    problems: ["invalid_parameter", "trace_not_found", "span_not_found", ...ASKING_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
