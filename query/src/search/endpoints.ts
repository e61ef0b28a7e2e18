/** Searches. */
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { HistogramQuery, LogQuery, TraceQuery } from "../http/query-params.ts";
import * as wire from "../wire.ts";

export const SEARCH_ENDPOINTS = {
  traces: {
    url: "/api/traces",
    operationId: "findTraces",
    summary: "Traces in which one span meets all conditions, newest or longest first",
    querystring: TraceQuery,
    answer: wire.TracePage,
    problems: ["invalid_parameter", "invalid_query", "invalid_cursor", ...ASKING_PROBLEMS],
  },
  logs: {
    url: "/api/logs",
    operationId: "findLogs",
    summary: "Logs that meet all conditions, newest first",
    querystring: LogQuery,
    answer: wire.LogPage,
    problems: ["invalid_parameter", "invalid_query", "invalid_cursor", ...ASKING_PROBLEMS],
  },
  histogram: {
    url: "/api/logs/histogram",
    operationId: "countLogs",
    summary: "How many logs meet all conditions, by time and severity",
    querystring: HistogramQuery,
    answer: wire.LogHistogram,
    problems: ["invalid_parameter", "invalid_query", ...ASKING_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
