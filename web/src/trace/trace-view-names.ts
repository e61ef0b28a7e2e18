import { readParam } from "../lib/url-state.ts";

/** The ways to look at one trace. */
export type TraceViewName = "waterfall" | "flame" | "table" | "map";

/** @returns the waterfall when the address names none, or one that there is not */
export function readView(search: string): TraceViewName {
  const name = readParam(search, "view");
  return name === "flame" || name === "table" || name === "map" ? name : "waterfall";
}
