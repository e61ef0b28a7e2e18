/** Errors in the words of another API: our status and detail, its envelope. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { toQueryProblem } from "../http/problems.ts";
import { PROBLEMS } from "../problem/catalog.ts";
import { ClientGone, QueryError } from "../problem/query-error.ts";

const URL_SHOWN_MAX = 200;

/** The body of a refusal; a text is sent as one. */
export type Envelope = (status: number, message: string) => object | string;

export const JAEGER_FIRST: Envelope = (status, message) => ({
  data: null,
  total: 0,
  limit: 0,
  offset: 0,
  errors: [{ code: status, msg: message }],
});

export const JAEGER_THIRD: Envelope = (status, message) => ({
  error: { httpCode: status, message },
});

export const ZIPKIN: Envelope = (_status, message) => message;

/** The first that fits is of the path. */
const BY_PATH: readonly (readonly [RegExp, Envelope])[] = [
  [/^\/jaeger(?:\/no-logs)?\/api\/v3\//, JAEGER_THIRD],
  [/^\/jaeger\//, JAEGER_FIRST],
  [/^\/zipkin\//, ZIPKIN],
];

/** @returns undefined for a path of no other API */
export function envelopeOf(url: string): Envelope | undefined {
  return BY_PATH.find(([path]) => path.test(url))?.[1];
}

export function installErrors(app: FastifyInstance, envelope: Envelope): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    // Nobody listens; the status is for the log only.
    if (error instanceof ClientGone) return reply.code(499).send();
    const problem = toQueryProblem(error, request);
    if (problem.code === "internal" || problem.code.startsWith("clickhouse_")) {
      request.log.error({ err: error }, "a question failed");
    }
    return sendInEnvelope(reply, problem, envelope);
  });
}

export function sendInEnvelope(
  reply: FastifyReply,
  problem: QueryError,
  envelope: Envelope,
): FastifyReply {
  const { status } = PROBLEMS[problem.code];
  if (problem.retryAfterSeconds !== undefined) {
    reply.header("retry-after", String(problem.retryAfterSeconds));
  }
  const body = envelope(status, problem.message);
  void reply.code(status).header("cache-control", "no-store");
  return typeof body === "string"
    ? reply.type("text/plain; charset=utf-8").send(body)
    : reply.type("application/json").send(JSON.stringify(body));
}

/** For a path that the other API may have, and this one has not. */
export function unknownPath({ method, url }: FastifyRequest): QueryError {
  const path = (url.split("?")[0] ?? "").slice(0, URL_SHOWN_MAX);
  return new QueryError("not_found", `There is no ${method} ${path}.`);
}
