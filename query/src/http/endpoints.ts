/** Every endpoint once, of every feature. Routes are registered and documented from here. */
import { Type } from "typebox";
import { LOG_ENDPOINTS } from "../logs/endpoints.ts";
import { FIELD_ENDPOINTS } from "../fields/endpoints.ts";
import { SEARCH_ENDPOINTS } from "../search/endpoints.ts";
import { SERVICE_ENDPOINTS } from "../services/endpoints.ts";
import { TRACE_ENDPOINTS } from "../traces/endpoints.ts";
import type { Endpoint } from "./endpoint.ts";
import { NoQuery } from "./query-params.ts";

import { SQL_ENDPOINTS } from "../user-sql/endpoints.ts";
export const ENDPOINTS = {
  ...TRACE_ENDPOINTS,
  ...SEARCH_ENDPOINTS,
  ...FIELD_ENDPOINTS,
  ...LOG_ENDPOINTS,
  ...SERVICE_ENDPOINTS,
  ...SQL_ENDPOINTS,
  openapi: {
    url: "/api/openapi.json",
    operationId: "getOpenApi",
    summary: "This document",
    querystring: NoQuery,
    answer: Type.Unsafe({ type: "object" }),
    problems: [],
  },
} as const satisfies Record<string, Endpoint>;
