/** Errors in the words of another API: our status and detail, its envelope. */
import type { FastifyInstance } from "fastify";
import { PROBLEMS } from "../problem/catalog.ts";
import { ClientGone, QueryError } from "../problem/query-error.ts";

const URL_SHOWN_MAX = 200;

/** @param envelope the body of a refusal; a text is sent as one */
export function installErrors(
  app: FastifyInstance,
  envelope: (status: number, message: string) => object | string,
): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    // Nobody listens; the status is for the log only.
    if (error instanceof ClientGone) return reply.code(499).send();
    const known = error instanceof QueryError ? error : undefined;
    if (known === undefined || known.code.startsWith("clickhouse_")) {
      request.log.error({ err: error }, "a question failed");
    }
    const status = known === undefined ? 500 : PROBLEMS[known.code].status;
    const message = known?.message ?? `The request ${request.id} failed; the log has the reason.`;
    if (known?.retryAfterSeconds !== undefined) {
      reply.header("retry-after", String(known.retryAfterSeconds));
    }
    const body = envelope(status, message);
    void reply.code(status).header("cache-control", "no-store");
    return typeof body === "string"
      ? reply.type("text/plain; charset=utf-8").send(body)
      : reply.type("application/json").send(JSON.stringify(body));
  });
}

/** A URL without its query, short enough for a message. */
export function text(url: string): string {
  return (url.split("?")[0] ?? "").slice(0, URL_SHOWN_MAX);
}
