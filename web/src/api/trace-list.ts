/** Traces that meet a filter: one by one, or in groups. */
import type { TraceGroups, TracePage } from "@throughline/query/wire";
import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { TimeRange } from "../lib/time-range.ts";
import { useInEnvironment } from "../ui/use-environment.ts";
import { apiUrl, getJson, type QueryValue } from "./client.ts";
import { keepUnlessEmpty } from "./keep-previous.ts";

/** What a screen shows: each trace is summed up over all its spans, and somebody waits for the first. */
const FIRST_PAGE_LIMIT = 20;
const NEXT_PAGE_LIMIT = 100;
const GROUPS_LIMIT = 100;

export const TRACE_SORTS = ["newest", "longest"] as const;
export type TraceSort = (typeof TRACE_SORTS)[number];

interface Listed {
  readonly sort: TraceSort;
  /** False while groups are looked at. */
  readonly isEnabled: boolean;
}

/** @param q a filter */
export function useTraces(q: string, range: TimeRange, { sort, isEnabled }: Listed) {
  const query: Record<string, QueryValue> = {
    ...range,
    q: useInEnvironment(q, "traces"),
    sort: sort === "newest" ? undefined : sort,
    strip: "1",
    verdict: "1",
  };
  return useInfiniteQuery({
    queryKey: ["traces", query],
    enabled: isEnabled,
    placeholderData: keepUnlessEmpty<InfiniteData<TracePage, string>>(({ pages }) =>
      pages.every(({ traces }) => traces.length === 0),
    ),
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      getJson<TracePage>(
        apiUrl("/api/traces", {
          ...query,
          limit: pageParam === "" ? FIRST_PAGE_LIMIT : NEXT_PAGE_LIMIT,
          cursor: pageParam,
        }),
        signal,
      ),
    getNextPageParam: (page) => page.nextCursor,
  });
}

export const GROUP_SORTS = ["traces", "errors", "p95"] as const;
export type GroupSort = (typeof GROUP_SORTS)[number];

/** @param by one field or two, as a filter names them */
export function useTraceGroups(
  q: string,
  range: TimeRange,
  { by, sort }: { readonly by: readonly string[]; readonly sort: GroupSort },
) {
  const query: Record<string, QueryValue> = {
    ...range,
    q: useInEnvironment(q, "traces"),
    by: by[0],
    by2: by[1],
    sort,
    limit: GROUPS_LIMIT,
  };
  return useQuery<TraceGroups>({
    queryKey: ["trace-groups", query],
    placeholderData: keepUnlessEmpty<TraceGroups>(({ groups }) => groups.length === 0),
    queryFn: ({ signal }) => getJson<TraceGroups>(apiUrl("/api/traces/groups", query), signal),
  });
}
