/** From checked query strings to questions. Every refusal names the parameter, what was given and what is accepted. */
import { parseAttribute } from "../params/attribute.ts";
import { digestFilters, logCursors, longestCursors, traceCursors } from "../params/cursor.ts";
import { parseDuration } from "../params/duration.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import type { Parsed } from "../params/result.ts";
import { parseSeverity } from "../params/severity.ts";
import { parseTime } from "../params/time.ts";
import { parseSpanId, parseTraceId } from "../params/trace-id.ts";
import { parseWords } from "../params/words.ts";
import { QueryError } from "../problem/query-error.ts";
import type { LogFilters, TraceFilters } from "../search/filters.ts";
import { liftFilter } from "../search/lift-filter.ts";
import type { LogSearch } from "../search/find-logs.ts";
import type { LongestSearch } from "../search/find-longest.ts";
import type { TraceSearch } from "../search/find-traces.ts";
import type { HistogramQuestion } from "../search/histogram.ts";
import type { TimeRange } from "../search/time-range.ts";
import { readFilter } from "./read-filter.ts";
import type {
  HistogramQuery,
  LogQuery,
  ServiceQuery,
  TRACE_FILTERS,
  TraceQuery,
} from "./query-params.ts";

const HOUR = 3_600n * NANOS_PER_SECOND;
const SEARCH_DEFAULT = 24n * HOUR;
const SERVICES_DEFAULT = HOUR;

export function toTraceSearch(query: TraceQuery, now: bigint): TraceSearch {
  const filters = withService(toTraceFilters(query));
  const digest = digestFilters(filters);
  const cursor = query.cursor === undefined ? undefined : traceCursors.decode(query.cursor, digest);
  const range =
    cursor === undefined ? readRange(query, now, now - SEARCH_DEFAULT) : rangeOf(cursor);
  return { filters, range, limit: query.limit ?? 50, cursor, digest };
}

export function toLongestSearch(query: TraceQuery, now: bigint): LongestSearch {
  const filters = toTraceFilters(query);
  const digest = digestFilters({ sort: "longest", filters });
  const cursor =
    query.cursor === undefined ? undefined : longestCursors.decode(query.cursor, digest);
  const range =
    cursor === undefined ? readRange(query, now, now - SEARCH_DEFAULT) : rangeOf(cursor);
  return { filters, range, limit: query.limit ?? 50, cursor, digest };
}

export function toLogSearch(query: LogQuery, now: bigint): LogSearch {
  const filters = toLogFilters(query);
  const digest = digestFilters(filters);
  const cursor = query.cursor === undefined ? undefined : logCursors.decode(query.cursor, digest);
  const range = cursor === undefined ? readLogRange(query, filters, now) : rangeOf(cursor);
  return { filters, range, limit: query.limit ?? 200, cursor, digest };
}

export function toHistogramQuestion(query: HistogramQuery, now: bigint): HistogramQuestion {
  const filters = toLogFilters(query);
  const range =
    query.from === undefined
      ? readRange(query, now, now - SEARCH_DEFAULT)
      : readLogRange(query, filters, now);
  return { filters, range, bucketsMax: query.buckets ?? 100 };
}

export function toServicesRange(query: ServiceQuery, now: bigint): TimeRange {
  return readRange(query, now, now - SERVICES_DEFAULT);
}

export function toTraceId(given: string): string {
  return must("traceId", given, parseTraceId(given));
}

export function toTraceFilters(query: Pick<TraceQuery, keyof typeof TRACE_FILTERS>): TraceFilters {
  const durationMin = optional("minDuration", query.minDuration, parseDuration);
  const durationMax = optional("maxDuration", query.maxDuration, parseDuration);
  if (durationMin !== undefined && durationMax !== undefined && durationMin > durationMax) {
    throw refuse("minDuration", query.minDuration ?? "", "at most maxDuration");
  }
  return {
    ...present("service", query.service),
    ...present("operation", query.operation),
    ...present("durationMin", durationMin?.toString()),
    ...present("durationMax", durationMax?.toString()),
    ...present("status", query.status),
    attributes: readAttributes(query.attribute),
    ...present("condition", readFilter(query.q, "traces")),
  };
}

/** With the service that `q` says, a search uses the table's order. A trace id stays where it is, in the condition. */
function withService({ condition, ...filters }: TraceFilters): TraceFilters {
  const lifted = liftFilter(condition, { service: filters.service, traceId: "" });
  return {
    ...filters,
    ...present("service", lifted.service),
    ...present("condition", lifted.condition),
  };
}

export function toLogFilters(query: Omit<LogQuery, "limit" | "cursor">): LogFilters {
  const text = query.text?.trim();
  const traceId = optional("traceId", query.traceId, parseTraceId);
  const lifted = liftFilter(readFilter(query.q, "logs"), { service: query.service, traceId });
  return {
    ...present("service", lifted.service),
    ...present("severity", optional("severity", query.severity, parseSeverity)),
    ...present("body", optional("text", text === "" ? undefined : text, parseWords)),
    ...present("traceId", lifted.traceId),
    ...present("spanId", optional("spanId", query.spanId, parseSpanId)),
    attributes: readAttributes(query.attribute),
    ...present("condition", lifted.condition),
  };
}

function readAttributes(given: readonly string[] | undefined): readonly string[] {
  return (given ?? []).map((each) => must("attribute", each, parseAttribute(each)));
}

export interface RangeQuery {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export function readLogRange(query: RangeQuery, filters: LogFilters, now: bigint): TimeRange {
  return readRange(query, now, filters.traceId === undefined ? now - SEARCH_DEFAULT : 0n);
}

/** A given `to` without `from` keeps the default's width before `to`. */
export function readRange(query: RangeQuery, now: bigint, fromDefault: bigint): TimeRange {
  const parse = (text: string): Parsed<bigint> => parseTime(text, now);
  const to = optional("to", query.to, parse) ?? now;
  const shifted = fromDefault === 0n ? 0n : fromDefault - (now - to);
  const from = optional("from", query.from, parse) ?? (shifted > 0n ? shifted : 0n);
  if (from >= to) throw refuse("from", query.from ?? "", "a time before `to`");
  return { from, to };
}

function rangeOf(cursor: { readonly from: string; readonly to: string }): TimeRange {
  return { from: BigInt(cursor.from), to: BigInt(cursor.to) };
}

/** @throws QueryError `invalid_parameter` when the text cannot be read */
function optional<T>(
  name: string,
  given: string | undefined,
  parse: (text: string) => Parsed<T>,
): T | undefined {
  return given === undefined ? undefined : must(name, given, parse(given));
}

export function must<T>(name: string, given: string, parsed: Parsed<T>): T {
  if (parsed.kind === "value") return parsed.value;
  throw refuse(name, given, parsed.expected);
}

export function refuse(name: string, given: string, expected: string): QueryError {
  return new QueryError(
    "invalid_parameter",
    `The parameter ${name} was ${JSON.stringify(given.slice(0, 200))}; give ${expected}.`,
  );
}

export function present<K extends string, V>(
  key: K,
  given: V | undefined,
): { readonly [P in K]?: V } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed key widens to string
  return (given === undefined ? {} : { [key]: given }) as { readonly [P in K]?: V };
}
