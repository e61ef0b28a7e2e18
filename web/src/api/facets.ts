import type { FilterSignal } from "@throughline/query/filter";
import type { Facets } from "@throughline/query/wire";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { TimeRange } from "../lib/time-range.ts";
import { useInEnvironment } from "../ui/use-environment.ts";
import { apiUrl, getJson, type QueryValue } from "./client.ts";

interface Asked {
  readonly signal: FilterSignal;
  /** A filter. */
  readonly q: string;
  readonly range: TimeRange;
}

/** The fields worth choosing by, each with its most frequent values. */
export function useFacets({ signal: of, q, range }: Asked) {
  const asked = useInEnvironment(q, of);
  const query: Record<string, QueryValue> = { ...range, q: asked };
  return useQuery({
    queryKey: ["facets", of, query],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => getJson<Facets>(apiUrl(`/api/${of}/facets`, query), signal),
  });
}

/** As many values of one field as the service answers. */
const VALUES_MAX = 50;

export function useFacet({ signal: of, q, range }: Asked, field: string, isEnabled: boolean) {
  const asked = useInEnvironment(q, of);
  const query: Record<string, QueryValue> = { ...range, q: asked, field, values: VALUES_MAX };
  return useQuery({
    queryKey: ["facet", of, query],
    enabled: isEnabled,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => getJson<Facets>(apiUrl(`/api/${of}/facets`, query), signal),
  });
}
