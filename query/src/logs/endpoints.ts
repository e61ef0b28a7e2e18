/** One log, and the logs around it. */
import { Type } from "typebox";
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { NoQuery, Strict } from "../http/query-params.ts";
import * as wire from "../wire.ts";

const Lines = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: 500, default: 20, description }));

const ContextQuery = Type.Object(
  {
    id: Type.String({ maxLength: 64, description: "of the log" }),
    scope: Type.Optional(
      Type.Union([Type.Literal("producer"), Type.Literal("trace")], {
        default: "producer",
        description:
          "what the same process wrote (all of its resource the same), or the same trace",
      }),
    ),
    before: Lines("lines before it"),
    after: Lines("lines after it"),
  },
  Strict,
);

export const LOG_ENDPOINTS = {
  logContext: {
    url: "/api/logs/context",
    operationId: "getLogContext",
    summary: "The lines before and after a log",
    querystring: ContextQuery,
    answer: wire.LogContext,
    problems: ["invalid_parameter", "log_not_found", ...ASKING_PROBLEMS],
  },
  log: {
    url: "/api/logs/:logId",
    operationId: "getLog",
    summary: "One log by its id, and the ids of its neighbours",
    params: Type.Object({ logId: Type.String({ description: "`id` of a log record" }) }),
    querystring: NoQuery,
    answer: wire.OneLog,
    problems: ["invalid_parameter", "log_not_found", ...ASKING_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
