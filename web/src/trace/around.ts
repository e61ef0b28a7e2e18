import type { Span } from "@throughline/query/wire";
import { aroundHref } from "../logs/log-selection-panel.tsx";
import { nanosToMs, parseNanos } from "../lib/nanos.ts";
import { absoluteRange } from "../lib/time-range.ts";
import { logsHref } from "../lib/url-state.ts";
import type { TraceModel } from "./trace-model.ts";
import { runOf, type Place } from "./trace-rows.ts";

const AROUND_MS = 30_000;

/** @returns everything the service said while the span ran, and a little before and after */
export function aroundSpanHref(span: Span): string {
  const start = parseNanos(span.startTimeUnixNano);
  const endMs = nanosToMs(start + parseNanos(span.durationNano));
  const range = absoluteRange(nanosToMs(start) - AROUND_MS, endMs + AROUND_MS);
  return logsHref(range, { service: span.serviceName });
}

/** @returns all logs of the row's service around its moment; undefined for a row that is of no service */
export function aroundPlaceHref(index: TraceModel, place: Place): string | undefined {
  const node = index.nodes[place.node];
  const item = node?.items[runOf(index, place)?.first ?? place.item];
  if (item?.kind === "log") return aroundHref(item.log);
  return node?.kind === "span" ? aroundSpanHref(node.span) : undefined;
}
