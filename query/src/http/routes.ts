/** The API's endpoints, each one line from request to answer. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { Admission } from "../clickhouse/admission.ts";
import type { QueryOptions } from "../options.ts";
import { QueryError } from "../problem/query-error.ts";
import { findLogs } from "../search/find-logs.ts";
import { findTraces } from "../search/find-traces.ts";
import { countLogs } from "../search/histogram.ts";
import type { Searcher } from "../search/searcher.ts";
import { readServices } from "../services/read-services.ts";
import { checkReady, readStatus } from "../services/read-status.ts";
import { readTrace } from "../traces/read-trace.ts";
import { ENDPOINTS } from "./endpoints.ts";
import { buildOpenApi } from "./openapi.ts";
import {
  toHistogramQuestion,
  toLogSearch,
  toServicesRange,
  toTraceId,
  toTraceSearch,
} from "./parse-query.ts";
import { sendProblem } from "./problems.ts";

export interface RouteContext {
  readonly options: QueryOptions;
  readonly searcher: Searcher;
  readonly admission: Admission;
  readonly now: () => bigint;
}

export function installRoutes(instance: FastifyInstance, context: RouteContext): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  const { searcher, now } = context;
  const { trace, traces, logs, histogram, services, status, openapi } = ENDPOINTS;
  const document = JSON.stringify(buildOpenApi(), undefined, 2);

  app.get(
    trace.url,
    { schema: { params: trace.params, querystring: trace.querystring } },
    (request, reply) => {
      const traceId = toTraceId(request.params.traceId);
      return admitted(context, reply, (signal) => readTrace(searcher, traceId, signal));
    },
  );
  app.get(traces.url, { schema: { querystring: traces.querystring } }, (request, reply) => {
    const search = toTraceSearch(request.query, now());
    return admitted(context, reply, (signal) => findTraces(searcher, search, signal));
  });
  app.get(logs.url, { schema: { querystring: logs.querystring } }, (request, reply) => {
    const search = toLogSearch(request.query, now());
    return admitted(context, reply, (signal) => findLogs(searcher, search, signal));
  });
  app.get(histogram.url, { schema: { querystring: histogram.querystring } }, (request, reply) => {
    const question = toHistogramQuestion(request.query, now());
    return admitted(context, reply, (signal) => countLogs(searcher, question, signal));
  });
  app.get(services.url, { schema: { querystring: services.querystring } }, (request, reply) => {
    const range = toServicesRange(request.query, now());
    return admitted(context, reply, (signal) => readServices(searcher, range, signal));
  });
  app.get(status.url, { schema: { querystring: status.querystring } }, (_, reply) =>
    readStatus(searcher, context.options, signalOf(reply)),
  );
  app.get(openapi.url, { schema: { querystring: openapi.querystring } }, (_, reply) =>
    reply.type("application/json").send(document),
  );
  installHealth(app, context);
  app.all("/api/*", (request, reply) => sendProblem(reply, noSuchEndpoint(request)));
}

function installHealth(app: FastifyInstance, { searcher }: RouteContext): void {
  app.get("/healthz", () => ({ status: "ok" }));
  app.get("/readyz", async (_, reply) => {
    await checkReady(searcher, signalOf(reply));
    return { status: "ready" };
  });
}

/** In its turn, and no longer than the client stays. */
async function admitted<T>(
  { admission }: RouteContext,
  reply: FastifyReply,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = signalOf(reply);
  reply.header("cache-control", "no-store");
  return admission.run(signal, () => work(signal));
}

/** Aborts when the connection closes before the answer is sent. */
function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

function noSuchEndpoint(request: FastifyRequest): QueryError {
  const path = request.url.split("?")[0] ?? "";
  return new QueryError(
    "not_found",
    `There is no ${request.method} ${path.slice(0, 200)}. GET /api/openapi.json lists what there is.`,
  );
}
