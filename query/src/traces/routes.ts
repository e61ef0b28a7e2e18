import { toTraceId } from "../http/parse-query.ts";
import { type App, type RouteContext, admitted } from "../http/serve.ts";
import { TRACE_ENDPOINTS } from "./endpoints.ts";
import { readTrace } from "./read-trace.ts";

export function installTraceRoutes(app: App, context: RouteContext): void {
  const { trace } = TRACE_ENDPOINTS;
  app.get(
    trace.url,
    { schema: { params: trace.params, querystring: trace.querystring } },
    (request, reply) => {
      const traceId = toTraceId(request.params.traceId);
      return admitted(context, reply, (signal) => readTrace(context.searcher, traceId, signal));
    },
  );
}
