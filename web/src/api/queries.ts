import type {
  LogHistogram,
  LogPage,
  OneLog,
  Services,
  SpanDetails,
  Status,
} from "@throughline/query/wire";
import {
  type InfiniteData,
  keepPreviousData,
  QueryClient,
  queryOptions,
  useInfiniteQuery,
  useQuery,
} from "@tanstack/react-query";
import { loadTrace } from "../trace/load-trace.ts";
import { resolveRange, type TimeRange } from "../lib/time-range.ts";
import { useInEnvironment } from "../ui/use-environment.ts";
import { ApiError, apiUrl, getJson, type QueryValue } from "./client.ts";
import { keepUnlessEmpty } from "./keep-previous.ts";

const LOG_PAGE_LIMIT = 200;
const RETRIES_MAX = 2;

/** Retries what may pass by itself; a question the service refused stays refused. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        refetchOnWindowFocus: false,
        staleTime: 15_000,
        gcTime: 10 * 60_000,
        retry: (failures, error) =>
          failures < RETRIES_MAX && error instanceof ApiError && error.status >= 502,
        retryDelay: (attempt) => 300 * 2 ** attempt,
      },
    },
  });
}

export function useTrace(traceId: string) {
  return useQuery({
    queryKey: ["trace", traceId],
    staleTime: 60_000,
    // Comparing a trace with its next answer would take longer than showing it.
    structuralSharing: false,
    queryFn: ({ signal }) => loadTrace(traceId, signal),
  });
}

/** Everything of one span of a trace that was drawn from columns. */
export function useSpan(traceId: string, spanId: string, enabled: boolean) {
  return useQuery({
    queryKey: ["span", traceId, spanId],
    enabled,
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      getJson<SpanDetails>(
        `/api/traces/${encodeURIComponent(traceId)}/spans/${encodeURIComponent(spanId)}`,
        signal,
      ),
  });
}

/** Everything of one log of which only a line is known. */
export function useLog(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ["log", id],
    enabled,
    staleTime: 60_000,
    queryFn: ({ signal }) => getJson<OneLog>(`/api/logs/${encodeURIComponent(id)}`, signal),
  });
}

/** @param q a filter */
export function useLogs(q: string, range: TimeRange) {
  const query: Record<string, QueryValue> = {
    ...range,
    q: useInEnvironment(q, "logs"),
    limit: LOG_PAGE_LIMIT,
  };
  return useInfiniteQuery({
    queryKey: ["logs", query],
    placeholderData: keepUnlessEmpty<InfiniteData<LogPage, string>>(({ pages }) =>
      pages.every(({ logs }) => logs.length === 0),
    ),
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      getJson<LogPage>(apiUrl("/api/logs", { ...query, cursor: pageParam }), signal),
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** With the range that was counted: while the next answer is on its way, this one is shown, and not as of another range. */
interface CountedLogs {
  readonly counts: LogHistogram;
  /** Unix milliseconds. */
  readonly range: { readonly fromMs: number; readonly toMs: number };
}

/** @param asked a filter, within its environment */
export function logHistogramOptions(asked: string, range: TimeRange) {
  const query: Record<string, QueryValue> = { ...range, q: asked };
  return queryOptions<CountedLogs>({
    queryKey: ["log-histogram", query],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const counts = await getJson<LogHistogram>(apiUrl("/api/logs/histogram", query), signal);
      return { counts, range: resolveRange(range, Date.now()) };
    },
  });
}

/** @param q a filter */
export function useLogHistogram(q: string, range: TimeRange) {
  return useQuery(logHistogramOptions(useInEnvironment(q, "logs"), range));
}

export function useServices(range: TimeRange) {
  return useQuery({
    queryKey: ["services", range],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => getJson<Services>(apiUrl("/api/services", { ...range }), signal),
  });
}

/**
 * @param enabled only a page without data asks; it asks again until data has come
 * @param everyMs how often; what is known already is shown at once
 */
export function useStatus(enabled: boolean, everyMs = 5000) {
  return useQuery<Status>({
    queryKey: ["status"],
    enabled,
    staleTime: 0,
    refetchInterval: ({ state }) =>
      state.data?.hasTraces === true && state.data.hasLogs ? false : everyMs,
    queryFn: ({ signal }) => getJson<Status>("/api/status", signal),
  });
}
