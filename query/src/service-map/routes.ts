import { readRange } from "../http/parse-query.ts";
import type { App, RouteContext } from "../http/serve.ts";
import { shared } from "../http/share.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { SERVICE_MAP_ENDPOINTS } from "./endpoints.ts";
import { readServiceMap } from "./read-service-map.ts";

const DEFAULT_NANOS = 3_600n * NANOS_PER_SECOND;

export function installServiceMapRoutes(app: App, context: RouteContext): void {
  const { serviceMap } = SERVICE_MAP_ENDPOINTS;
  const { searcher, now } = context;
  app.get(serviceMap.url, { schema: { querystring: serviceMap.querystring } }, (request, reply) => {
    const { service, environment } = request.query;
    const at = now();
    const question = {
      range: readRange(request.query, at, at - DEFAULT_NANOS),
      ...(service === undefined ? {} : { service }),
      ...(environment === undefined ? {} : { environment }),
    };
    return shared(context, request, reply, (signal) => readServiceMap(searcher, question, signal));
  });
}
