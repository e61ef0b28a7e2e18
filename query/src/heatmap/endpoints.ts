/** The latency heatmap. */
import { Type } from "typebox";
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { RANGE, Strict, TRACE_FILTERS } from "../http/query-params.ts";
import * as wire from "../wire.ts";

const HeatmapQuery = Type.Object(
  {
    ...TRACE_FILTERS,
    ...RANGE,
    spans: Type.Optional(
      Type.Union([Type.Literal("all"), Type.Literal("roots")], {
        default: "all",
        description: "every span that meets the conditions, or only those without a parent",
      }),
    ),
    buckets: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 500,
        default: 120,
        description: "how many columns fit; the width is the next readable one",
      }),
    ),
  },
  Strict,
);

export const HEATMAP_ENDPOINTS = {
  heatmap: {
    url: "/api/traces/heatmap",
    operationId: "getLatencyHeatmap",
    summary: "How many spans took how long, by time",
    querystring: HeatmapQuery,
    answer: wire.LatencyHeatmap,
    problems: ["invalid_parameter", ...ASKING_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
