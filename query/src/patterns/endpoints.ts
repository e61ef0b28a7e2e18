/** Patterns of logs. */
import { Type } from "typebox";
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { LOG_FILTERS, LOG_RANGE, Strict } from "../http/query-params.ts";
import * as wire from "../wire.ts";
import { PATTERN_LIMITS } from "./limits.ts";

const BaselineTime = (description: string) =>
  Type.Optional(Type.String({ maxLength: 64, description }));

export const PATTERN_ENDPOINTS = {
  logPatterns: {
    url: "/api/logs/patterns",
    operationId: "getLogPatterns",
    summary: "The matching logs by what they have in common",
    querystring: Type.Object(
      {
        ...LOG_FILTERS,
        ...LOG_RANGE,
        baselineFrom: BaselineTime("compare with the logs from here, under the same conditions"),
        baselineTo: BaselineTime("to here, exclusive; default `from`"),
        limit: Type.Optional(
          Type.Integer({ minimum: 1, maximum: PATTERN_LIMITS.patternsMax, default: 50 }),
        ),
      },
      Strict,
    ),
    answer: wire.LogPatterns,
    problems: ["invalid_parameter", "invalid_query", ...ASKING_PROBLEMS],
  },
  logPatternCount: {
    url: "/api/logs/patterns/count",
    operationId: "countLogPattern",
    summary: "How many of the matching logs are like a template",
    querystring: Type.Object(
      {
        ...LOG_FILTERS,
        ...LOG_RANGE,
        pattern: Type.String({
          maxLength: PATTERN_LIMITS.templateLength,
          description:
            "a template as `GET /api/logs/patterns` gives it; the empty one is of empty bodies",
        }),
      },
      Strict,
    ),
    answer: wire.LogPatternCount,
    problems: ["invalid_parameter", "invalid_query", ...ASKING_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
