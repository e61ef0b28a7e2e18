import type { FastifyReply } from "fastify";
import { createAdmission } from "../clickhouse/admission.ts";
import { readLogRange, readRange, toLogFilters, toTraceFilters } from "../http/parse-query.ts";
import { type App, type RouteContext, signalOf } from "../http/serve.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { logWhere, traceWhere } from "../search/filters.ts";
import { both, inTime } from "../search/time-range.ts";
import { EXPORT_ENDPOINTS } from "./endpoints.ts";
import { exportRows } from "./export-rows.ts";

const RANGE_DEFAULT = 86_400n * NANOS_PER_SECOND;

export function installExportRoutes(app: App, context: RouteContext): void {
  const { searcher, now, metrics } = context;
  // A line of their own: an export takes minutes, a page must not wait for it.
  const admission = createAdmission({
    ...searcher.limits,
    requestsConcurrentMax: searcher.limits.exportsMax,
  });
  /** The place in the line is kept until the last byte has left. */
  const send = (reply: FastifyReply, question: Parameters<typeof exportRows>[1]) => {
    const signal = signalOf(reply);
    const { promise, resolve, reject } = Promise.withResolvers<FastifyReply>();
    const turn = admission.run(signal, async () => {
      const { rows, complete, body } = await exportRows(searcher, question, signal);
      const left = new Promise((done) => body.once("close", done));
      // Too late for a problem: the headers are sent. The connection is broken off, and the reason stays here.
      body.once("error", (error) => {
        if (signal.aborted) return;
        metrics.exportsBroken.inc();
        reply.log.error({ err: error }, "an export failed after its first byte");
      });
      const { kind, format } = question;
      resolve(
        reply
          .headers({
            "cache-control": "no-store",
            "content-disposition": `attachment; filename="${kind}.${format}"`,
            "throughline-rows": String(rows),
            "throughline-complete": String(complete),
          })
          .type(
            format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson",
          )
          .send(body),
      );
      await left;
    });
    turn.catch(reject);
    return promise;
  };
  const { logExport, traceExport } = EXPORT_ENDPOINTS;
  app.get(logExport.url, { schema: { querystring: logExport.querystring } }, (request, reply) => {
    const filters = toLogFilters(request.query);
    const where = both(inTime(readLogRange(request.query, filters, now())), logWhere(filters));
    return send(reply, { kind: "logs", format: request.query.format ?? "ndjson", where });
  });
  app.get(
    traceExport.url,
    { schema: { querystring: traceExport.querystring } },
    (request, reply) => {
      const range = readRange(request.query, now(), now() - RANGE_DEFAULT);
      const where = both(inTime(range), traceWhere(toTraceFilters(request.query)));
      return send(reply, { kind: "spans", format: request.query.format ?? "ndjson", where });
    },
  );
}
