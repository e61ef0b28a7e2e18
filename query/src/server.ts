/** The query service: UI and API on one port. */
import type { IncomingMessage, ServerResponse } from "node:http";
import compress from "@fastify/compress";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  LogController,
  type RawServerDefault,
} from "fastify";
import { constants } from "node:zlib";
import { type Admission, createAdmission } from "./clickhouse/admission.ts";
import { type Asker, createAsker } from "./clickhouse/ask.ts";
import { createAnswers } from "./http/answers.ts";
import { answerClientErrors } from "./http/client-errors.ts";
import { installCors } from "./http/cors.ts";
import { frameworkErrors } from "./http/framework-errors.ts";
import { installProblems } from "./http/problems.ts";
import { installRoutes } from "./http/routes.ts";
import { BROTLI_QUALITY, COMPRESS_FROM_BYTES, type JsonAnswer } from "./http/share.ts";
import { installWebFiles } from "./http/web-files.ts";
import { measuredAsker } from "./telemetry/measured-asker.ts";
import { type QueryMetrics, createQueryMetrics } from "./telemetry/metrics.ts";
import { observeRequests } from "./telemetry/observe-requests.ts";
import { DEFAULT_LIMITS, type QueryLimits, type QueryOptions } from "./options.ts";

export interface QueryServer {
  /** `http://127.0.0.1:8417`, with the port that was taken. */
  readonly address: string;
  /** Takes nothing new, answers what is being asked for up to 3 s, then ends it, and closes. */
  stop(): Promise<void>;
}

/**
 * Listens and answers. ClickHouse need not be there: `/readyz` and every answer say when it is not.
 * @throws the listen error (EADDRINUSE, EACCES) when the port cannot be had
 */
export async function startQuery(options: QueryOptions): Promise<QueryServer> {
  const service = await buildApp(options);
  try {
    const address = await service.app.listen({ host: options.host, port: options.port });
    return { address, stop: () => service.close() };
  } catch (error) {
    await service.close();
    throw error;
  }
}

export interface QueryApp {
  readonly app: FastifyInstance;
  readonly asker: Asker;
  readonly admission: Admission;
  close(): Promise<void>;
}

const STOP_GRACE_MS = 3_000;

/** The service without a port, for tests and for mounting elsewhere. */
export async function buildApp(options: QueryOptions): Promise<QueryApp> {
  const limits: QueryLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const admission = createAdmission(limits);
  const answers = createAnswers<JsonAnswer>(limits);
  const metrics = createQueryMetrics({ admission, answers });
  const asker = measuredAsker(createAsker(options.clickhouse, limits), metrics);
  const app = createFastify(options, metrics);
  answerClientErrors(app.server, metrics);
  observeRequests(app, metrics);
  installProblems(app);
  installCors(app, options.corsOrigins ?? []);
  await app.register(compress, {
    global: true,
    threshold: COMPRESS_FROM_BYTES,
    encodings: ["br", "gzip"],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
  });
  await installWebFiles(app, options.webRoot);
  installRoutes(app, {
    options,
    searcher: { asker, limits },
    admission,
    answers,
    metrics,
    now: options.now ?? systemNow,
  });
  await app.ready();
  return {
    app,
    asker,
    admission,
    close: async () => {
      // A connection that closes ends its query in ClickHouse.
      const timer = setTimeout(() => app.server.closeAllConnections(), STOP_GRACE_MS);
      await app.close();
      clearTimeout(timer);
      await asker.close();
    },
  };
}

function createFastify(options: QueryOptions, metrics: QueryMetrics): FastifyInstance {
  return Fastify<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger>({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: "idle",
    // A parameter that is not known is refused, not left out: a misspelt filter would answer another question.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: "array", allErrors: false } },
    frameworkErrors: frameworkErrors(metrics),
    // Fastify's own answers are nobody's API, and nobody counts them.
    clientErrorHandler: () => undefined,
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: true },
  }).setSerializerCompiler(() => (answer) => JSON.stringify(answer));
}

function systemNow(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}
