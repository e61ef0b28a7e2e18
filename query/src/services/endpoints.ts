/** Services, and the state of the installation. */
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { NoQuery, ServiceQuery } from "../http/query-params.ts";
import * as wire from "../wire.ts";

export const SERVICE_ENDPOINTS = {
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
} as const satisfies Record<string, Endpoint>;
