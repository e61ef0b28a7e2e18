/** Exports. */
import { Type } from "typebox";
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { LOG_FILTERS, LOG_RANGE, RANGE, Strict, TRACE_FILTERS } from "../http/query-params.ts";

const Format = Type.Optional(
  Type.Union([Type.Literal("ndjson"), Type.Literal("csv")], { default: "ndjson" }),
);
const LINES =
  "streamed, newest first; the header throughline-complete is false where exportRowsMax cut it, throughline-rows says how many";

export const EXPORT_ENDPOINTS = {
  logExport: {
    url: "/api/logs/export",
    operationId: "exportLogs",
    summary: `All logs that meet all conditions, as NDJSON or CSV; ${LINES}`,
    querystring: Type.Object({ ...LOG_FILTERS, ...LOG_RANGE, format: Format }, Strict),
    answer: Type.String({ description: "a log of the API on each line; or CSV with a header" }),
    contentType: "application/x-ndjson",
    problems: ["invalid_parameter", "invalid_query", ...ASKING_PROBLEMS],
  },
  traceExport: {
    url: "/api/traces/export",
    operationId: "exportSpans",
    summary: `All spans that meet all conditions, as NDJSON or CSV; ${LINES}`,
    querystring: Type.Object({ ...TRACE_FILTERS, ...RANGE, format: Format }, Strict),
    answer: Type.String({ description: "a span of the API on each line; or CSV with a header" }),
    contentType: "application/x-ndjson",
    problems: ["invalid_parameter", "invalid_query", ...ASKING_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
