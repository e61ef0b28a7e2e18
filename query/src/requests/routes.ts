import { type App, type RouteContext, admitted } from "../http/serve.ts";
import { DEFAULT_REQUEST_ID_ATTRIBUTES } from "../options.ts";
import { REQUEST_ENDPOINTS } from "./endpoints.ts";
import { addShapes } from "../shapes/add-shapes.ts";
import { findRequest } from "./find-request.ts";

export function installRequestRoutes(app: App, context: RouteContext): void {
  const { searcher, options } = context;
  const attributes = options.requestIdAttributes ?? DEFAULT_REQUEST_ID_ATTRIBUTES;
  const { request } = REQUEST_ENDPOINTS;
  app.get(
    request.url,
    { schema: { params: request.params, querystring: request.querystring } },
    (asked, reply) => {
      const question = { id: asked.params.id, attributes, tree: asked.query.tree ?? true };
      const wish = { strip: false, verdict: asked.query.verdict === "1" };
      return admitted(context, reply, async (signal) => {
        const answer = await findRequest(searcher, question, signal);
        const { traces, meta } = answer;
        return { ...answer, ...(await addShapes(searcher, { traces, meta }, wish, signal)) };
      });
    },
  );
}
