import type { RequestAnswer } from "@throughline/query/wire";
import { useQuery } from "@tanstack/react-query";
import { apiUrl, getJson } from "./client.ts";

/** The requests of an id of any kind, each as its summary. @param id undefined asks nothing */
export function useRequest(id: string | undefined) {
  return useQuery({
    queryKey: ["request", id],
    enabled: id !== undefined,
    // What is not there yet may come in a second.
    staleTime: 5000,
    retry: false,
    queryFn: ({ signal }) =>
      getJson<RequestAnswer>(
        apiUrl(`/api/requests/${encodeURIComponent(id ?? "")}`, { tree: "false", verdict: "1" }),
        signal,
      ),
  });
}
