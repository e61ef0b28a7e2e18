/**
 * Which web pages of other origins may read telemetry from a browser: those that are listed, and nobody by default. Without an
 * answer here the browser refuses for us.
 */
import type { FastifyInstance } from "fastify";

const METHODS = "GET, POST, DELETE";
/** What our endpoints read besides what browsers allow to every page. */
const REQUEST_HEADERS = "content-type, last-event-id, if-none-match";
const ANSWER_HEADERS =
  "Retry-After, ETag, Throughline-Rows, Throughline-Complete, Throughline-Elapsed-Ms, Throughline-Rows-Read, Throughline-Bytes-Read, Throughline-Missing";
const PREFLIGHT_MAX_AGE_SECONDS = 7_200;

/**
 * Answers preflights of the given origins, and lets their pages read every other answer. Call it before any route is added.
 * @param origins exact, as browsers send them: `https://board.example`; no pattern and no `*`
 */
export function installCors(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  app.addHook("onRequest", async (request, reply) => {
    const { origin } = request.headers;
    // Compression adds its own word to it.
    void reply.header("vary", "Origin");
    // On the connection's own answer: an event stream is written past Fastify.
    reply.raw.setHeader("vary", "Origin");
    if (origin === undefined || !allowed.has(origin)) return;
    reply.raw.setHeader("access-control-allow-origin", origin);
    if (!isPreflight(request)) {
      reply.raw.setHeader("access-control-expose-headers", ANSWER_HEADERS);
      return;
    }
    await reply
      .headers({
        "access-control-allow-methods": METHODS,
        "access-control-allow-headers": REQUEST_HEADERS,
        "access-control-max-age": PREFLIGHT_MAX_AGE_SECONDS,
      })
      .code(204)
      .send();
  });
}

function isPreflight(request: {
  readonly method: string;
  readonly headers: Readonly<Record<string, unknown>>;
}): boolean {
  return (
    request.method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined
  );
}
