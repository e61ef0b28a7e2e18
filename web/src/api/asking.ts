/** What stands around a list of traces: how long its spans took, and what differs within them. */
import type { Deltas, LatencyHeatmap } from "@throughline/query/wire";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { TimeRange } from "../lib/time-range.ts";
import { useInEnvironment } from "../ui/use-environment.ts";
import { apiUrl, getJson, type QueryValue } from "./client.ts";

/** Columns of the heatmap; the service takes the next readable width. */
const COLUMNS = 120;

/** @param q a filter */
export function useHeatmap(q: string, range: TimeRange) {
  const asked = useInEnvironment(q, "traces");
  const query: Record<string, QueryValue> = { ...range, q: asked, buckets: COLUMNS };
  return useQuery({
    queryKey: ["heatmap", query],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => getJson<LatencyHeatmap>(apiUrl("/api/traces/heatmap", query), signal),
  });
}

/** Half-open. */
interface Selected {
  readonly fromMs: number;
  readonly toMs: number;
  readonly minNs: number;
  readonly maxNs: number;
}

/** What the selected spans have more often, or less, than the others that meet the filter. */
export function useDeltas(q: string, range: TimeRange, selected: Selected) {
  const asked = useInEnvironment(q, "traces");
  const query: Record<string, QueryValue> = {
    ...range,
    q: asked,
    selectionFrom: new Date(selected.fromMs).toISOString(),
    selectionTo: new Date(selected.toMs).toISOString(),
    selectionMinDuration: selected.minNs,
    // The parameter includes its bound.
    selectionMaxDuration: selected.maxNs - 1,
  };
  return useQuery({
    queryKey: ["deltas", query],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => getJson<Deltas>(apiUrl("/api/traces/deltas", query), signal),
  });
}
