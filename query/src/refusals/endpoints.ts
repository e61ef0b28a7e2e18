/** Why nothing arrives, or not all. */
import type { Endpoint } from "../http/endpoint.ts";
import { NoQuery } from "../http/query-params.ts";
import * as wire from "../wire.ts";

export const REFUSAL_ENDPOINTS = {
  refusals: {
    url: "/api/refusals",
    operationId: "listRefusals",
    summary: "What the collector refused since it started, and why",
    querystring: NoQuery,
    answer: wire.Refusals,
    problems: [],
  },
} as const satisfies Record<string, Endpoint>;
