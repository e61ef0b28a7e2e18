/** Answers `/api/requests/{id}`: traces by their id, spans by theirs, and an attribute of requests, `request.id`. */
import type { RequestAnswer, RequestMatch, TraceSummary } from "@throughline/query/wire";
import { readRequestId } from "@throughline/query/request-id";
import type { FixtureTrace } from "./fixture-data.ts";

/** An id that is the attribute of three requests: somebody tried again. */
export const RETRIED_REQUEST = "ord-1001-retried";

export function answerRequest(
  pathname: string,
  traces: readonly FixtureTrace[],
  summarize: (trace: FixtureTrace) => TraceSummary,
): RequestAnswer | undefined {
  const given = decodeURIComponent(pathname.slice("/api/requests/".length));
  const id = readRequestId(given);
  const matches: RequestMatch[] = [];
  const found = traces.filter(({ traceId, spans }, index) => {
    const span = spans.find(({ spanId }) => id.spanIds.includes(spanId));
    if (id.traceIds.includes(traceId)) matches.push({ by: "trace_id", matched: traceId, traceId });
    else if (span !== undefined) matches.push({ by: "span_id", matched: span.spanId, traceId });
    else if (given === RETRIED_REQUEST && index >= 30 && index < 33)
      matches.push({ by: "attribute", matched: `request.id=${given}`, traceId });
    else return false;
    return true;
  });
  if (found.length === 0) return undefined;
  const hasSpans = found.filter(({ spans }) => spans.length > 0);
  return {
    id: id.text,
    form: id.form,
    matches,
    traces: hasSpans.map((trace) => summarize(trace)).toReversed(),
    logs: hasSpans.length > 0 ? [] : found.flatMap(({ logs }) => logs),
    meta: { elapsedMs: 12.1, rowsRead: 16_384, bytesRead: 1_200_000, complete: true },
  };
}
