import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type RouteContext, admitted } from "../http/serve.ts";
import type { Finding } from "./find-many.ts";
import { QueryValues } from "./query-values.ts";

/** One request to a route of another API. */
export interface Asked extends Finding {
  readonly values: QueryValues;
  /** Of the path. */
  readonly params: QueryValues;
  readonly showing: Showing;
}

export interface Showing {
  /** Whether log records are shown where the API has a place for them, beside the spans' own events. */
  readonly logs: boolean;
}

/** @returns what is sent as JSON */
type Answerer = (asked: Asked, reply: FastifyReply) => Promise<object>;

/**
 * Adds routes whose answers wait for their turn, as every question does.
 * @param showing what holds where the request has no parameter `logs`
 */
export function getter(
  app: FastifyInstance,
  context: RouteContext,
  showing: Showing,
): (url: string, answer: Answerer) => void {
  return (url, answer) => {
    app.get(url, (request: FastifyRequest, reply: FastifyReply) =>
      admitted(context, reply, (signal) => {
        const values = new QueryValues(request.query);
        return answer(
          {
            searcher: context.searcher,
            now: context.now(),
            signal,
            values,
            params: new QueryValues(request.params),
            showing: { logs: values.flag("logs") ?? showing.logs },
          },
          reply,
        );
      }),
    );
  };
}
