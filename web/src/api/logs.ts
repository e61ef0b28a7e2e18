import type { LogContext } from "@throughline/query/wire";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { TimeRange } from "../lib/time-range.ts";
import { apiUrl, getJson } from "./client.ts";

/** Lines of each side; the service gives 500 at most. */
const LINES = 200;

export type ContextScope = "producer" | "trace";

/** The lines before and after a log, of the process that wrote it or of its trace. */
export function useLogContext(id: string, scope: ContextScope) {
  return useQuery({
    queryKey: ["log-context", id, scope],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      getJson<LogContext>(
        apiUrl("/api/logs/context", { id, scope, before: LINES, after: LINES }),
        signal,
      ),
  });
}

/** Everything that meets the filter, as a file. */
export function logExportHref(q: string, range: TimeRange, format: "ndjson" | "csv"): string {
  return apiUrl("/api/logs/export", { q, ...range, format });
}
