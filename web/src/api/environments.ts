import type { Environments } from "@throughline/query/wire";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { TimeRange } from "../lib/time-range.ts";
import { apiUrl, getJson } from "./client.ts";

/** The environments that sent something. Without an answer none are known, and nothing can be chosen. */
export function useEnvironments(range: TimeRange, isEnabled: boolean) {
  return useQuery({
    queryKey: ["environments", range],
    enabled: isEnabled,
    staleTime: 60_000,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      getJson<Environments>(apiUrl("/api/environments", { ...range }), signal),
  });
}
