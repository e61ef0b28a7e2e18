import { Readable } from "node:stream";
import { toTraceId } from "../http/parse-query.ts";
import { type App, type RouteContext, admitted } from "../http/serve.ts";
import type { Trace } from "../wire.ts";
import { TRACE_ENDPOINTS } from "./endpoints.ts";
import { readTraceColumns } from "./read-columns.ts";
import { readSpan } from "./read-span.ts";
import { readTrace } from "./read-trace.ts";
import { readTraceLogs } from "./read-trace-logs.ts";
import { traceToJson } from "./trace-json.ts";

/** Spans and logs; a smaller one is written at once, in a few milliseconds. */
const STREAMED_RECORDS_LEAST = 1_000;

export function installTraceRoutes(app: App, context: RouteContext): void {
  const { searcher } = context;
  const { trace, traceColumns, traceLogs, span } = TRACE_ENDPOINTS;
  const schemaOf = <P, Q>({ params, querystring }: { params: P; querystring: Q }) => ({
    schema: { params, querystring },
  });
  app.get(trace.url, schemaOf(trace), async (request, reply) => {
    const traceId = toTraceId(request.params.traceId);
    const { skew, analysis = false } = request.query;
    const wish = { fixSkew: skew === "fix", analysis };
    const whole = await admitted(context, reply, (signal) =>
      readTrace(searcher, traceId, signal, wish),
    );
    if (countRecords(whole) < STREAMED_RECORDS_LEAST) return whole;
    const pieces = Readable.from(traceToJson(whole), { objectMode: false });
    return (
      reply
        .type("application/json; charset=utf-8")
        // For the metrics, which cannot look into a stream.
        .header("throughline-complete", String(whole.meta.complete))
        .send(pieces)
    );
  });
  app.get(traceColumns.url, schemaOf(traceColumns), async (request, reply) => {
    const traceId = toTraceId(request.params.traceId);
    const fixSkew = request.query.skew === "fix";
    const bytes = await admitted(context, reply, (signal) =>
      readTraceColumns(searcher, traceId, signal, fixSkew),
    );
    return reply.type(traceColumns.contentType).send(Buffer.from(bytes.buffer));
  });
  app.get(traceLogs.url, schemaOf(traceLogs), (request, reply) => {
    const traceId = toTraceId(request.params.traceId);
    return admitted(context, reply, (signal) => readTraceLogs(searcher, traceId, signal));
  });
  app.get(span.url, schemaOf(span), (request, reply) => {
    const traceId = toTraceId(request.params.traceId);
    const { spanId } = request.params;
    return admitted(context, reply, (signal) => readSpan(searcher, { traceId, spanId }, signal));
  });
}

function countRecords({ spans, logs }: Trace): number {
  return spans.reduce((count, span) => count + 1 + span.logs.length, logs.length);
}
