/**
 * Jaeger's query API, both families, under `/jaeger`: what Grafana's Jaeger data source and Jaeger's UI ask. Log records are shown as
 * logs of their spans; under `/jaeger/no-logs`, or with `logs=false`, they are not.
 */
import type { FastifyInstance } from "fastify";
import type { App, RouteContext } from "../../http/serve.ts";
import { QueryError } from "../../problem/query-error.ts";
import { NANOS_PER_MILLISECOND } from "../../params/nanos.ts";
import { parseTime } from "../../params/time.ts";
import { type Asked, getter } from "../asked.ts";
import { findSummaries, readById, readWhole } from "../find-many.ts";
import { JAEGER_FIRST, JAEGER_THIRD, installErrors, unknownPath } from "../other-errors.ts";
import { type Dependency, readDependencies } from "../read-dependencies.ts";
import { type Names, readOperations, readServiceNames } from "../read-names.ts";
import { reasonsOf, tellMissing } from "../tell-missing.ts";
import { METRICS, readMetric, readMetricQuestion, STEP_MIN_MS } from "./metrics.ts";
import { mustBeTraceId, readFirstApiSearch, readThirdApiSearch } from "./search-params.ts";
import { toJaegerSummaries } from "./summaries.ts";
import { toJaegerTrace } from "./to-jaeger-trace.ts";
import { toTracesData } from "./to-otlp.ts";

const DAY = 86_400_000_000_000n;

export function installJaegerRoutes(app: App, context: RouteContext): void {
  for (const logs of [true, false]) {
    const prefix = logs ? "/jaeger" : "/jaeger/no-logs";
    void app.register(
      (scope, _, done) => {
        installThirdApi(scope, context, logs);
        installFirstApi(scope, context, logs);
        done();
      },
      { prefix },
    );
  }
}

function installFirstApi(parent: FastifyInstance, context: RouteContext, logs: boolean): void {
  void parent.register((app, _, done) => {
    installErrors(app, JAEGER_FIRST);
    const get = getter(app, context, { logs });
    get("/api/services", async (asked) => {
      const { found, missing } = await readServiceNames(asked);
      return listed(found, missing);
    });
    get("/api/services/:service/operations", async (asked) => {
      const { found, missing } = await readOperations(asked, asked.params.text("service") ?? "");
      return listed([...new Set(found.map((each) => each.name))], missing);
    });
    get("/api/operations", async (asked) => {
      const { found, missing } = await operationsOf(asked);
      return listed(found, missing);
    });
    get("/api/traces", findFirst);
    get("/api/traces/:traceId", async (asked) => {
      const traceId = mustBeTraceId("traceID", asked.params.text("traceId") ?? "");
      const { found, missing } = await readById(asked, [traceId], { mustHaveSpans: true });
      const [trace] = found;
      if (trace === undefined || trace.spans.length === 0) throw notFound(traceId, missing);
      return listed([toJaegerTrace(trace, asked.showing)]);
    });
    get("/api/dependencies", async (asked) => {
      const { values, now } = asked;
      const to = values.nanos(NANOS_PER_MILLISECOND, "endTs") ?? now;
      const lookback = values.nanos(NANOS_PER_MILLISECOND, "lookback") ?? DAY;
      const range = { from: to - lookback, to };
      const { edges, missing } = await readDependencies(asked.searcher, range, asked.signal);
      const service = values.text("service");
      const meant = edges.filter(
        ({ caller, callee }) => service === undefined || caller === service || callee === service,
      );
      return listed(
        meant.map((edge) => dependency(edge)),
        missing,
      );
    });
    for (const metric of METRICS) {
      get(`/api/metrics/${metric}`, async ({ searcher, values, now, signal }, reply) => {
        const question = readMetricQuestion(metric, values, now);
        const { family, missing } = await readMetric(searcher, question, signal);
        tellMissing(reply, missing);
        return family;
      });
    }
    get("/api/metrics/minstep", () => Promise.resolve({ ...listed([]), data: STEP_MIN_MS }));
    app.all("/*", (request) => {
      throw unknownPath(request);
    });
    done();
  });
}

function installThirdApi(parent: FastifyInstance, context: RouteContext, logs: boolean): void {
  void parent.register((app, _, done) => {
    installErrors(app, JAEGER_THIRD);
    const get = getter(app, context, { logs });
    get("/api/v3/services", async (asked, reply) => {
      const { found, missing } = await readServiceNames(asked);
      tellMissing(reply, missing);
      return { services: found };
    });
    get("/api/v3/operations", async (asked, reply) => {
      const { found, missing } = await operationsOf(asked);
      tellMissing(reply, missing);
      return { operations: found };
    });
    get("/api/v3/traces", async (asked, reply) => {
      const { query, limit } = readThirdApiSearch(asked.values, asked.now);
      const summaries = await findSummaries(asked, query, limit);
      const traces = await readWhole(asked, summaries.found);
      const missing = [...summaries.missing, ...traces.missing];
      if (traces.found.length === 0) {
        throw new QueryError("trace_not_found", missing.join(" ") || "No traces found");
      }
      // OTLP has no warnings.
      tellMissing(reply, [...missing, ...reasonsOf(traces.found)]);
      return { result: toTracesData(traces.found, asked.showing) };
    });
    get("/api/v3/traces/:traceId", async (asked, reply) => {
      const traceId = mustBeTraceId("trace_id", asked.params.text("traceId") ?? "");
      const { found, missing } = await readById(asked, [traceId], { mustHaveSpans: true });
      if (found[0] === undefined || found[0].spans.length === 0) throw notFound(traceId, missing);
      tellMissing(reply, reasonsOf(found));
      return { result: toTracesData(found, asked.showing) };
    });
    get("/api/v3/trace-summaries", async (asked, reply) => {
      const { query, limit } = readThirdApiSearch(asked.values, asked.now);
      const { found, missing } = await findSummaries(asked, query, limit);
      tellMissing(reply, missing);
      return { summaries: await toJaegerSummaries(asked, found) };
    });
    get("/api/v3/dependencies", async (asked, reply) => {
      const { values, now, searcher, signal } = asked;
      const time = (given: string) => parseTime(given.replaceAll(" ", "+"), now);
      const to = values.parsed(time, "endTime", "end_time") ?? now;
      const from = values.parsed(time, "startTime", "start_time") ?? to - DAY;
      const { edges, missing } = await readDependencies(searcher, { from, to }, signal);
      tellMissing(reply, missing);
      return {
        dependencies: edges.map((edge) => ({
          ...dependency(edge),
          callCount: String(edge.calls),
        })),
      };
    });
    app.all("/api/v3/*", (request) => {
      throw unknownPath(request);
    });
    done();
  });
}

async function findFirst(asked: Asked): Promise<object> {
  const search = readFirstApiSearch(asked.values, asked.now);
  if (search.kind === "ids") {
    const { found, missing } = await readById(asked, search.traceIds);
    return listed(
      found.map((trace) => toJaegerTrace(trace, asked.showing)),
      missing,
    );
  }
  const summaries = await findSummaries(asked, search.query, search.limit);
  const traces = await readWhole(asked, summaries.found);
  return listed(
    traces.found.map((trace) => toJaegerTrace(trace, asked.showing)),
    [...summaries.missing, ...traces.missing],
  );
}

/** Jaeger's envelope; what is missing is told in its errors, beside the data. */
function listed(data: readonly unknown[], missing: readonly string[] = []): object {
  return {
    data,
    total: data.length,
    limit: 0,
    offset: 0,
    errors: missing.length === 0 ? null : missing.map((msg) => ({ msg })),
  };
}

async function operationsOf(asked: Asked): Promise<Names<object>> {
  const service = asked.values.text("service");
  if (service === undefined) {
    throw new QueryError("invalid_parameter", "parameter 'service' is required");
  }
  const wanted = asked.values.text("spanKind", "span_kind")?.toLowerCase();
  const { found, missing } = await readOperations(asked, service);
  const operations = found
    .map(({ name, kind }) => ({ name, spanKind: kind.toLowerCase() || "unspecified" }))
    .filter((each) => wanted === undefined || each.spanKind === wanted);
  return { found: operations, missing };
}

function dependency({ caller, callee, calls }: Dependency): {
  readonly parent: string;
  readonly child: string;
  readonly callCount: number;
} {
  return { parent: caller, child: callee, callCount: calls };
}

function notFound(traceId: string, missing: readonly string[]): QueryError {
  return new QueryError(
    "trace_not_found",
    missing[0] ?? `No span of the trace ${traceId} is stored, only log records.`,
  );
}
