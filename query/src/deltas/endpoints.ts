/** What differs between a selection and the rest. */
import { Type } from "typebox";
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { LOG_FILTERS, RANGE, Strict, TRACE_FILTERS } from "../http/query-params.ts";
import * as wire from "../wire.ts";

const Text = (description: string, maxLength = 64) =>
  Type.Optional(Type.String({ maxLength, description }));

const SELECTION = {
  selectionFrom: Text("the selection starts here; default `from`"),
  selectionTo: Text("the selection ends here; default `to`"),
  selectionQ: Text("a filter as in `q` that the selection meets", 4_000),
};

const TraceDeltasQuery = Type.Object(
  {
    ...TRACE_FILTERS,
    ...RANGE,
    ...SELECTION,
    selectionMinDuration: Text("the selected spans took at least"),
    selectionMaxDuration: Text("the selected spans took at most"),
    selectionStatus: TRACE_FILTERS.status,
  },
  Strict,
);
const LogDeltasQuery = Type.Object(
  {
    ...LOG_FILTERS,
    ...RANGE,
    ...SELECTION,
    selectionSeverity: Text("the selected logs have this severity or a higher one"),
    selectionText: Text("words of the bodies of the selected logs", 1_000),
  },
  Strict,
);

export const DELTAS_ENDPOINTS = {
  traceDeltas: {
    url: "/api/traces/deltas",
    operationId: "compareSpans",
    summary: "Which attributes the selected spans have more often than the rest, or less",
    querystring: TraceDeltasQuery,
    answer: wire.Deltas,
    problems: ["invalid_parameter", ...ASKING_PROBLEMS],
  },
  logDeltas: {
    url: "/api/logs/deltas",
    operationId: "compareLogs",
    summary: "Which attributes the selected logs have more often than the rest, or less",
    querystring: LogDeltasQuery,
    answer: wire.Deltas,
    problems: ["invalid_parameter", ...ASKING_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
