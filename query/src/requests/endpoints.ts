/** Any id to its request. */
import { Type } from "typebox";
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { Strict } from "../http/query-params.ts";
import * as wire from "../wire.ts";

export const REQUEST_ENDPOINTS = {
  request: {
    url: "/api/requests/:id",
    operationId: "getRequest",
    summary:
      "The requests of an id: of a trace, of a span, or in one of the attributes that carry request ids; in any form it is pasted in",
    params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 500 }) }),
    querystring: Type.Object(
      {
        tree: Type.Optional(
          Type.Boolean({
            default: true,
            description: "gives a single request back whole; false: its summary only",
          }),
        ),
        verdict: Type.Optional(
          Type.Literal("1", {
            description: "adds `verdict` to each trace, as the opened trace has it",
          }),
        ),
      },
      Strict,
    ),
    answer: wire.RequestAnswer,
    problems: ["invalid_parameter", "request_not_found", ...ASKING_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
