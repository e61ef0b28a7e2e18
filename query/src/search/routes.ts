import {
  toHistogramQuestion,
  toLogSearch,
  toLongestSearch,
  toTraceSearch,
} from "../http/parse-query.ts";
import type { TraceQuery } from "../http/query-params.ts";
import { type App, type RouteContext, admitted } from "../http/serve.ts";
import { shared } from "../http/share.ts";
import type { ShapeWish } from "../shapes/add-shapes.ts";
import { SEARCH_ENDPOINTS } from "./endpoints.ts";
import { findLogs } from "./find-logs.ts";
import { findLongest } from "./find-longest.ts";
import { findTraces } from "./find-traces.ts";
import { countLogs } from "./histogram.ts";
import type { Searcher } from "./searcher.ts";
import type { TracePage } from "../wire.ts";

export function installSearchRoutes(app: App, context: RouteContext): void {
  const { searcher, now } = context;
  const { traces, logs, histogram } = SEARCH_ENDPOINTS;
  app.get(traces.url, { schema: { querystring: traces.querystring } }, (request, reply) => {
    const find = finderOf(request.query, now());
    const wish = { strip: request.query.strip === "1", verdict: request.query.verdict === "1" };
    return admitted(context, reply, (signal) => find(searcher, signal, wish));
  });
  app.get(logs.url, { schema: { querystring: logs.querystring } }, (request, reply) => {
    const search = toLogSearch(request.query, now());
    return admitted(context, reply, (signal) => findLogs(searcher, search, signal));
  });
  app.get(histogram.url, { schema: { querystring: histogram.querystring } }, (request, reply) => {
    const question = toHistogramQuestion(request.query, now());
    return shared(context, request, reply, (signal) => countLogs(searcher, question, signal));
  });
}

function finderOf(
  query: TraceQuery,
  now: bigint,
): (searcher: Searcher, signal: AbortSignal, wish: ShapeWish) => Promise<TracePage> {
  if (query.sort === "longest") {
    const search = toLongestSearch(query, now);
    return (searcher, signal, wish) => findLongest(searcher, search, signal, wish);
  }
  const search = toTraceSearch(query, now);
  return (searcher, signal, wish) => findTraces(searcher, search, signal, wish);
}
