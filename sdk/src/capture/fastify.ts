import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { context, SpanStatusCode, trace, type Span } from "@opentelemetry/api";
import { getRPCMetadata } from "@opentelemetry/core";

/** The part of fastify this touches; the SDK must not depend on the application's framework. */
interface FastifyLike {
  addHook(
    name: "onRequest",
    hook: (request: RequestLike, reply: unknown, done: () => void) => void,
  ): unknown;
  addHook(
    name: "onError",
    hook: (request: unknown, reply: ReplyLike, error: Error, done: () => void) => void,
  ): unknown;
}
interface RequestLike {
  readonly routeOptions?: { readonly url?: string };
}
interface ReplyLike {
  /** The server's response. */
  readonly raw: object;
}

/** By response. */
const errors = new WeakMap<object, Error>();

const CHANNEL = "fastify.initialization";

/**
 * Fastify announces each new server on a diagnostics channel, for CommonJS and ESM alike. With two hooks
 * the HTTP server span gets its route (`GET /orders/:id`) and the exception that a handler threw, which
 * fastify otherwise turns into a bare 500.
 * @returns a function that stops listening for new servers
 */
export function captureFastify(): () => void {
  const onServer = (message: unknown): void => {
    const fastify = serverOf(message);
    if (fastify === undefined) return;
    fastify.addHook("onRequest", (request, _reply, done) => {
      const route = request.routeOptions?.url;
      const metadata = getRPCMetadata(context.active());
      if (metadata !== undefined && route !== undefined) metadata.route = route;
      done();
    });
    fastify.addHook("onError", (_request, reply, error, done) => {
      trace.getActiveSpan()?.recordException(error);
      errors.set(reply.raw, error);
      done();
    });
  };
  subscribe(CHANNEL, onServer);
  return () => {
    unsubscribe(CHANNEL, onServer);
  };
}

/**
 * The HTTP instrumentation's hook for a span about to end, its status set. Only now is it known what the error was answered with:
 * a client's mistake (400, 404) is no error of the server; what is one gets the message that the instrumentation does not know.
 */
export function describeServerError(
  span: Span,
  _request: unknown,
  response: { readonly statusCode?: number | undefined },
): void {
  const error = errors.get(response);
  if (error === undefined || (response.statusCode ?? 0) < 500) return;
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
}

function serverOf(message: unknown): FastifyLike | undefined {
  if (typeof message !== "object" || message === null || !("fastify" in message)) return undefined;
  const server = message.fastify;
  if (typeof server !== "object" || server === null || !("addHook" in server)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fastify documents this message; addHook is checked above
  return server as FastifyLike;
}
