/** The service map. */
import { Type } from "typebox";
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { RANGE, Strict } from "../http/query-params.ts";
import * as wire from "../wire.ts";

const ServiceMapQuery = Type.Object(
  {
    ...RANGE,
    service: Type.Optional(
      Type.String({ maxLength: 1_000, description: "only the edges that begin or end here" }),
    ),
    environment: Type.Optional(
      Type.String({ maxLength: 1_000, description: "deployment.environment.name of the calls" }),
    ),
  },
  Strict,
);

export const SERVICE_MAP_ENDPOINTS = {
  serviceMap: {
    url: "/api/service-map",
    operationId: "getServiceMap",
    summary: "Services, databases, queues and external systems, and the calls between them",
    querystring: ServiceMapQuery,
    answer: wire.ServiceMap,
    problems: ["invalid_parameter", ...ASKING_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
