import { useCallback, useMemo } from "react";
import { useLocation } from "wouter";
import { useSearch } from "wouter/use-browser-location";
import { patchSearch, rangePatch, readRange } from "../lib/url-state.ts";
import type { TimeRange } from "../lib/time-range.ts";

type Patch = Parameters<typeof patchSearch>[1];

export interface Url {
  /** With its leading `?`, or empty. */
  readonly search: string;
  readonly range: TimeRange;
  /** A new history entry: a filter, a range; something to come back from. */
  readonly push: (patch: Patch) => void;
  /** The same history entry: selection, folding, zoom. */
  readonly replace: (patch: Patch) => void;
  readonly setRange: (range: TimeRange) => void;
}

/** The query parameters of the current page, and how to change some of them. */
export function useUrl(): Url {
  const search = useSearch();
  const [, navigate] = useLocation();
  const go = useCallback(
    (patch: Patch, replace: boolean) => {
      // Read at the moment of the change: two changes in one frame must not undo each other.
      const next = patchSearch(window.location.search, patch);
      const { pathname } = window.location;
      const state: unknown = replace ? window.history.state : null;
      navigate(next === "" ? pathname : `${pathname}?${next}`, { replace, state });
    },
    [navigate],
  );
  const push = useCallback((patch: Patch) => go(patch, false), [go]);
  const replace = useCallback((patch: Patch) => go(patch, true), [go]);
  const setRange = useCallback((range: TimeRange) => go(rangePatch(range), false), [go]);
  const range = useMemo(() => readRange(search), [search]);
  return { search, range, push, replace, setRange };
}
