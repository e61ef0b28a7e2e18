import { patchSearch } from "../lib/url-state.ts";
import type { CallsBetween } from "./trace-calls.ts";
import type { TraceModel } from "./trace-model.ts";

/** @returns the waterfall with the spans of a service found */
export function serviceSpansHref(search: string, service: string): string {
  return `?${patchSearch(search, { view: undefined, sort: undefined, find: service })}`;
}

/** @returns the waterfall at the longest of the calls */
export function callHref(search: string, index: TraceModel, calls: CallsBetween): string {
  const span = index.nodes[calls.longest]?.key;
  return `?${patchSearch(search, { view: undefined, sort: undefined, span, log: undefined })}`;
}
