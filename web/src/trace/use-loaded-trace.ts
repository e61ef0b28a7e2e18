import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { newerOf, nextAskMs } from "./late-spans.ts";
import { loadRest, loadSpans, type LoadedTrace } from "./load-trace.ts";

const STALE_MS = 60_000;

/** The spans of a trace: what the page is drawn from first. */
export function useTraceSpans(traceId: string) {
  return useQuery<LoadedTrace>({
    queryKey: ["trace-spans", traceId],
    staleTime: STALE_MS,
    structuralSharing: (old, next) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what this query's own function returned
      old === undefined ? next : newerOf(old as LoadedTrace, next as LoadedTrace),
    refetchInterval: ({ state }) => nextAskMs(state.data, state.dataUpdateCount, Date.now()),
    queryFn: ({ signal }) => loadSpans(traceId, signal),
  });
}

/** The trace with what its columns leave out: that comes when its spans are on the screen. */
export function useTraceRest(trace: LoadedTrace) {
  return useQuery({
    queryKey: ["trace-rest", trace.model.traceId, trace.spanCount, trace.columns?.about.logCount],
    // What is shown stays until what came late is read.
    placeholderData: keepPreviousData,
    enabled: trace.columns !== undefined,
    staleTime: STALE_MS,
    // Comparing a trace with its next answer would take longer than showing it.
    structuralSharing: false,
    queryFn: ({ signal }) => loadRest(trace, signal),
  });
}
