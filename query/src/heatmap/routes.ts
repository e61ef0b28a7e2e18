import { readRange, toTraceFilters } from "../http/parse-query.ts";
import type { App, RouteContext } from "../http/serve.ts";
import { shared } from "../http/share.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { HEATMAP_ENDPOINTS } from "./endpoints.ts";
import { readHeatmap } from "./read-heatmap.ts";

const DAY = 86_400n * NANOS_PER_SECOND;

export function installHeatmapRoutes(app: App, context: RouteContext): void {
  const { heatmap } = HEATMAP_ENDPOINTS;
  app.get(heatmap.url, { schema: { querystring: heatmap.querystring } }, (request, reply) => {
    const { spans, buckets = 120 } = request.query;
    const now = context.now();
    const question = {
      filters: toTraceFilters(request.query),
      range: readRange(request.query, now, now - DAY),
      rootsOnly: spans === "roots",
      bucketsMax: buckets,
    };
    return shared(context, request, reply, (signal) =>
      readHeatmap(context.searcher, question, signal),
    );
  });
}
