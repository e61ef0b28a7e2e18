import { nanosToMs } from "../lib/nanos.ts";
import type { LoadedTrace } from "./load-trace.ts";
import type { NodeLookup, TraceIndex } from "./trace-index.ts";

/** An open trace listens for so long, more and more seldom. */
const WAITS_MS = [3000, 5000, 8000, 12_000, 16_000, 16_000];
/** Of an older trace nothing is awaited. */
const YOUNG_MS = 180_000;
/** A larger trace would be sent again each time. */
const SPANS_MAX = 5000;

/**
 * @param askedCount how often the trace was asked for
 * @returns when to ask again; false for no more
 */
export function nextAskMs(
  trace: LoadedTrace | undefined,
  askedCount: number,
  nowMs: number,
): number | false {
  if (trace === undefined || trace.spanCount > SPANS_MAX) return false;
  const { traceStart, totalNs } = trace.model;
  if (nowMs - (nanosToMs(traceStart) + totalNs / 1e6) > YOUNG_MS) return false;
  return WAITS_MS[askedCount - 1] ?? false;
}

/** @returns the trace as it was, unless the other has more in it: then nothing has to be drawn again */
export function newerOf(old: LoadedTrace, next: LoadedTrace): LoadedTrace {
  const sizeOf = ({ spanCount, columns, model }: LoadedTrace) =>
    `${spanCount} ${columns?.about.logCount ?? model.logCount}`;
  return sizeOf(old) === sizeOf(next) ? old : next;
}

/** When spans that were not there at first were seen; milliseconds, by their key. */
export interface Arrivals {
  readonly known: NodeLookup;
  readonly lateMs: ReadonlyMap<string, number>;
}

export function firstArrivals(index: TraceIndex): Arrivals {
  return { known: index.nodeByKey, lateMs: new Map() };
}

/** @returns the same when no span came; a span is as late as its end is long ago */
export function addArrivals(before: Arrivals, index: TraceIndex, nowMs: number): Arrivals {
  const lateMs = new Map(before.lateMs);
  index.nodes.forEach((node, i) => {
    if (node.kind !== "span" || before.known.get(node.key) !== undefined) return;
    const endNs = (index.startNs[i] ?? 0) + (index.durationNs[i] ?? 0);
    lateMs.set(node.key, Math.max(0, nowMs - nanosToMs(index.traceStart) - endNs / 1e6));
  });
  if (lateMs.size === before.lateMs.size) return before;
  return { known: index.nodeByKey, lateMs };
}
