import type {
  Service,
  ServiceErrors,
  ServiceMap,
  Services,
  TypicalDurations,
} from "@throughline/query/wire";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import type { TimeRange } from "../lib/time-range.ts";
import { apiUrl, getJson } from "./client.ts";
import { keepUnlessEmpty } from "./keep-previous.ts";

/** Buckets of a chart: at least half as many, at most so many. */
const CHART_BUCKETS_MAX = 80;
/** What one question for typical durations may name; the service says no to more. */
export const TYPICAL_KEYS_MAX = 200;

/** Narrows what a page of a service shows; empty texts narrow nothing. */
export interface ServiceFilter {
  readonly environment: string;
  readonly operation: string;
}

export const SPAN_STATUSES = ["error", "ok", "unset"] as const;
type SpanStatus = (typeof SPAN_STATUSES)[number];

/** Also narrows the figures to spans of one status; the failures and the neighbours of a service have none. */
export interface FiguresFilter extends ServiceFilter {
  readonly status: SpanStatus | "";
}

/** Rates, errors and percentiles of all services with their course, and the same of the time before the range. */
export function useServiceRates(range: TimeRange, environment: string) {
  const query = { ...range, environment, compare: "previous", sparklines: "true" };
  return useQuery<Services>({
    queryKey: ["service-rates", query],
    placeholderData: keepUnlessEmpty<Services>(({ services }) => services.length === 0),
    queryFn: ({ signal }) => getJson<Services>(apiUrl("/api/services", query), signal),
  });
}

function serviceUrl(name: string): string {
  return `/api/services/${encodeURIComponent(name)}`;
}

/** With when it was answered, unix milliseconds: rates are of the time until then, also while another answer is awaited. */
interface AnsweredService {
  readonly service: Service;
  readonly atMs: number;
}

/** No span of the service meets what was asked. */
export function isWithoutSpans({ total, operations }: Service): boolean {
  return total.requests === 0 && operations.length === 0;
}

export function serviceOptions(name: string, range: TimeRange, filter: FiguresFilter) {
  const query = { ...range, ...filter, compare: "previous", buckets: CHART_BUCKETS_MAX };
  return queryOptions<AnsweredService>({
    queryKey: ["service", name, query],
    placeholderData: keepUnlessEmpty<AnsweredService>(({ service }) => isWithoutSpans(service)),
    queryFn: async ({ signal }) => {
      const service = await getJson<Service>(apiUrl(serviceUrl(name), query), signal);
      return { service, atMs: Date.now() };
    },
  });
}

/** Shows the figures of another range meanwhile; a page of another service must be another component. */
export function useService(name: string, range: TimeRange, filter: FiguresFilter) {
  return useQuery(serviceOptions(name, range, filter));
}

export function useServiceErrors(name: string, range: TimeRange, filter: ServiceFilter) {
  const { environment, operation } = filter;
  const query = { ...range, environment, operation };
  return useQuery({
    queryKey: ["service-errors", name, query],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      getJson<ServiceErrors>(apiUrl(`${serviceUrl(name)}/errors`, query), signal),
  });
}

/** @param focus only what calls this service and what it calls; empty for everything */
export function useServiceMap(range: TimeRange, environment: string, focus: string) {
  const query = { ...range, environment, service: focus };
  return useQuery<ServiceMap>({
    queryKey: ["service-map", query],
    placeholderData: keepUnlessEmpty<ServiceMap>(({ nodes }) => nodes.length === 0),
    queryFn: ({ signal }) => getJson<ServiceMap>(apiUrl("/api/service-map", query), signal),
  });
}

/**
 * How long operations usually take.
 * @param keys `["service","operation","Server"]` each, at most {@link TYPICAL_KEYS_MAX}; nothing is asked without any
 * @param environment empty for all; nothing is asked while it is not known
 */
export function useTypical(
  range: TimeRange,
  keys: readonly string[],
  environment: string | undefined,
) {
  const query = { ...range, environment, key: keys };
  return useQuery({
    queryKey: ["typical", query],
    enabled: keys.length > 0 && environment !== undefined,
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      getJson<TypicalDurations>(apiUrl("/api/operations/typical", query), signal),
  });
}
