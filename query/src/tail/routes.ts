import type { FastifyReply, FastifyRequest } from "fastify";
import { toLogFilters, toTraceFilters } from "../http/parse-query.ts";
import { type App, type RouteContext, signalOf } from "../http/serve.ts";
import { QueryError } from "../problem/query-error.ts";
import { logWhere, traceWhere } from "../search/filters.ts";
import type { Where } from "../sql/sql.ts";
import { TAIL_ENDPOINTS } from "./endpoints.ts";
import { openEventStream } from "./event-stream.ts";
import { readNewest, readStored, type TailKind } from "./read-tail.ts";
import { runTail } from "./tail.ts";
import { Watermark } from "./watermark.ts";

export function installTailRoutes(app: App, context: RouteContext): void {
  const tails = new Tails(context);
  app.addHook("preClose", () => tails.close());
  const { logTail, traceTail } = TAIL_ENDPOINTS;
  app.get(logTail.url, { schema: { querystring: logTail.querystring } }, (request, reply) =>
    tails.open("logs", logWhere(toLogFilters(request.query)), { request, reply }),
  );
  app.get(traceTail.url, { schema: { querystring: traceTail.querystring } }, (request, reply) =>
    tails.open("spans", traceWhere(toTraceFilters(request.query)), { request, reply }),
  );
}

interface Exchange {
  readonly request: FastifyRequest<{ Querystring: { readonly after?: string } }>;
  readonly reply: FastifyReply;
}

/** All tails that are open. */
class Tails {
  readonly #context: RouteContext;
  readonly #watermarks: Readonly<Record<TailKind, Watermark>>;
  readonly #closing = new AbortController();
  #open = 0;

  constructor(context: RouteContext) {
    const { searcher } = context;
    const watermark = (kind: TailKind) =>
      new Watermark({
        pollMs: searcher.limits.tailPollMs,
        read: (signal) => readNewest(searcher, kind, signal),
      });
    this.#context = context;
    this.#watermarks = { logs: watermark("logs"), spans: watermark("spans") };
  }

  /** Answers for as long as the client stays. What cannot be answered is refused before the stream begins. */
  async open(kind: TailKind, where: Where, { request, reply }: Exchange): Promise<void> {
    const { searcher, metrics } = this.#context;
    const { limits } = searcher;
    if (this.#open >= limits.tailsMax) {
      throw new QueryError(
        "overloaded",
        `${limits.tailsMax} live tails are open (tailsMax); close one, or come back later.`,
        { retryAfterSeconds: 5 },
      );
    }
    const signal = AbortSignal.any([signalOf(reply), this.#closing.signal]);
    const watermark = this.#watermarks[kind];
    this.#open += 1;
    metrics.tailsOpen.inc();
    try {
      const newest = await watermark.read(signal);
      reply.hijack();
      const options = {
        kind,
        stream: openEventStream(reply.raw),
        watermark,
        limits,
        metrics,
        signal,
        read: (range: { readonly after: bigint; readonly upTo: bigint }, limit: number) =>
          readStored(searcher, { kind, where, ...range, limit }, signal),
      };
      await runTail(options, resumeAt(request, newest));
    } finally {
      this.#open -= 1;
      metrics.tailsOpen.dec();
    }
  }

  close(): void {
    this.#closing.abort();
    for (const watermark of Object.values(this.#watermarks)) watermark.close();
  }
}

/** @returns the event after which to go on: the one that the client names, or the newest there is */
function resumeAt(request: Exchange["request"], newest: bigint): bigint {
  const header = request.headers["last-event-id"];
  const given = typeof header === "string" && /^\d{1,20}$/.test(header) ? header : undefined;
  const named = given ?? request.query.after;
  if (named === undefined) return newest;
  // Of a table that was made anew since.
  return BigInt(named) > newest ? newest : BigInt(named);
}
