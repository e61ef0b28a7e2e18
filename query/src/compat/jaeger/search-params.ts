/** The parameters of Jaeger's searches, first and third API, as our own search takes them. */
import { NANOS_PER_MILLISECOND } from "../../params/nanos.ts";
import { parseDuration } from "../../params/duration.ts";
import { parseTime } from "../../params/time.ts";
import { refuse } from "../../http/parse-query.ts";
import type { TraceQuery } from "../../http/query-params.ts";
import { invalid, type Parsed, value } from "../../params/result.ts";
import { tagFilters } from "../tag-filters.ts";
import { parsePaddedTraceId, type QueryValues } from "../query-values.ts";

const MICROSECOND = 1_000n;
const HOUR = 3_600_000_000_000n;
/** Jaeger's own. */
const LOOKBACK_DEFAULT = 48n * HOUR;
const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 1_000_000;

export interface JaegerSearch {
  readonly query: TraceQuery;
  readonly limit: number;
}

/** `GET /api/traces`: either ids or a search. */
export type FirstApiSearch =
  | { readonly kind: "ids"; readonly traceIds: readonly string[] }
  | ({ readonly kind: "search" } & JaegerSearch);

/** @throws QueryError `invalid_parameter` */
export function readFirstApiSearch(values: QueryValues, now: bigint): FirstApiSearch {
  const traceIds = values.texts("traceID").map((text) => mustBeTraceId("traceID", text));
  if (traceIds.length > 0) return { kind: "ids", traceIds };
  const to = values.nanos(MICROSECOND, "end") ?? now;
  const lookback = values.parsed(parseLookback, "lookback") ?? LOOKBACK_DEFAULT;
  const from = values.nanos(MICROSECOND, "start") ?? to - lookback;
  const tags = new Map(values.textMap("tags"));
  for (const tag of values.texts("tag")) {
    const split = tag.indexOf(":");
    if (split <= 0) throw refuse("tag", tag, "key:value");
    tags.set(tag.slice(0, split), tag.slice(split + 1));
  }
  const query = toTraceQuery(values, { from, to, tags, tagsName: "tags" });
  return { kind: "search", query, limit: values.whole(LIMIT_MAX, "limit") ?? LIMIT_DEFAULT };
}

/** `GET /api/v3/traces` and `/api/v3/trace-summaries`: names in camel case, and the older ones. */
export function readThirdApiSearch(values: QueryValues, now: bigint): JaegerSearch {
  values.unsupported("structured filters are not understood; use query.attributes", "query.filter");
  values.unsupported("use query.searchDepth", "query.pagination.pageToken");
  const time = (text: string): Parsed<bigint> => parseTime(text.replaceAll(" ", "+"), now);
  const from = values.parsed(time, "query.startTimeMin", "query.start_time_min");
  const to = values.parsed(time, "query.startTimeMax", "query.start_time_max") ?? now;
  const query = toTraceQuery(values, {
    from: from ?? to - LOOKBACK_DEFAULT,
    to,
    tags: values.textMap("query.attributes"),
    tagsName: "query.attributes",
  });
  const limit = values.whole(
    LIMIT_MAX,
    "query.searchDepth",
    "query.search_depth",
    "query.num_traces",
    "query.numTraces",
    "query.pagination.pageSize",
  );
  return { query, limit: limit ?? LIMIT_DEFAULT };
}

interface Rest {
  readonly from: bigint;
  readonly to: bigint;
  readonly tags: ReadonlyMap<string, string>;
  readonly tagsName: string;
}

function toTraceQuery(values: QueryValues, { from, to, tags, tagsName }: Rest): TraceQuery {
  if (from >= to) throw refuse("start", String(from), "a time before the end");
  const service = values.text("service", "query.serviceName", "query.service_name");
  const operation = values.text(
    "operation",
    "query.operationName",
    "query.operation_name",
    "query.spanName",
    "query.span_name",
  );
  const durations = {
    minDuration: values.parsed(parseUnitDuration, ...MIN_DURATION),
    maxDuration: values.parsed(parseUnitDuration, ...MAX_DURATION),
  };
  return {
    ...(service === undefined ? {} : { service }),
    ...(operation === undefined ? {} : { operation }),
    ...(durations.minDuration === undefined ? {} : { minDuration: durations.minDuration }),
    ...(durations.maxDuration === undefined ? {} : { maxDuration: durations.maxDuration }),
    ...tagFilters(tagsName, tags),
    from: nanosText(from),
    to: nanosText(to),
  };
}

const MIN_DURATION = ["minDuration", "query.durationMin", "query.duration_min"] as const;
const MAX_DURATION = ["maxDuration", "query.durationMax", "query.duration_max"] as const;

/** As Go writes them; protobuf's JSON has seconds with an `s`, which is the same. @returns nanoseconds, decimal */
function parseUnitDuration(text: string): Parsed<string> {
  const parsed = parseDuration(text);
  return parsed.kind === "invalid" || /^\d+$/.test(text)
    ? invalid("a duration with its unit, such as 100ms, 1.5s or 2m30s")
    : value(String(parsed.value));
}

/** `1h` of the UI; `custom` beside start and end says nothing. */
function parseLookback(text: string): Parsed<bigint> {
  if (text === "custom") return value(LOOKBACK_DEFAULT);
  if (/^\d+$/.test(text)) return value(BigInt(text) * NANOS_PER_MILLISECOND);
  return parseDuration(text);
}

/** 19 digits are nanoseconds, whatever the time. */
function nanosText(nanos: bigint): string {
  return (nanos < 0n ? 0n : nanos).toString().padStart(19, "0");
}

/** @throws QueryError `invalid_parameter` */
export function mustBeTraceId(name: string, text: string): string {
  const parsed = parsePaddedTraceId(text);
  if (parsed.kind === "invalid") throw refuse(name, text, parsed.expected);
  return parsed.value;
}
