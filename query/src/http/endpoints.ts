/** Every endpoint once: its path, what it takes and what it answers. Routes are registered and documented from here. */
import { Type, type TSchema } from "typebox";
import type { ProblemCode } from "../problem/catalog.ts";
import * as wire from "../wire.ts";
import {
  HistogramQuery,
  LogQuery,
  NoQuery,
  ServiceQuery,
  TraceParams,
  TraceQuery,
} from "./query-params.ts";

export interface Endpoint {
  /** As Fastify writes it: `/api/traces/:traceId`. */
  readonly url: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params?: TSchema;
  readonly querystring: TSchema;
  readonly answer: TSchema;
  /** What it refuses beyond `COMMON_PROBLEMS`. */
  readonly problems: readonly ProblemCode[];
}

/** Of every endpoint that asks ClickHouse. */
const ASKING_PROBLEMS: readonly ProblemCode[] = [
  "query_limit",
  "overloaded",
  "clickhouse_unavailable",
  "clickhouse_schema",
  "clickhouse_denied",
  "clickhouse_failed",
];

export const ENDPOINTS = {
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
  traces: {
    url: "/api/traces",
    operationId: "findTraces",
    summary: "Traces in which one span meets all conditions, newest first",
    querystring: TraceQuery,
    answer: wire.TracePage,
    problems: ["invalid_parameter", "invalid_cursor", ...ASKING_PROBLEMS],
  },
  logs: {
    url: "/api/logs",
    operationId: "findLogs",
    summary: "Logs that meet all conditions, newest first",
    querystring: LogQuery,
    answer: wire.LogPage,
    problems: ["invalid_parameter", "invalid_cursor", ...ASKING_PROBLEMS],
  },
  histogram: {
    url: "/api/logs/histogram",
    operationId: "countLogs",
    summary: "How many logs meet all conditions, by time and severity",
    querystring: HistogramQuery,
    answer: wire.LogHistogram,
    problems: ["invalid_parameter", ...ASKING_PROBLEMS],
  },
  services: {
    url: "/api/services",
    operationId: "listServices",
    summary: "Services with counts, errors, percentiles and operations",
    querystring: ServiceQuery,
    answer: wire.Services,
    problems: ["invalid_parameter", ...ASKING_PROBLEMS],
  },
  status: {
    url: "/api/status",
    operationId: "getStatus",
    summary: "Versions, where to send OTLP, and whether there is any data",
    querystring: NoQuery,
    answer: wire.Status,
    problems: [],
  },
  openapi: {
    url: "/api/openapi.json",
    operationId: "getOpenApi",
    summary: "This document",
    querystring: NoQuery,
    answer: Type.Unsafe({ type: "object" }),
    problems: [],
  },
} as const satisfies Record<string, Endpoint>;

/** Of every endpoint. */
export const COMMON_PROBLEMS: readonly ProblemCode[] = ["unknown_parameter", "internal"];
