/** What the routes of every feature share: their context, their turn, and the client that may leave. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, RawServerDefault } from "fastify";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Admission } from "../clickhouse/admission.ts";
import type { QueryOptions } from "../options.ts";
import type { Searcher } from "../search/searcher.ts";
import type { QueryMetrics } from "../telemetry/metrics.ts";
import type { Answers } from "./answers.ts";
import type { JsonAnswer } from "./share.ts";

export interface RouteContext {
  readonly options: QueryOptions;
  readonly searcher: Searcher;
  readonly admission: Admission;
  /** Of rollups, which many ask in the same words. */
  readonly answers: Answers<JsonAnswer>;
  /** What routes count that only they can see. */
  readonly metrics: QueryMetrics;
  readonly now: () => bigint;
}

/** Fastify whose handlers know the types that the schemas of their endpoint say. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** In its turn, and no longer than the client stays or than all of it goes well. */
export async function admitted<T>(
  { admission }: RouteContext,
  reply: FastifyReply,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = signalOf(reply);
  reply.header("cache-control", "no-store");
  return admission.run(signal, work);
}

/** Aborts when the connection closes before the answer is sent. */
export function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
