/**
 * `GET /healthz`: the process lives. `GET /readyz`: export requests are being acknowledged, and what is wrong.
 * `GET /metrics`: Prometheus text. `GET /api/refusals`: what was refused lately and why, for the page that helps to set up.
 *
 * `/readyz` stays 200 while ClickHouse is away: the spool acknowledges, and a load balancer that took the
 * collector out would turn a delay into a loss. What is wrong is in the body either way.
 */
import type { FastifyInstance } from "fastify";
import type { HttpReceiverOptions } from "./receiver.ts";

export const REFUSALS_PATH = "/api/refusals";

export function registerOperatorRoutes(
  app: FastifyInstance,
  { health, metrics, refusals }: Pick<HttpReceiverOptions, "health" | "metrics" | "refusals">,
): void {
  app.get("/healthz", () => ({ status: "alive" }));

  app.get("/readyz", (_request, reply) => {
    const report = health();
    return reply.code(report.ready ? 200 : 503).send(report);
  });

  app.get(REFUSALS_PATH, () => ({ refusals: refusals.recent() }));

  app.get("/metrics", async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
