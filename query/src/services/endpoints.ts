/** Services, and the state of the installation. */
import { Type, type Static } from "typebox";
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { NoQuery, RANGE, ServiceQuery, Strict } from "../http/query-params.ts";
import * as wire from "../wire.ts";

const Name = (description: string) => Type.Optional(Type.String({ maxLength: 1_000, description }));
const environment = Name("deployment.environment.name");
const Compare = Type.Optional(
  Type.Union([Type.Literal("previous"), Type.Literal("day"), Type.Literal("week")], {
    description: "the same figures of the time before the range, or of a day or a week earlier",
  }),
);

const ServicesQuery = Type.Object(
  {
    ...ServiceQuery.properties,
    environment,
    compare: Compare,
    sparklines: Type.Optional(
      Type.Boolean({ description: "rate, errors and p95 of each service over the range" }),
    ),
  },
  Strict,
);

const OF_SERVICE = {
  ...RANGE,
  operation: Name("name of the span"),
  kind: Type.Optional(
    Type.Union(
      [
        Type.Literal("server"),
        Type.Literal("client"),
        Type.Literal("internal"),
        Type.Literal("producer"),
        Type.Literal("consumer"),
      ],
      { description: "only spans of this kind; default server and consumer" },
    ),
  ),
  version: Name("service.version"),
  environment,
};
export const ErrorsQuery = Type.Object(OF_SERVICE, Strict);
export type ErrorsQuery = Static<typeof ErrorsQuery>;

const RedQuery = Type.Object(
  {
    ...OF_SERVICE,
    buckets: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 500,
        default: 100,
        description: "how many buckets fit; the width is the next readable one from a minute",
      }),
    ),
    compare: Compare,
    status: Type.Optional(
      Type.Union([Type.Literal("error"), Type.Literal("ok"), Type.Literal("unset")], {
        description:
          "only spans of this status: how long what failed took; versions are those of all spans",
      }),
    ),
  },
  Strict,
);

const TypicalQuery = Type.Object(
  {
    ...RANGE,
    from: Type.Optional(
      Type.String({ maxLength: 64, description: "rounded down to the minute; default now-1h" }),
    ),
    environment,
    key: Type.Array(Type.String({ maxLength: 3_100 }), {
      minItems: 1,
      maxItems: 200,
      description: 'a JSON array ["service","operation","Server"]; repeat for more',
    }),
  },
  Strict,
);

const ServiceParams = Type.Object({
  name: Type.String({ maxLength: 1_000, description: "service.name" }),
});

export const SERVICE_ENDPOINTS = {
  services: {
    url: "/api/services",
    operationId: "listServices",
    summary: "Services with counts, errors, percentiles and operations",
    querystring: ServicesQuery,
    answer: wire.Services,
    problems: ["invalid_parameter", ...ASKING_PROBLEMS],
  },
  service: {
    url: "/api/services/:name",
    operationId: "getService",
    summary: "Rates, errors and percentiles of a service over time, with exemplars",
    params: ServiceParams,
    querystring: RedQuery,
    answer: wire.Service,
    problems: ["invalid_parameter", ...ASKING_PROBLEMS],
  },
  serviceErrors: {
    url: "/api/services/:name/errors",
    operationId: "listServiceErrors",
    summary: "Failed spans of a service, grouped by exception or message",
    params: ServiceParams,
    querystring: ErrorsQuery,
    answer: wire.ServiceErrors,
    problems: ["invalid_parameter", ...ASKING_PROBLEMS],
  },
  typical: {
    url: "/api/operations/typical",
    operationId: "getTypicalDurations",
    summary: "How long operations usually take: p50 and p95 of up to 200 at once",
    querystring: TypicalQuery,
    answer: wire.TypicalDurations,
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
