/** Which web pages may send telemetry from a browser. Without an answer here the browser refuses for us. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

const LOOPBACK_ORIGIN = /^https?:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/u;
const HEADER_NAMES = /^[\w\-, ]{0,1000}$/u;
const PREFLIGHT_MAX_AGE_SECONDS = 7200;

/** @param allowed exact origins, `loopback`, `*` */
function isOriginAllowed(origin: string, allowed: readonly string[]): boolean {
  if (allowed.includes("*") || allowed.includes(origin)) return true;
  return allowed.includes("loopback") && LOOPBACK_ORIGIN.test(origin);
}

/** Adds the answer to preflights of the given paths, and the headers that let a page read other answers. */
export function registerCors(
  app: FastifyInstance,
  paths: readonly string[],
  allowed: readonly string[],
): void {
  app.addHook("onRequest", (request, reply, done) => {
    const origin = request.headers.origin;
    if (origin !== undefined) {
      void reply.header("vary", "Origin");
      if (isOriginAllowed(origin, allowed)) {
        void reply.header("access-control-allow-origin", origin);
        void reply.header("access-control-expose-headers", "Retry-After");
      }
    }
    done();
  });
  for (const url of paths) app.options(url, answerPreflight);
}

function answerPreflight(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (reply.hasHeader("access-control-allow-origin")) {
    const wanted = request.headers["access-control-request-headers"] ?? "";
    void reply.header("access-control-allow-methods", "POST");
    void reply.header("access-control-max-age", PREFLIGHT_MAX_AGE_SECONDS);
    if (wanted !== "" && HEADER_NAMES.test(wanted)) {
      void reply.header("access-control-allow-headers", wanted);
    }
    // Chrome asks before a page from the internet may reach an address of the local network.
    if (request.headers["access-control-request-private-network"] === "true") {
      void reply.header("access-control-allow-private-network", "true");
    }
  }
  return reply.header("allow", "POST, OPTIONS").code(204).send();
}
