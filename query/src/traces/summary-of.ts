import { endOf } from "../params/nanos.ts";
import type { Span, Trace, TraceSummary } from "../wire.ts";

/**
 * What a list says of a trace, from the opened one: the same as `summarise` counts in ClickHouse.
 * @returns undefined where the trace is not whole, or has no span
 */
export function summaryOf({ traceId, spans, logs, meta }: Trace): TraceSummary | undefined {
  const [first] = spans;
  if (first === undefined || !meta.complete) return undefined;
  const start = spans.map(startOf).reduce((least, each) => (each < least ? each : least));
  const end = spans
    .map((span) => endOf(startOf(span), BigInt(span.durationNano)))
    .reduce((most, each) => (each > most ? each : most));
  const root = spans
    .filter((span) => span.parentSpanId === "")
    .reduce<Span | undefined>((a, b) => (a === undefined || isBefore(b, a) ? b : a), undefined);
  const services = Object.entries(Object.groupBy(spans, (span) => span.serviceName))
    .map(([name, of = []]) => ({ name, spanCount: of.length }))
    .sort((a, b) => b.spanCount - a.spanCount || (a.name < b.name ? -1 : 1));
  return {
    traceId,
    rootServiceName: root?.serviceName ?? "",
    rootName: root?.name ?? "",
    startTimeUnixNano: String(start),
    durationNano: String(end - start),
    spanCount: spans.length,
    errorCount: spans.filter((span) => span.status.code === "Error").length,
    logCount: spans.reduce((count, span) => count + span.logs.length, logs.length),
    services,
  };
}

function startOf(span: Span): bigint {
  return BigInt(span.startTimeUnixNano);
}

function isBefore(a: Span, b: Span): boolean {
  const [left, right] = [startOf(a), startOf(b)];
  return left < right || (left === right && a.spanId < b.spanId);
}
