/**
 * OTLP/HTTP: `POST /v1/traces`, `/v1/logs`, `/v1/metrics` in protobuf or JSON, plain or compressed; Zipkin's spans; and the
 * collector's own `GET /healthz`, `/readyz`, `/metrics`, `/api/refusals`, and `/api/config`. Speaks HTTP/1.1; HTTP/2 is told the gRPC port.
 */
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import type { Signal } from "../contract.ts";
import type { ReceiveLimits } from "../limits.ts";
import { AGENT_CONFIG_PATH, registerAgentConfigRoute } from "./agent-config-route.ts";
import { registerCors } from "./cors.ts";
import { answerClientErrors } from "./http-client-errors.ts";
import { registerExportRoute, sendText } from "./http-export.ts";
import { REFUSALS_PATH, registerOperatorRoutes } from "./http-operator-routes.ts";
import { OTLP_SERVICES } from "./otlp-services.ts";
import { startPortFront, type PortFront } from "./port-front.ts";
import { errorCode, formatAddress, type HttpReceiverOptions, type Receiver } from "./receiver.ts";
import { createWrongPortHttp2Server, describeHttpPort, type OtlpPorts } from "./wrong-port.ts";
import { registerZipkinRoute, ZIPKIN_PATH } from "./zipkin-route.ts";

const STOP_GRACE_MS = 5000;
/** How often Node looks for requests past their time. */
const TIMEOUT_CHECK_MS = 1000;
const DRAIN_CHECK_MS = 50;
/** fastify's code for a `Content-Type` that is empty or that its grammar does not know. */
const MEDIA_TYPE_ERROR = "FST_ERR_CTP_INVALID_MEDIA_TYPE";

/** @throws ListenError */
export async function startHttpReceiver(options: HttpReceiverOptions): Promise<Receiver> {
  const { host, limits, metrics, refusals } = options;
  let port = options.port;
  const ports = (): OtlpPorts => ({ grpcPort: options.otherPort(), httpPort: port });

  const app = createApp(options, ports);
  const httpServer = app.server;
  answerClientErrors(httpServer, { ...options, signalAt });
  await app.ready();
  startTimeoutChecks(httpServer);
  const wrongPortServer = createWrongPortHttp2Server(ports);
  const front = await startPortFront({
    host,
    port,
    transport: "http",
    limits,
    metrics,
    refusals,
    onHttp1: (socket) => void httpServer.emit("connection", socket),
    onHttp2: (socket) => {
      const message = describeHttpPort(ports());
      metrics.wrongProtocolConnections.inc({ transport: "http" });
      refusals.note({ transport: "http", reason: "wrong_protocol", message });
      wrongPortServer.emit("connection", socket);
    },
  });
  port = front.port;
  let stopping: Promise<void> | undefined;
  const stop = async (graceMs: number) => {
    await drain(httpServer, front, graceMs);
    // Never listened, so this only ends its timer.
    httpServer.close();
    wrongPortServer.close();
    await app.close();
  };
  return {
    port,
    address: formatAddress(host, port),
    stop: (graceMs = STOP_GRACE_MS) => (stopping ??= stop(graceMs)),
  };
}

function signalAt(path: string): Signal | undefined {
  if (path === ZIPKIN_PATH) return "traces";
  return OTLP_SERVICES.find(({ httpPath }) => httpPath === path)?.signal;
}

function createApp(options: HttpReceiverOptions, ports: () => OtlpPorts): FastifyInstance {
  const { limits } = options;
  const app = Fastify({
    logger: false,
    routerOptions: { ignoreTrailingSlash: true },
    exposeHeadRoutes: true,
    serverFactory: (handler) => createBoundedServer(handler, limits),
    // answerClientErrors is at it; fastify's own would answer as well.
    clientErrorHandler: () => undefined,
  });
  // Bodies are read by readBody, which charges the budget first; no parser of fastify's may buffer them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  registerCors(
    app,
    [...OTLP_SERVICES.map((service) => service.httpPath), ZIPKIN_PATH],
    options.corsOrigins ?? ["loopback"],
  );
  registerOperatorRoutes(app, options);
  registerAgentConfigRoute(app, options.agentConfig, options.metrics);
  for (const service of OTLP_SERVICES) registerExportRoute(app, { service, options, ports });
  registerZipkinRoute(app, options);
  app.setNotFoundHandler((request, reply) => {
    const message =
      `Nothing is at ${request.method} ${request.url.split("?", 1)[0]}. OTLP/HTTP goes to POST ` +
      `${OTLP_SERVICES.map((service) => service.httpPath).join(", ")}, Zipkin's spans to POST ${ZIPKIN_PATH}; health is at /healthz and /readyz, metrics at /metrics, ` +
      `what applications are told at ${AGENT_CONFIG_PATH}, what was refused at ${REFUSALS_PATH}.`;
    // Somebody who looks around is no sender.
    if (request.method === "POST") {
      options.refusals.note({ transport: "http", reason: "unknown_path", message });
    }
    return sendText(reply.code(404), message);
  });
  answerErrors(app, options);
  return app;
}

function answerErrors(app: FastifyInstance, { onBug }: HttpReceiverOptions): void {
  const answerBug = (error: unknown, reply: FastifyReply) => {
    onBug?.(error);
    return sendText(
      reply.code(500),
      "The collector failed on this request and stored nothing of it.",
    );
  };
  app.setErrorHandler(async (error, request, reply): Promise<unknown> => {
    if (errorCode(error) !== MEDIA_TYPE_ERROR) return answerBug(error, reply);
    // fastify gives up before the route is called. What is no media type is one more that the route does not take, or does without.
    try {
      return await request.routeOptions.handler.call(app, request, reply);
    } catch (bug) {
      return answerBug(bug, reply);
    }
  });
}

function createBoundedServer(
  handler: Parameters<typeof createHttpServer>[1],
  limits: ReceiveLimits,
): HttpServer {
  return createHttpServer(
    {
      maxHeaderSize: limits.headersMaxBytes,
      headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.idleTimeoutMs,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    },
    handler,
  );
}

/**
 * The server never listens itself, the front does; but Node begins to watch header and request times at
 * `listening`, so it is told. Its timer does not keep the process alive and ends with `close`.
 */
function startTimeoutChecks(server: HttpServer): void {
  server.emit("listening");
}

/** Keep-alive connections close once they have their answer; returns when none is left or `graceMs` is over. */
async function drain(server: HttpServer, front: PortFront, graceMs: number): Promise<void> {
  const closeIdle = () => server.closeIdleConnections();
  const timer = setInterval(closeIdle, DRAIN_CHECK_MS);
  const stopped = front.stop(graceMs);
  closeIdle();
  await stopped;
  clearInterval(timer);
}
