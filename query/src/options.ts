import type { ClickHouseConnection } from "@throughline/schemas";
import type { Logger } from "pino";

/** Bounds of one answer. Each is an option of the query service; what hits one says so in `meta` or in a problem. */
export interface QueryLimits {
  /** API requests that ask ClickHouse at the same time; more wait. */
  readonly requestsConcurrentMax: number;
  /**
   * Requests that may wait for their turn; more are refused with `overloaded`. So many that `requestWaitMs` is what decides: two
   * cores answer about fifty mixed questions a second, so that as many are through by then.
   */
  readonly requestsWaitingMax: number;
  /** How long one waits before it is refused. */
  readonly requestWaitMs: number;
  /**
   * An answer about services, environments, counts of logs or durations is kept for this long, for others who ask the same;
   * 0 keeps none. Not lists of records nor traces: what is stored is found at once. Counts over minutes and hours do not look
   * different after two seconds, and pages that refresh do so less often; by then everybody who opened the same page is answered.
   */
  readonly answersKeptMs: number;
  /** Of these answers together; the oldest go. */
  readonly answersKeptMaxBytes: number;
  /** One search, over all its windows; then it answers what it has, with a cursor. */
  readonly searchTimeMs: number;
  /** One ClickHouse query: `max_execution_time`. */
  readonly queryTimeMs: number;
  /** One ClickHouse query: `max_memory_usage`; 0 leaves it to the user's profile, which knows the machine. */
  readonly queryMemoryBytes: number;
  /** One ClickHouse query: `max_rows_to_read`; 0 is no limit. */
  readonly queryRowsReadMax: number;
  /** Bytes of rows taken from one ClickHouse query; then the answer ends there and `meta.complete` is false, or it is refused with `query_limit`. */
  readonly queryResultBytes: number;
  /** Spans in one trace answer. */
  readonly traceSpansMax: number;
  /** Spans that are read for the strips and verdicts of one page of traces. */
  readonly summarySpansMax: number;
  /** Spans that are measured to find the longest traces; of more, the newest. */
  readonly longestSpansMax: number;
  /** How far around the range spans count for the length of a trace. */
  readonly longestReachMs: number;
  /** Spans that one answer groups traces by; of more, a sample of traces by hash. */
  readonly groupSpansMax: number;
  /** Spans in one trace answer as columns. */
  readonly traceColumnSpansMax: number;
  /** Logs in one trace answer. */
  readonly traceLogsMax: number;
  /** Statements of people that run at the same time; more wait. */
  readonly sqlConcurrentMax: number;
  /** One statement of a person: `max_execution_time`. */
  readonly sqlTimeMs: number;
  /** One statement of a person: `max_memory_usage`; 0 leaves it to the user's profile. */
  readonly sqlMemoryBytes: number;
  /** One statement of a person: `max_rows_to_read`; 0 is no limit. */
  readonly sqlRowsReadMax: number;
  /** Rows given back of one statement; the rest is left out, and `meta.complete` is false. */
  readonly sqlRowsMax: number;
  /** Bytes of the result of one statement, as ClickHouse counts them in memory. */
  readonly sqlResultBytes: number;
  /** Tables, columns and functions, of each so many, of which the editor of SQL is told. */
  readonly sqlSchemaRowsMax: number;
  /** Logs of a trace are looked for from this long before its first span to this long after its last. */
  readonly traceLogPaddingMs: number;
  /** Spans that one service map may count itself, where they are not counted beforehand yet. */
  readonly mapSpansMax: number;
  /** Connections of one service map, the busiest first. */
  readonly mapEdgesMax: number;
  /** Failed spans that are grouped for one answer. */
  readonly errorSpansMax: number;
  /** Records that are compared to say what differs; of more, a sample by hash. */
  readonly deltaRowsMax: number;
  /** Records that one scan counts facets of; of more, a sample of granules. */
  readonly facetRowsMax: number;
  /** One such scan; one that takes longer is repeated over a smaller sample. */
  readonly facetTimeMs: number;
  /** Logs that are grouped by pattern for one answer; of more, a sample by hash. */
  readonly patternRowsMax: number;
  /** Logs whose bodies are read for it; of more, a sample of granules. */
  readonly patternScanRowsMax: number;
  /** How far before and after a log its context is looked for. */
  readonly contextReachMs: number;
  /** Live tails at the same time. */
  readonly tailsMax: number;
  /** Rows per second of one live tail; of more, the newest are given and the others counted. */
  readonly tailRowsPerSecondMax: number;
  /** How often it is looked whether something was stored, while a tail is open. */
  readonly tailPollMs: number;
  /** One live tail; then it ends, and a client that stays comes back. */
  readonly tailTimeMs: number;
  /** Exports at the same time; they have a line of their own. */
  readonly exportsMax: number;
  /** Rows of one export; of more, the newest are given, and the answer says so. */
  readonly exportRowsMax: number;
  /** One export: `max_execution_time`. */
  readonly exportTimeMs: number;
  /** Counting its rows beforehand, up to `exportRowsMax`. */
  readonly exportCountTimeMs: number;
  /** How long a client may take nothing of an export; then the transfer is broken off. */
  readonly exportIdleMs: number;
  /** How long the collector has to say what it refused. */
  readonly collectorTimeMs: number;
  /** Traces in one answer of Jaeger's or Zipkin's API. */
  readonly compatTracesMax: number;
  /** Spans and logs in one such answer; traces that would bring more are left out and named. */
  readonly compatRecordsMax: number;
  /** Lists of services and operations in these APIs cover so many days. */
  readonly compatNamesDays: number;
}

export const DEFAULT_LIMITS: QueryLimits = {
  requestsConcurrentMax: 8,
  requestsWaitingMax: 256,
  requestWaitMs: 5_000,
  answersKeptMs: 2_000,
  answersKeptMaxBytes: 32 * 1024 ** 2,
  searchTimeMs: 20_000,
  queryTimeMs: 10_000,
  queryMemoryBytes: 0,
  queryRowsReadMax: 0,
  queryResultBytes: 128 * 1024 ** 2,
  traceSpansMax: 100_000,
  summarySpansMax: 100_000,
  longestSpansMax: 20_000_000,
  longestReachMs: 3_600_000,
  groupSpansMax: 2_000_000,
  traceColumnSpansMax: 250_000,
  traceLogsMax: 100_000,
  traceLogPaddingMs: 3_600_000,
  sqlConcurrentMax: 4,
  sqlTimeMs: 30_000,
  sqlMemoryBytes: 0,
  sqlRowsReadMax: 0,
  sqlRowsMax: 100_000,
  sqlResultBytes: 128 * 1024 ** 2,
  sqlSchemaRowsMax: 20_000,
  mapSpansMax: 1_000_000,
  mapEdgesMax: 5_000,
  errorSpansMax: 50_000,
  deltaRowsMax: 5_000_000,
  facetRowsMax: 500_000,
  facetTimeMs: 1_500,
  patternRowsMax: 20_000,
  patternScanRowsMax: 2_000_000,
  contextReachMs: 86_400_000,
  tailsMax: 32,
  tailRowsPerSecondMax: 2_000,
  tailPollMs: 250,
  tailTimeMs: 3_600_000,
  exportsMax: 2,
  collectorTimeMs: 1_000,
  exportRowsMax: 1_000_000,
  exportTimeMs: 120_000,
  exportCountTimeMs: 30_000,
  exportIdleMs: 60_000,
  compatTracesMax: 1_500,
  compatRecordsMax: 200_000,
  compatNamesDays: 7,
};

/** Where request and correlation ids are found: what the SDK writes, headers, and what others call them. */
export const DEFAULT_REQUEST_ID_ATTRIBUTES: readonly string[] = [
  "correlation.id",
  "correlation_id",
  "correlationId",
  "request.id",
  "request_id",
  "requestId",
  "x-request-id",
  "x-correlation-id",
  "http.request.header.x-request-id",
  "http.request.header.x-correlation-id",
  "http.request.header.x_request_id",
  "http.request.header.x_correlation_id",
  "dd.trace_id",
];

export interface QueryOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** The read-only user, with `readonly` 0 or 2: per-query limits are settings. */
  readonly clickhouse: ClickHouseConnection;
  /** Attributes that carry request ids; default `DEFAULT_REQUEST_ID_ATTRIBUTES`. */
  readonly requestIdAttributes?: readonly string[];
  /** Pages of other origins that may read from a browser: exact origins; none by default. */
  readonly corsOrigins?: readonly string[];
  /** The user of statements that people type; without it they are run as `clickhouse`. */
  readonly sqlClickhouse?: ClickHouseConnection;
  /** Folder of the built web UI; without it `/` says how to build it. */
  readonly webRoot?: string;
  /** Shown to whoever has no data yet. */
  readonly otlpGrpcEndpoint: string;
  readonly otlpHttpEndpoint: string;
  /** Where the collector's HTTP port is for this process; without it nobody knows what was refused. */
  readonly collectorUrl?: string;
  readonly version: string;
  readonly logger: Logger;
  readonly limits?: Partial<QueryLimits>;
  /** Nanoseconds since 1970; what `now` means in a time. Defaults to the system's clock. */
  readonly now?: () => bigint;
}
