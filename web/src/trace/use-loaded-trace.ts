import { useQuery } from "@tanstack/react-query";
import { loadRest, loadSpans, type LoadedTrace } from "./load-trace.ts";

const STALE_MS = 60_000;

/** The spans of a trace: what the page is drawn from first. */
export function useTraceSpans(traceId: string) {
  return useQuery({
    queryKey: ["trace-spans", traceId],
    staleTime: STALE_MS,
    // Comparing a trace with its next answer would take longer than showing it.
    structuralSharing: false,
    queryFn: ({ signal }) => loadSpans(traceId, signal),
  });
}

/** The trace with what its columns leave out: that comes when its spans are on the screen. */
export function useTraceRest(trace: LoadedTrace) {
  return useQuery({
    queryKey: ["trace-rest", trace.model.traceId],
    enabled: trace.columns !== undefined,
    staleTime: STALE_MS,
    structuralSharing: false,
    queryFn: ({ signal }) => loadRest(trace, signal),
  });
}
