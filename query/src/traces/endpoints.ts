/** One trace. */
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { NoQuery, TraceParams } from "../http/query-params.ts";
import * as wire from "../wire.ts";

export const TRACE_ENDPOINTS = {
  trace: {
    url: "/api/traces/:traceId",
    operationId: "getTrace",
    summary:
      "One trace: its spans in tree order, each with its logs, and the logs of no stored span",
    params: TraceParams,
    querystring: NoQuery,
    answer: wire.Trace,
    problems: ["invalid_parameter", "trace_not_found", ...ASKING_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
