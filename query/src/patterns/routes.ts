import {
  type RangeQuery,
  readLogRange,
  readRange,
  refuse,
  toLogFilters,
} from "../http/parse-query.ts";
import { type App, type RouteContext, admitted } from "../http/serve.ts";
import type { TimeRange } from "../search/time-range.ts";
import { countPattern, toCondition } from "./count-pattern.ts";
import { PATTERN_ENDPOINTS } from "./endpoints.ts";
import { readPatterns } from "./read-patterns.ts";

export function installPatternRoutes(app: App, context: RouteContext): void {
  const { searcher, now } = context;
  const { logPatterns, logPatternCount } = PATTERN_ENDPOINTS;
  app.get(
    logPatterns.url,
    { schema: { querystring: logPatterns.querystring } },
    ({ query }, reply) => {
      const at = now();
      const filters = toLogFilters(query);
      const range = readLogRange(query, filters, at);
      const question = {
        filters,
        range,
        baseline: toBaseline(query, range, at),
        limit: query.limit ?? 50,
      };
      return admitted(context, reply, (signal) =>
        readPatterns({ searcher, signal, costs: [] }, question),
      );
    },
  );
  app.get(
    logPatternCount.url,
    { schema: { querystring: logPatternCount.querystring } },
    ({ query }, reply) => {
      const filters = toLogFilters(query);
      const question = {
        filters,
        range: readLogRange(query, filters, now()),
        pattern: query.pattern,
      };
      toCondition(query.pattern);
      return admitted(context, reply, (signal) =>
        countPattern({ searcher, signal, costs: [] }, question),
      );
    },
  );
}

interface BaselineQuery {
  readonly baselineFrom?: string | undefined;
  readonly baselineTo?: string | undefined;
}

function toBaseline(
  { baselineFrom, baselineTo }: BaselineQuery,
  range: TimeRange,
  now: bigint,
): TimeRange | undefined {
  if (baselineFrom === undefined && baselineTo === undefined) return undefined;
  if (baselineFrom === undefined) {
    throw refuse("baselineFrom", "", "where the baseline begins, with baselineTo");
  }
  const given: RangeQuery = { from: baselineFrom, to: baselineTo ?? String(range.from) };
  return readRange(given, now, 0n);
}
