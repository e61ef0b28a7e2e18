import type { Refusals } from "@throughline/query/wire";
import { useQuery } from "@tanstack/react-query";
import { getJson } from "./client.ts";

/** What the collector refused, asked again and again for as long as somebody looks. */
export function useRefusals(everyMs: number) {
  return useQuery({
    queryKey: ["refusals"],
    staleTime: 0,
    refetchInterval: everyMs,
    queryFn: ({ signal }) => getJson<Refusals>("/api/refusals", signal),
  });
}
