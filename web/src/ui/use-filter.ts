import type { FilterSignal } from "@throughline/query/filter";
import { useEffect } from "react";
import { filterPatch, readFilter, upgradePatch } from "../lib/url-state.ts";
import { useUrl } from "./use-url.ts";

export interface PageFilter {
  /** The filter of the page; empty for everything. */
  readonly q: string;
  /** Asks for another filter; what was selected is no longer on the page. */
  readonly setQ: (q: string) => void;
}

/**
 * The filter of a list, in the URL. A link of an earlier version is rewritten where it stands.
 * @param selection parameters that a new filter takes away
 */
export function useFilter(signal: FilterSignal, selection: readonly string[]): PageFilter {
  const { search, push, replace } = useUrl();
  useEffect(() => {
    const patch = upgradePatch(search, signal);
    if (patch !== undefined) replace(patch);
  }, [search, signal, replace]);
  const gone = Object.fromEntries(selection.map((name) => [name, undefined]));
  return {
    q: readFilter(search, signal),
    setQ: (q) => push({ ...gone, ...filterPatch(q, signal) }),
  };
}
