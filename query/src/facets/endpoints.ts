/** Facets. */
import { Type } from "typebox";
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { LOG_FILTERS, LOG_RANGE, RANGE, Strict, TRACE_FILTERS } from "../http/query-params.ts";
import * as wire from "../wire.ts";
import { FACET_LIMITS } from "./limits.ts";

const FACETS = {
  field: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 1_000 }), {
      maxItems: FACET_LIMITS.facetsMax,
      description:
        "a column or an attribute, as a filter names it; repeat for more. Default: service, severity or status, kind and name, env, those that the filter names, and the attributes that most of the newest matching records have",
    }),
  ),
  values: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: FACET_LIMITS.facetValuesMax,
      default: 10,
      description: "of each field",
    }),
  ),
};

const problems = ["invalid_parameter", "invalid_query", ...ASKING_PROBLEMS] as const;

export const FACET_ENDPOINTS = {
  logFacets: {
    url: "/api/logs/facets",
    operationId: "getLogFacets",
    summary: "Values of fields among the matching logs, each without the conditions on itself",
    querystring: Type.Object({ ...LOG_FILTERS, ...LOG_RANGE, ...FACETS }, Strict),
    answer: wire.Facets,
    problems,
  },
  traceFacets: {
    url: "/api/traces/facets",
    operationId: "getSpanFacets",
    summary: "Values of fields among the matching spans, each without the conditions on itself",
    querystring: Type.Object({ ...TRACE_FILTERS, ...RANGE, ...FACETS }, Strict),
    answer: wire.Facets,
    problems,
  },
} as const satisfies Record<string, Endpoint>;
