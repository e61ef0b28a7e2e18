/**
 * `GET /api/config?service=NAME`: what an instrumented application is told while it runs. It asks again and again, so an
 * unchanged answer is a 304 without a body.
 */
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { AgentConfigSource } from "../contract.ts";
import type { CollectorMetrics } from "../telemetry/metrics.ts";
import { sendText } from "./http-export.ts";

export const AGENT_CONFIG_PATH = "/api/config";

/** A service's name takes part in the answer; nothing that long is one. */
const SERVICE_LENGTH_MAX = 1024;

export function registerAgentConfigRoute(
  app: FastifyInstance,
  source: AgentConfigSource,
  metrics: Pick<CollectorMetrics, "agentConfigRequests">,
): void {
  app.get<{ Querystring: Readonly<Record<string, unknown>> }>(
    AGENT_CONFIG_PATH,
    async (request, reply) => {
      const sent = answer(request, reply, source);
      metrics.agentConfigRequests.inc({ code: String(reply.statusCode) });
      return sent;
    },
  );
}

function answer(
  request: FastifyRequest<{ Querystring: Readonly<Record<string, unknown>> }>,
  reply: FastifyReply,
  source: AgentConfigSource,
): FastifyReply {
  const { service } = request.query;
  const named = typeof service === "string" && service.length <= SERVICE_LENGTH_MAX;
  if (service !== undefined && !named) {
    return sendText(reply.code(400), "Give one service, as GET /api/config?service=checkout.");
  }
  const reading = source(typeof service === "string" ? service : undefined);
  if (reading.kind === "unavailable") {
    // Not an empty answer: whoever has levels from an earlier one keeps them.
    return sendText(reply.code(503), `There are no log levels to tell. ${reading.reason}`);
  }
  const body = JSON.stringify(reading.config);
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  void reply.header("etag", etag).header("cache-control", "no-cache");
  if (isKnown(request.headers["if-none-match"], etag)) return reply.code(304).send();
  return reply.type("application/json; charset=utf-8").send(body);
}

/** A proxy that compresses makes the validator weak; for a GET the two compare alike. */
function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}
