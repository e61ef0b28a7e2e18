import { filterByField, type RecordField } from "../lib/field-filter.ts";
import { nanosToMs } from "../lib/nanos.ts";
import { absoluteRange, type TimeRange } from "../lib/time-range.ts";
import { filterPatch, patchSearch, rangePatch, readRange } from "../lib/url-state.ts";
import type { TraceIndex } from "./trace-index.ts";

const HALF_AN_HOUR_MS = 1_800_000;

/** @returns the range that the page came with; around the trace where it has none and the default would miss it */
function rangeFor(search: string, index: TraceIndex, nowMs: number): TimeRange {
  const startMs = nanosToMs(index.traceStart);
  const hasOwn = new URLSearchParams(search).has("from");
  if (hasOwn || nowMs - startMs < HALF_AN_HOUR_MS) return readRange(search);
  return absoluteRange(
    Math.floor(startMs) - HALF_AN_HOUR_MS,
    Math.ceil(startMs + index.totalNs / 1e6) + HALF_AN_HOUR_MS,
  );
}

export interface AttributeHrefs {
  readonly traces: string;
  readonly logs: string;
}

/** @returns where traces, and where logs, with this value are */
export function attributeHrefs(
  search: string,
  index: TraceIndex,
  field: RecordField,
  nowMs: number,
): AttributeHrefs {
  const range = patchSearch("", rangePatch(rangeFor(search, index, nowMs)));
  const to = (signal: "traces" | "logs") => {
    const q = filterByField("", field, "only", signal);
    return `/${signal}?${patchSearch(range, filterPatch(q, signal))}`;
  };
  return { traces: to("traces"), logs: to("logs") };
}
