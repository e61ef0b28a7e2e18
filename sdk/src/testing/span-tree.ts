import type { ReceivedLog, ReceivedSpan } from "./otlp-decode.ts";

const KINDS = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];

/**
 * Everything that was received, as a person would draw it: a line per span, under its parent, in order of start, and
 * inside of each span its log lines as `· text`. What belongs to no span comes last, so that nothing goes unseen.
 */
export function drawTraces(spans: readonly ReceivedSpan[], logs: readonly ReceivedLog[]): string {
  const ids = new Set(spans.map((span) => idOf(span)));
  const drawn = (parent: string, indent: string): readonly string[] =>
    spans
      .filter((span) => (parent === "" ? !ids.has(parentOf(span)) : parentOf(span) === parent))
      .toSorted((left, right) => left.start - right.start)
      .flatMap((span) => [
        `${indent}${KINDS[span.kind]} ${span.name}${span.statusCode === 2 ? " (error)" : ""}`,
        ...logs
          .filter((log) => idOf(log) === idOf(span))
          .map((log) => `${indent}  · ${String(log.body)}`),
        ...drawn(idOf(span), `${indent}  `),
      ]);
  const alone = logs.filter((log) => !ids.has(idOf(log))).map((log) => `· ${String(log.body)}`);
  return [...drawn("", ""), ...alone].join("\n");
}

/** Both ids together: a span id alone means nothing in another trace. */
function idOf(item: { readonly traceId: string; readonly spanId: string }): string {
  return `${item.traceId}/${item.spanId}`;
}

function parentOf(span: ReceivedSpan): string {
  return `${span.traceId}/${span.parentSpanId}`;
}
