import { readFacetField } from "../facets/facet-field.ts";
import { readRange, refuse, toTraceFilters } from "../http/parse-query.ts";
import { type App, type RouteContext, admitted } from "../http/serve.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { TRACE_GROUP_ENDPOINTS } from "./endpoints.ts";
import { readGroups } from "./read-groups.ts";

const DAY = 86_400n * NANOS_PER_SECOND;

export function installTraceGroupRoutes(app: App, context: RouteContext): void {
  const { traceGroups } = TRACE_GROUP_ENDPOINTS;
  app.get(
    traceGroups.url,
    { schema: { querystring: traceGroups.querystring } },
    (request, reply) => {
      const { query } = request;
      const { by, by2, q, sort = "traces", limit = 50 } = query;
      if (by === by2) throw refuse("by2", by2, "another field than by");
      const now = context.now();
      const question = {
        filters: toTraceFilters(query),
        q,
        range: readRange(query, now, now - DAY),
        by: [by, ...(by2 === undefined ? [] : [by2])].map((name) => readFacetField(name, "traces")),
        sort,
        limit,
      };
      return admitted(context, reply, (signal) => readGroups(context.searcher, question, signal));
    },
  );
}
