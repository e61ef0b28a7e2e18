/** A trace by its id, whole: spans with everything, each with its logs. */
import type { Span, Trace } from "../wire.ts";
import { analyse } from "./analyse.ts";
import { type Assembled, assemble } from "./assemble.ts";
import { type SkewSpans, findSkew, skewOffsets } from "./clock-skew.ts";
import { JSON_FORM } from "./json-form.ts";
import { toSpan } from "./rows.ts";
import { type Lookup, type TraceReader, findTrace, metaOf } from "./trace-lookup.ts";
import { judge, namePeers } from "./verdict.ts";

export interface TraceWish {
  /** Moves what clocks that disagree have stamped; the verdict still says by how much. */
  readonly fixSkew?: boolean;
  readonly analysis?: boolean;
  /** For who shows nothing but spans: fails when they cannot be read, though there are logs. */
  readonly mustHaveSpans?: boolean;
}

/**
 * @param traceId 32 lower-case hex digits
 * @throws QueryError `trace_not_found`, or the fault when neither half could be read
 */
export async function readTrace(
  reader: TraceReader,
  traceId: string,
  signal: AbortSignal,
  wish: TraceWish = {},
): Promise<Trace> {
  const started = performance.now();
  const lookup: Lookup = { reader, traceId, signal, costs: [] };
  const found = await findTrace(lookup, JSON_FORM);
  if (wish.mustHaveSpans === true && found.spansFailure !== undefined) throw found.spansFailure;
  const assembled = assemble(found.spans.map(toSpan), found.logs);
  const spans = toSkewSpans(assembled);
  const verdict = namePeers(
    judge({
      spans,
      logCount: found.logs.length,
      window: found.window,
      incomplete: found.incomplete,
      skew: findSkew(spans),
    }),
    peersOf(assembled.spans),
  );
  const moved = wish.fixSkew === true ? move(assembled, skewOffsets(spans)) : assembled;
  return {
    traceId,
    spans: moved.spans,
    logs: assembled.logs,
    missingParents: [...assembled.missingParents],
    ...(assembled.duplicateSpanIds.length === 0
      ? {}
      : { duplicateSpanIds: assembled.duplicateSpanIds }),
    verdict,
    ...(wish.analysis === true ? { analysis: analyse(toSkewSpans(moved), moved.spans) } : {}),
    meta: metaOf(lookup, started, found.incomplete),
  };
}

function peersOf(spans: readonly Span[]): (spanId: string) => string | undefined {
  return (spanId) => {
    const attributes = spans.find((span) => span.spanId === spanId)?.attributes ?? {};
    // An empty one says nothing, here as in `peers` of `sql/trace.sql`.
    return (
      attributes["peer.service"] || attributes["server.address"] || attributes["net.peer.name"]
    );
  };
}

function toSkewSpans({ spans, forest }: Pick<Assembled, "spans" | "forest">): SkewSpans {
  const starts = spans.map((span) => BigInt(span.startTimeUnixNano));
  const first = starts.reduce((least, start) => (start < least ? start : least), starts[0] ?? 0n);
  return {
    forest,
    startNs: Float64Array.from(starts, (start) => Number(start - first)),
    durationNs: Float64Array.from(spans, (span) => Number(span.durationNano)),
    serviceOf: (i) => spans[i]?.serviceName ?? "",
    kindOf: (i) => spans[i]?.kind ?? "",
    spanIdOf: (i) => spans[i]?.spanId ?? "",
    hostOf: (i) => hostOf(spans[i]?.resource ?? {}),
  };
}

/** The same choice as `host` of `column-spans` in `sql/trace.sql`. */
function hostOf(resource: Readonly<Record<string, string>>): string {
  return (
    resource["host.id"] ||
    resource["host.name"] ||
    resource["service.instance.id"] ||
    resource["k8s.pod.name"] ||
    ""
  );
}

/** Spans, and what happened in them, later by their offset. */
function move(assembled: Assembled, offsets: Float64Array): Assembled {
  const spans = assembled.spans.map((span, i): Span => {
    const offset = BigInt(Math.round(offsets[i] ?? 0));
    if (offset === 0n) return span;
    const later = <T extends { readonly timeUnixNano: string }>(each: T): T => ({
      ...each,
      timeUnixNano: String(BigInt(each.timeUnixNano) + offset),
    });
    return {
      ...span,
      startTimeUnixNano: String(BigInt(span.startTimeUnixNano) + offset),
      events: span.events.map(later),
      logs: span.logs.map(later),
    };
  });
  return { ...assembled, spans };
}
