import { readRange } from "../http/parse-query.ts";
import type { App, RouteContext } from "../http/serve.ts";
import { shared } from "../http/share.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { ENVIRONMENT_ENDPOINTS } from "./endpoints.ts";
import { readEnvironments } from "./read-environments.ts";

const DAY = 86_400n * NANOS_PER_SECOND;

export function installEnvironmentRoutes(app: App, context: RouteContext): void {
  const { searcher, now } = context;
  const { environments } = ENVIRONMENT_ENDPOINTS;
  app.get(
    environments.url,
    { schema: { querystring: environments.querystring } },
    (request, reply) => {
      const at = now();
      const range = readRange(request.query, at, at - DAY);
      return shared(context, request, reply, (signal) => readEnvironments(searcher, range, signal));
    },
  );
}
