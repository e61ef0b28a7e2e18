import { type App, type RouteContext, signalOf } from "../http/serve.ts";
import { REFUSAL_ENDPOINTS } from "./endpoints.ts";
import { readRefusals } from "./read-refusals.ts";

export function installRefusalRoutes(app: App, { options, searcher }: RouteContext): void {
  const { refusals } = REFUSAL_ENDPOINTS;
  app.get(refusals.url, { schema: { querystring: refusals.querystring } }, (_, reply) =>
    readRefusals(options.collectorUrl, searcher.limits.collectorTimeMs, signalOf(reply)),
  );
}
