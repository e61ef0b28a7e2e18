/** What Fastify refuses before there is a route, and so past every hook and error handler: sent in the words of its API, and counted. */
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { envelopeOf, sendInEnvelope } from "../compat/other-errors.ts";
import type { QueryMetrics } from "../telemetry/metrics.ts";
import { countUnrouted } from "../telemetry/observe-requests.ts";
import { sendProblem, toQueryProblem } from "./problems.ts";

export function frameworkErrors(
  metrics: QueryMetrics,
): (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, request, reply) => {
    const problem = toQueryProblem(error, request);
    const envelope = envelopeOf(request.url);
    countUnrouted(request, envelope === undefined ? problem.code : "refused", metrics);
    if (envelope === undefined) void sendProblem(reply, problem);
    else void sendInEnvelope(reply, problem, envelope);
  };
}
