/** All routes: those of the features, health, and the answer to what does not exist. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { installLogRoutes } from "../logs/routes.ts";
import { QueryError } from "../problem/query-error.ts";
import { installJaegerRoutes } from "../compat/jaeger/routes.ts";
import { installZipkinRoutes } from "../compat/zipkin/routes.ts";
import { installEnvironmentRoutes } from "../environments/routes.ts";
import { installExportRoutes } from "../export/routes.ts";
import { installFacetRoutes } from "../facets/routes.ts";
import { installFieldRoutes } from "../fields/routes.ts";
import { installPatternRoutes } from "../patterns/routes.ts";
import { installRefusalRoutes } from "../refusals/routes.ts";
import { installRequestRoutes } from "../requests/routes.ts";
import { installSearchRoutes } from "../search/routes.ts";
import { installDeltasRoutes } from "../deltas/routes.ts";
import { installHeatmapRoutes } from "../heatmap/routes.ts";
import { installServiceMapRoutes } from "../service-map/routes.ts";
import { checkReady } from "../services/read-status.ts";
import { installServiceRoutes } from "../services/routes.ts";
import { installTailRoutes } from "../tail/routes.ts";
import { installTraceGroupRoutes } from "../trace-groups/routes.ts";
import { installTraceRoutes } from "../traces/routes.ts";
import { installSqlRoutes } from "../user-sql/routes.ts";
import { ENDPOINTS } from "./endpoints.ts";
import { buildOpenApi } from "./openapi.ts";
import { sendProblem } from "./problems.ts";
import { type App, type RouteContext, signalOf } from "./serve.ts";

export function installRoutes(instance: FastifyInstance, context: RouteContext): void {
  const app: App = instance.withTypeProvider<TypeBoxTypeProvider>();
  installTailRoutes(app, context);
  installExportRoutes(app, context);
  installTraceRoutes(app, context);
  installTraceGroupRoutes(app, context);
  installRequestRoutes(app, context);
  installSqlRoutes(app, context);
  installSearchRoutes(app, context);
  installFieldRoutes(app, context);
  installEnvironmentRoutes(app, context);
  installFacetRoutes(app, context);
  installLogRoutes(app, context);
  installPatternRoutes(app, context);
  installServiceRoutes(app, context);
  installRefusalRoutes(app, context);
  installServiceMapRoutes(app, context);
  installHeatmapRoutes(app, context);
  installDeltasRoutes(app, context);
  installJaegerRoutes(app, context);
  installZipkinRoutes(app, context);
  installOpenApi(app);
  installHealth(app, context);
  app.all("/api/*", (request, reply) => sendProblem(reply, noSuchEndpoint(request)));
}

function installOpenApi(app: App): void {
  const { openapi } = ENDPOINTS;
  const document = JSON.stringify(buildOpenApi(), undefined, 2);
  app.get(openapi.url, { schema: { querystring: openapi.querystring } }, (_, reply) =>
    reply.type("application/json").send(document),
  );
}

function installHealth(app: App, { searcher }: RouteContext): void {
  app.get("/healthz", () => ({ status: "ok" }));
  app.get("/readyz", async (_, reply) => {
    await checkReady(searcher, signalOf(reply));
    return { status: "ready" };
  });
}

function noSuchEndpoint(request: FastifyRequest): QueryError {
  const path = request.url.split("?")[0] ?? "";
  return new QueryError(
    "not_found",
    `There is no ${request.method} ${path.slice(0, 200)}. GET /api/openapi.json lists what there is.`,
  );
}
