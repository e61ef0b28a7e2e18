/** What both of Jaeger's formats have to say of a trace beyond its spans. */
import type { Span, Trace } from "../../wire.ts";

/** Ids in the order of the spans. One that has none gets one: Jaeger's clients refuse a trace with such a span. */
export function spanIds(spans: readonly Span[]): readonly string[] {
  return spans.map(({ spanId }, index) =>
    spanId === "" ? `ffffffff${(index + 1).toString(16).padStart(8, "0")}` : spanId,
  );
}

export function traceWarnings(trace: Trace, { logs }: { readonly logs: boolean }): string[] {
  const nameless = trace.spans.filter((span) => span.spanId === "").length;
  return [
    ...(trace.meta.reason === undefined ? [] : [trace.meta.reason]),
    ...(nameless === 0 ? [] : [`${nameless} spans are stored without an id; theirs are made up.`]),
    ...(logs && trace.logs.length > 0
      ? [`${trace.logs.length} log records of this trace belong to no stored span.`]
      : []),
  ];
}
