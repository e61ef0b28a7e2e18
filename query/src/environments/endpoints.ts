/** What people choose before they ask anything else: production, staging. */
import { Type } from "typebox";
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { RANGE, Strict } from "../http/query-params.ts";
import * as wire from "../wire.ts";

export const ENVIRONMENT_ENDPOINTS = {
  environments: {
    url: "/api/environments",
    operationId: "listEnvironments",
    summary:
      "The environments of spans and logs, and in which attribute of their resource each stands. What an index knows is of any time",
    querystring: Type.Object({ ...RANGE }, Strict),
    answer: wire.Environments,
    problems: ["invalid_parameter", ...ASKING_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
