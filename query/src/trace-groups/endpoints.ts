/** Groups of traces. */
import { Type } from "typebox";
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { RANGE, Strict, TRACE_FILTERS } from "../http/query-params.ts";
import * as wire from "../wire.ts";

const Field = Type.String({
  minLength: 1,
  maxLength: 1_000,
  description:
    "a column or an attribute, as a filter names it: service, operation, status, kind, version, http.route",
});

export const TRACE_GROUP_ENDPOINTS = {
  traceGroups: {
    url: "/api/traces/groups",
    operationId: "groupTraces",
    summary: "Traces that meet the conditions, by the values of one field or of two",
    querystring: Type.Object(
      {
        ...TRACE_FILTERS,
        ...RANGE,
        by: Field,
        by2: Type.Optional(Field),
        sort: Type.Optional(
          Type.Union([Type.Literal("traces"), Type.Literal("errors"), Type.Literal("p95")], {
            default: "traces",
            description: "what the first groups have most of",
          }),
        ),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
      },
      Strict,
    ),
    answer: wire.TraceGroups,
    problems: ["invalid_parameter", "invalid_query", ...ASKING_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
