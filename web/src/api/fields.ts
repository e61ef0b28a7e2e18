import type { FilterSignal } from "@throughline/query/filter";
import type { Fields, FieldValues } from "@throughline/query/wire";
import { useQuery } from "@tanstack/react-query";
import type { TimeRange } from "../lib/time-range.ts";
import { apiUrl, getJson } from "./client.ts";

const FRESH_MS = 60_000;

interface Asked {
  readonly signal: FilterSignal;
  readonly range: TimeRange;
  /** False while nobody is completing. */
  readonly isEnabled: boolean;
}

/** What a filter may name. A completion that fails is none: it is not worth a word to who is typing. */
export function useFields({ signal: of, range, isEnabled }: Asked) {
  return useQuery({
    queryKey: ["fields", of, range],
    enabled: isEnabled,
    staleTime: FRESH_MS,
    retry: false,
    queryFn: ({ signal }) =>
      getJson<Fields>(apiUrl("/api/fields", { signal: of, ...range }), signal),
  });
}

/** Values of a field that begin with the prefix; a question that is no longer of interest is given up. */
export function useFieldValues(
  { signal: of, range, isEnabled }: Asked,
  { field, prefix }: { readonly field: string; readonly prefix: string },
) {
  return useQuery({
    queryKey: ["field-values", of, range, field, prefix],
    enabled: isEnabled,
    staleTime: FRESH_MS,
    retry: false,
    queryFn: ({ signal }) =>
      getJson<FieldValues>(
        apiUrl("/api/fields/values", { signal: of, field, prefix, ...range }),
        signal,
      ),
  });
}
