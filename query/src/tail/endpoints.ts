/** Live tails. */
import { Type } from "typebox";
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { LOG_FILTERS, Strict, TRACE_FILTERS } from "../http/query-params.ts";
import * as wire from "../wire.ts";

const After = Type.Optional(
  Type.String({
    pattern: "^[0-9]{1,20}$",
    description:
      "id of the last event that was seen: goes on after it, as the header Last-Event-ID does; without either, begins now",
  }),
);

export const TAIL_ENDPOINTS = {
  logTail: {
    url: "/api/logs/tail",
    operationId: "tailLogs",
    summary:
      "Logs as they are stored: server-sent events `logs`, late ones included, each once (described is the data of one); `problem` while they cannot be read; `start` when they can",
    querystring: Type.Object({ ...LOG_FILTERS, after: After }, Strict),
    answer: wire.TailedLogs,
    contentType: "text/event-stream",
    problems: ["invalid_parameter", "invalid_query", ...ASKING_PROBLEMS],
  },
  traceTail: {
    url: "/api/traces/tail",
    operationId: "tailSpans",
    summary:
      "Spans as they are stored: server-sent events `spans`; `problem` and `start` as for logs",
    querystring: Type.Object({ ...TRACE_FILTERS, after: After }, Strict),
    answer: wire.TailedSpans,
    contentType: "text/event-stream",
    problems: ["invalid_parameter", "invalid_query", ...ASKING_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
