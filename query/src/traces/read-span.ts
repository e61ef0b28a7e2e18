/** One span with everything: attributes, events, links, its logs. */
import { QueryError } from "../problem/query-error.ts";
import { compose, loadSql } from "../sql/sql.ts";
import type { SpanDetails } from "../wire.ts";
import { assemble } from "./assemble.ts";
import { JSON_FORM } from "./json-form.ts";
import { toSpan } from "./rows.ts";
import {
  type Lookup,
  type TraceForm,
  type TraceReader,
  findTrace,
  metaOf,
} from "./trace-lookup.ts";

const SQL = loadSql("trace.sql", ["of-span"]);

/**
 * @param spanId as stored; an empty one is nobody's
 * @throws QueryError `span_not_found`, `trace_not_found`, or the fault when the span could not be read
 */
export async function readSpan(
  reader: TraceReader,
  ids: { readonly traceId: string; readonly spanId: string },
  signal: AbortSignal,
): Promise<SpanDetails> {
  const started = performance.now();
  const lookup: Lookup = { reader, traceId: ids.traceId, signal, costs: [] };
  const found = await findTrace(lookup, ofSpan(ids.spanId));
  const [span] = assemble(found.spans.map(toSpan), found.logs).spans;
  if (span === undefined) throw found.spansFailure ?? notFound(ids);
  return { traceId: ids.traceId, span, meta: metaOf(lookup, started, found.incomplete) };
}

function notFound({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }) {
  return new QueryError(
    "span_not_found",
    `The trace ${traceId} has no stored span ${JSON.stringify(spanId.slice(0, 100))}, only logs that name it.`,
  );
}

type JsonForm =
  typeof JSON_FORM extends TraceForm<infer Spans, infer Logs> ? TraceForm<Spans, Logs> : never;

/** The same halves, of the one span. */
function ofSpan(spanId: string): JsonForm {
  const only = (when: Parameters<JsonForm["spans"]>[0]) => ({
    conditions: [...when.conditions, compose(SQL["of-span"], [])],
    params: { ...when.params, span_id: spanId },
  });
  return {
    ...JSON_FORM,
    spans: (when, lookup) => JSON_FORM.spans(only(when), lookup),
    logs: (when, lookup) => JSON_FORM.logs(only(when), lookup),
  };
}
