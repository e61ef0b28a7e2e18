/** Every endpoint once, of every feature. Routes are registered and documented from here. */
import { Type } from "typebox";
import { LOG_ENDPOINTS } from "../logs/endpoints.ts";
import { ENVIRONMENT_ENDPOINTS } from "../environments/endpoints.ts";
import { EXPORT_ENDPOINTS } from "../export/endpoints.ts";
import { FACET_ENDPOINTS } from "../facets/endpoints.ts";
import { FIELD_ENDPOINTS } from "../fields/endpoints.ts";
import { REFUSAL_ENDPOINTS } from "../refusals/endpoints.ts";
import { REQUEST_ENDPOINTS } from "../requests/endpoints.ts";
import { SEARCH_ENDPOINTS } from "../search/endpoints.ts";
import { PATTERN_ENDPOINTS } from "../patterns/endpoints.ts";
import { DELTAS_ENDPOINTS } from "../deltas/endpoints.ts";
import { HEATMAP_ENDPOINTS } from "../heatmap/endpoints.ts";
import { SERVICE_MAP_ENDPOINTS } from "../service-map/endpoints.ts";
import { SERVICE_ENDPOINTS } from "../services/endpoints.ts";
import { TAIL_ENDPOINTS } from "../tail/endpoints.ts";
import { TRACE_GROUP_ENDPOINTS } from "../trace-groups/endpoints.ts";
import { TRACE_ENDPOINTS } from "../traces/endpoints.ts";
import { SQL_ENDPOINTS } from "../user-sql/endpoints.ts";
import type { Endpoint } from "./endpoint.ts";
import { NoQuery } from "./query-params.ts";

export const ENDPOINTS = {
  ...TAIL_ENDPOINTS,
  ...EXPORT_ENDPOINTS,
  ...TRACE_ENDPOINTS,
  ...TRACE_GROUP_ENDPOINTS,
  ...REQUEST_ENDPOINTS,
  ...SQL_ENDPOINTS,
  ...SEARCH_ENDPOINTS,
  ...FIELD_ENDPOINTS,
  ...ENVIRONMENT_ENDPOINTS,
  ...FACET_ENDPOINTS,
  ...LOG_ENDPOINTS,
  ...PATTERN_ENDPOINTS,
  ...SERVICE_ENDPOINTS,
  ...REFUSAL_ENDPOINTS,
  ...SERVICE_MAP_ENDPOINTS,
  ...HEATMAP_ENDPOINTS,
  ...DELTAS_ENDPOINTS,
  openapi: {
    url: "/api/openapi.json",
    operationId: "getOpenApi",
    summary: "This document",
    querystring: NoQuery,
    answer: Type.Unsafe({ type: "object" }),
    problems: [],
  },
} as const satisfies Record<string, Endpoint>;
