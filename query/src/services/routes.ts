import { toServicesRange } from "../http/parse-query.ts";
import { type App, type RouteContext, admitted, signalOf } from "../http/serve.ts";
import { SERVICE_ENDPOINTS } from "./endpoints.ts";
import { readServices } from "./read-services.ts";
import { readStatus } from "./read-status.ts";

export function installServiceRoutes(app: App, context: RouteContext): void {
  const { searcher, options, now } = context;
  const { services, status } = SERVICE_ENDPOINTS;
  app.get(services.url, { schema: { querystring: services.querystring } }, (request, reply) => {
    const range = toServicesRange(request.query, now());
    return admitted(context, reply, (signal) => readServices(searcher, range, signal));
  });
  app.get(status.url, { schema: { querystring: status.querystring } }, (_, reply) =>
    readStatus(searcher, options, signalOf(reply)),
  );
}
