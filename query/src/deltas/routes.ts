import { present, readRange, refuse, toLogFilters, toTraceFilters } from "../http/parse-query.ts";
import { type App, type RouteContext, admitted } from "../http/serve.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { logWhere, traceWhere } from "../search/filters.ts";
import { type TimeRange, both, inTime } from "../search/time-range.ts";
import type { Where } from "../sql/sql.ts";
import { DELTAS_ENDPOINTS } from "./endpoints.ts";
import { readDeltas } from "./read-deltas.ts";

const DAY = 86_400n * NANOS_PER_SECOND;

export function installDeltasRoutes(app: App, context: RouteContext): void {
  const { traceDeltas, logDeltas } = DELTAS_ENDPOINTS;
  const { searcher, now } = context;
  app.get(
    traceDeltas.url,
    { schema: { querystring: traceDeltas.querystring } },
    ({ query }, reply) => {
      const at = now();
      const range = readRange(query, at, at - DAY);
      const question = {
        signal: "spans" as const,
        population: both(inTime(range), traceWhere(toTraceFilters(query))),
        selection: selectionOf(query, range, {
          at,
          where: traceWhere(
            toTraceFilters({
              ...present("q", query.selectionQ),
              ...present("minDuration", query.selectionMinDuration),
              ...present("maxDuration", query.selectionMaxDuration),
              ...present("status", query.selectionStatus),
            }),
          ),
        }),
      };
      return admitted(context, reply, (signal) => readDeltas(searcher, question, signal));
    },
  );
  app.get(logDeltas.url, { schema: { querystring: logDeltas.querystring } }, ({ query }, reply) => {
    const at = now();
    const range = readRange(query, at, at - DAY);
    const question = {
      signal: "logs" as const,
      population: both(inTime(range), logWhere(toLogFilters(query))),
      selection: selectionOf(query, range, {
        at,
        where: logWhere(
          toLogFilters({
            ...present("q", query.selectionQ),
            ...present("severity", query.selectionSeverity),
            ...present("text", query.selectionText),
          }),
        ),
      }),
    };
    return admitted(context, reply, (signal) => readDeltas(searcher, question, signal));
  });
}

interface SelectedTimes {
  readonly selectionFrom?: string | undefined;
  readonly selectionTo?: string | undefined;
}

function selectionOf(
  { selectionFrom, selectionTo }: SelectedTimes,
  range: TimeRange,
  { at, where }: { readonly at: bigint; readonly where: Where },
): Where {
  if (selectionFrom === undefined && selectionTo === undefined) {
    if (where.conditions.length > 0) return where;
    throw refuse("selectionFrom", "", "what is selected: a time, a duration, a status or a filter");
  }
  const times = readRange(
    {
      from: selectionFrom ?? String(range.from),
      to: selectionTo ?? String(range.to),
    },
    at,
    0n,
  );
  return both(inTime(times), where);
}
