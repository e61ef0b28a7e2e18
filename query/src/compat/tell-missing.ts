/** Where the answers of another API have no room for what they leave out, a header says it. */
import type { FastifyReply } from "fastify";
import type { Trace } from "../wire.ts";

const MISSING_HEADER = "throughline-missing";
const MISSING_LENGTH_MAX = 1_000;

/** @param missing a sentence each */
export function tellMissing(reply: FastifyReply, missing: readonly string[]): void {
  if (missing.length === 0) return;
  const line = missing.join(" ").replaceAll(/[^\x20-\x7e]+/g, " ");
  void reply.header(MISSING_HEADER, line.slice(0, MISSING_LENGTH_MAX));
}

/** Why traces are not whole, each reason once. */
export function reasonsOf(traces: readonly Trace[]): readonly string[] {
  return [...new Set(traces.flatMap(({ meta }) => meta.reason ?? []))];
}
