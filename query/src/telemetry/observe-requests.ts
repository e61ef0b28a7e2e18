/** Counts and times every request by its endpoint and how it ended, and serves the numbers at `GET /metrics`. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Endpoint } from "../http/endpoint.ts";
import { ENDPOINTS } from "../http/endpoints.ts";
import type { QueryMetrics } from "./metrics.ts";

/** What routes outside of `ENDPOINTS` are called. */
const OTHER_ROUTES: Readonly<Record<string, string>> = {
  "/healthz": "health",
  "/readyz": "health",
  "/metrics": "metrics",
  "/api/*": "unknown",
  "/*": "web",
};

/** Call it before any route is added: hooks hold for what is added after them. */
export function observeRequests(app: FastifyInstance, metrics: QueryMetrics): void {
  const names = endpointNames();
  const outcomes = new WeakMap<FastifyRequest, string>();
  app.addHook("preSerialization", async (request, _, payload) => {
    if (isCut(payload)) outcomes.set(request, "cut");
    return payload;
  });
  app.addHook("onSend", async (request, reply, payload) => {
    const code = problemCode(reply, payload);
    if (code !== undefined) outcomes.set(request, code);
    if (reply.getHeader("throughline-complete") === "false") outcomes.set(request, "cut");
    if (request.routeOptions.url === ENDPOINTS.sql.url) countStatement(reply, metrics);
    return payload;
  });
  app.addHook("onRequest", async (request, reply) => {
    const counted = (outcome: string): void => {
      if (outcomes.get(request) === COUNTED) return;
      outcomes.set(request, COUNTED);
      const endpoint = endpointOf(request, names);
      metrics.requests.inc({ endpoint, outcome });
      metrics.requestSeconds.observe({ endpoint }, reply.elapsedTime / 1_000);
    };
    reply.raw.once("finish", () => counted(outcomes.get(request) ?? outcomeOf(reply.statusCode)));
    // Without `finish` before it: the client left.
    reply.raw.once("close", () => counted("left"));
  });
  app.get("/metrics", async (_, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}

const COUNTED = "counted";

/** Of what is refused before there is a route, which no hook sees. */
export function countUnrouted(
  { url }: FastifyRequest,
  outcome: string,
  metrics: QueryMetrics,
): void {
  const endpoint = otherApiOf(url) ?? "unknown";
  metrics.requests.inc({ endpoint, outcome });
  metrics.requestSeconds.observe({ endpoint }, 0);
}

function otherApiOf(url: string): string | undefined {
  return /^\/(jaeger|zipkin)\//.exec(url)?.[1];
}

/** Statements of people have a connection of their own, past the asker that counts every other question. */
function countStatement(reply: FastifyReply, metrics: QueryMetrics): void {
  const header = (name: string): number => Number(reply.getHeader(name) ?? 0);
  metrics.clickhouseRowsRead.inc(header("throughline-rows-read"));
  metrics.clickhouseBytesRead.inc(header("throughline-bytes-read"));
}

function endpointNames(): ReadonlyMap<string, string> {
  const endpoints: readonly (readonly [string, Endpoint])[] = Object.entries(ENDPOINTS);
  return new Map(endpoints.map(([name, { method = "GET", url }]) => [`${method} ${url}`, name]));
}

/** Never the path that was asked for: that is anybody's choice. */
function endpointOf(request: FastifyRequest, names: ReadonlyMap<string, string>): string {
  const { url } = request.routeOptions;
  if (url === undefined) return "unknown";
  // Each of these doors is one endpoint here: they have a dozen routes each.
  const method = request.method === "HEAD" ? "GET" : request.method;
  return names.get(`${method} ${url}`) ?? OTHER_ROUTES[url] ?? otherApiOf(url) ?? "other";
}

function isCut(payload: unknown): boolean {
  if (!isRecord(payload)) return false;
  const { meta } = payload;
  return isRecord(meta) && meta["complete"] === false;
}

/** Problems are sent as text that `toProblem` made. */
function problemCode(reply: FastifyReply, payload: unknown): string | undefined {
  const type = reply.getHeader("content-type");
  if (typeof type !== "string" || !type.startsWith("application/problem+json")) return undefined;
  return typeof payload === "string" ? /"code":"([a-z_]+)"/.exec(payload)?.[1] : undefined;
}

function outcomeOf(status: number): string {
  if (status < 400) return "ok";
  return status < 500 ? "refused" : "internal";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
