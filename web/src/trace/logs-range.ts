import { nanosToMs } from "../lib/nanos.ts";
import { absoluteRange, type TimeRange } from "../lib/time-range.ts";
import type { TraceIndex, TraceNode } from "./trace-index.ts";

/** How far before its first and after its last moment the logs of a trace are looked for. */
const MARGIN_MS = 60_000;

const ranges = new WeakMap<readonly TraceNode[], TimeRange>();

/** @returns a time range that holds every log of the trace, however old it is; every link asks for it, once it is found */
export function logsRangeOf(index: TraceIndex): TimeRange {
  const known = ranges.get(index.nodes);
  if (known !== undefined) return known;
  const range = findLogsRange(index);
  ranges.set(index.nodes, range);
  return range;
}

function findLogsRange(index: TraceIndex): TimeRange {
  let firstNs = 0;
  let lastNs = index.totalNs;
  for (const node of index.nodes)
    for (const { atNs } of node.items) {
      firstNs = Math.min(firstNs, atNs);
      lastNs = Math.max(lastNs, atNs);
    }
  const startMs = nanosToMs(index.traceStart);
  return absoluteRange(
    Math.floor(startMs + firstNs / 1e6) - MARGIN_MS,
    Math.ceil(startMs + lastNs / 1e6) + MARGIN_MS,
  );
}
