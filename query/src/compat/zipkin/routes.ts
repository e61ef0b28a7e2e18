/** Zipkin's v2 query API under `/zipkin`: what Zipkin's UI, Grafana's Zipkin data source and scripts ask. */
import type { FastifyInstance, FastifyReply } from "fastify";
import { must, refuse } from "../../http/parse-query.ts";
import type { App, RouteContext } from "../../http/serve.ts";
import { QueryError } from "../../problem/query-error.ts";
import { type Asked, getter } from "../asked.ts";
import { findSummaries, readById, readWhole } from "../find-many.ts";
import { ZIPKIN, installErrors, unknownPath } from "../other-errors.ts";
import { parsePaddedTraceId } from "../query-values.ts";
import { readDependencies } from "../read-dependencies.ts";
import {
  LABELS,
  type Names,
  readLabelValues,
  readOperations,
  readPeers,
  readServiceNames,
} from "../read-names.ts";
import { reasonsOf, tellMissing } from "../tell-missing.ts";
import { readLookback, readZipkinSearch } from "./search-params.ts";
import { toZipkinSpans } from "./to-zipkin-spans.ts";

/** What the UI reads before it asks anything. */
const UI_CONFIG = {
  environment: "",
  queryLimit: 10,
  defaultLookback: 900_000,
  searchEnabled: true,
  dependency: { enabled: true, lowErrorRate: 0.5, highErrorRate: 0.75 },
};

export function installZipkinRoutes(app: App, context: RouteContext): void {
  void app.register(
    (scope, _, done) => {
      installErrors(scope, ZIPKIN);
      installRoutes(scope, context);
      done();
    },
    { prefix: "/zipkin" },
  );
}

function installRoutes(app: FastifyInstance, context: RouteContext): void {
  const get = getter(app, context, { logs: true });
  get("/api/v2/services", async (asked, reply) => given(reply, await readServiceNames(asked)));
  get("/api/v2/spans", async (asked, reply) => {
    const operations = await readOperations(asked, required(asked, "serviceName"));
    return [...new Set(given(reply, operations).map((each) => each.name))];
  });
  get("/api/v2/remoteServices", async (asked, reply) =>
    given(reply, await readPeers(asked, required(asked, "serviceName"))),
  );
  get("/api/v2/traces", async (asked, reply) => {
    const { query, limit } = readZipkinSearch(asked.values, asked.now);
    const summaries = await findSummaries(asked, query, limit);
    const traces = await readWhole(asked, summaries.found);
    tellMissing(reply, [...summaries.missing, ...traces.missing, ...reasonsOf(traces.found)]);
    return traces.found.map((trace) => toZipkinSpans(trace, asked.showing));
  });
  get("/api/v2/trace/:traceId", async (asked, reply) => {
    const given = asked.params.text("traceId") ?? "";
    const traceId = must("traceId", given, parsePaddedTraceId(given));
    const { found, missing } = await readById(asked, [traceId], { mustHaveSpans: true });
    const [trace] = found;
    const spans = trace === undefined ? [] : toZipkinSpans(trace, asked.showing);
    if (spans.length === 0) throw new QueryError("trace_not_found", `${given} not found`);
    tellMissing(reply, [...missing, ...reasonsOf(found)]);
    return spans;
  });
  get("/api/v2/traceMany", async (asked, reply) => {
    const given = required(asked, "traceIds").split(",");
    const ids = given.map((each) => must("traceIds", each, parsePaddedTraceId(each.trim())));
    const { found, missing } = await readById(asked, [...new Set(ids)]);
    tellMissing(reply, [...missing, ...reasonsOf(found)]);
    return found
      .map((trace) => toZipkinSpans(trace, asked.showing))
      .filter((spans) => spans.length > 0);
  });
  get("/api/v2/dependencies", async (asked, reply) => {
    const range = readLookback(asked.values, asked.now);
    const { edges, missing } = await readDependencies(asked.searcher, range, asked.signal);
    tellMissing(reply, missing);
    return edges.map(({ caller, callee, calls, errors }) => ({
      parent: caller,
      child: callee,
      callCount: calls,
      ...(errors === 0 ? {} : { errorCount: errors }),
    }));
  });
  get("/api/v2/autocompleteKeys", () => Promise.resolve(LABELS));
  get("/api/v2/autocompleteValues", async (asked, reply) => {
    const key = required(asked, "key");
    const label = LABELS.find((each) => each === key);
    return label === undefined ? [] : given(reply, await readLabelValues(asked, label));
  });
  app.get("/config.json", () => UI_CONFIG);
  app.all("/*", (request) => {
    throw unknownPath(request);
  });
}

/** The names alone, which is all that a list of Zipkin's has room for. */
function given<T>(reply: FastifyReply, { found, missing }: Names<T>): readonly T[] {
  tellMissing(reply, missing);
  return found;
}

function required({ values }: Asked, name: string): string {
  const given = values.text(name);
  if (given === undefined) throw refuse(name, "", "a value");
  return given;
}
