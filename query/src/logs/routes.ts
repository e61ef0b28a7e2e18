import { must } from "../http/parse-query.ts";
import { type App, type RouteContext, admitted } from "../http/serve.ts";
import { parseLogId } from "../params/log-id.ts";
import { LOG_ENDPOINTS } from "./endpoints.ts";
import { readContext, readLog } from "./read-context.ts";

export function installLogRoutes(app: App, context: RouteContext): void {
  const { searcher } = context;
  const { logContext, log } = LOG_ENDPOINTS;
  app.get(logContext.url, { schema: { querystring: logContext.querystring } }, (request, reply) => {
    const { id, scope = "producer", before = 20, after = 20 } = request.query;
    const question = { id: must("id", id, parseLogId(id)), scope, before, after };
    return admitted(context, reply, (signal) => readContext(searcher, question, signal));
  });
  app.get(
    log.url,
    { schema: { params: log.params, querystring: log.querystring } },
    (request, reply) => {
      const id = must("logId", request.params.logId, parseLogId(request.params.logId));
      return admitted(context, reply, (signal) => readLog(searcher, id, signal));
    },
  );
}
