import type { FilterSignal } from "@throughline/query/filter";
import { useSearch } from "wouter/use-browser-location";
import { type Environment, inEnvironment, readEnvironment } from "../lib/environment.ts";

/** The environment that the page looks at; undefined for all. */
export function useEnvironment(): Environment | undefined {
  return readEnvironment(useSearch());
}

/** @returns what is asked: the filter of the page, within its environment */
export function useInEnvironment(q: string, signal: FilterSignal): string {
  return inEnvironment(q, useEnvironment(), signal);
}
