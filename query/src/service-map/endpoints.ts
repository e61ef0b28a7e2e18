/** The service map. */
import { Type, type Static } from "typebox";
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { RANGE, Strict } from "../http/query-params.ts";
import * as wire from "../wire.ts";

export const ServiceMapQuery = Type.Object(
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
export type ServiceMapQuery = Static<typeof ServiceMapQuery>;

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
