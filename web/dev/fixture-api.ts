import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { LogHistogram, LogRecord, Meta } from "@throughline/query/wire";
import { toSeverity } from "../src/lib/severity.ts";
import { resolveRange } from "../src/lib/time-range.ts";
import {
  deltasAnswer,
  facetsAnswer,
  fieldsAnswer,
  heatmapAnswer,
  valuesAnswer,
} from "./fixture-asking.ts";
import { fixtureRefusals } from "./fixture-refusals.ts";
import { answerTrace } from "./fixture-columns.ts";
import type { FixtureTrace } from "./fixture-data.ts";
import { environmentsAnswer } from "./fixture-environments.ts";
import { answerRequest } from "./fixture-requests.ts";
import { answerAboutServices } from "./fixture-services.ts";
import { logRow, type RowFilter, spanRow, toRowFilter, withoutField } from "./fixture-filter.ts";
import { patternsAnswer } from "./fixture-patterns.ts";
import { SQL_SCHEMA, sqlAnswer } from "./fixture-sql.ts";
import { tailLogs } from "./fixture-tail.ts";
import { groupsAnswer, summarize } from "./fixture-trace-list.ts";
import { generateTraces, largeTrace } from "./fixture-traces.ts";

/**
 * Answers the query service's endpoints from generated data, so that the pages can be built and looked at without a
 * database. A development tool: it filters by scanning, and nothing ships it.
 */
export interface FixtureOptions {
  readonly nowMs: number;
  /** How long an answer takes, so that waiting states can be seen. */
  readonly delayMs: number;
  /** `empty`: nothing was ever received. `broken`: every question fails. */
  readonly mode?: "data" | "empty" | "broken";
}

export interface FixtureApi {
  /** @returns false when the path is not the API's */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}

type Answer = { readonly status: number; readonly body: unknown };

export function createFixtureApi(options: FixtureOptions): FixtureApi {
  const traces = options.mode === "empty" ? [] : generateTraces(options.nowMs);
  return {
    handle(request, response) {
      const url = new URL(request.url ?? "/", "http://localhost");
      if (!url.pathname.startsWith("/api/")) return false;
      if (options.mode !== "broken" && answersItself(request, response, { url, traces, options }))
        return true;
      const answer = options.mode === "broken" ? BROKEN : answerTo(url, traces, options);
      setTimeout(() => {
        response.writeHead(answer.status, {
          "content-type": answer.status === 200 ? "application/json" : "application/problem+json",
          "content-encoding": "gzip",
        });
        response.end(gzipSync(JSON.stringify(answer.body)));
      }, options.delayMs);
      return true;
    },
  };
}

interface Asked {
  readonly url: URL;
  readonly traces: readonly FixtureTrace[];
  readonly options: FixtureOptions;
}

const TAIL_LINES_PER_SECOND = Number(process.env["THROUGHLINE_TAIL"] ?? "8");

/** @returns whether it is one of the questions that are not one JSON answer at once: a tail, a statement */
function answersItself(
  request: IncomingMessage,
  response: ServerResponse,
  { url, traces, options }: Asked,
): boolean {
  const find = (id: string) =>
    traces.find(({ traceId }) => traceId === id) ?? largeTrace(id, options.nowMs);
  if (answerTrace(url, response, { find, delayMs: options.delayMs })) return true;
  const filter = toRowFilter(url.searchParams.get("q"), "logs");
  const logs = () =>
    findLogs(traces, typeof filter === "string" ? () => false : filter, () => true);
  if (url.pathname === "/api/logs/tail") {
    tailLogs(request, response, logs(), TAIL_LINES_PER_SECOND);
    return true;
  }
  if (url.pathname !== "/api/sql") return false;
  void readBody(request).then((body) => answerSql(body, response, logs(), options.delayMs));
  return true;
}

async function readBody(request: IncomingMessage): Promise<{ readonly sql: string }> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a development tool, asked by our own page
  return JSON.parse(text) as { readonly sql: string };
}

function answerSql(
  { sql }: { readonly sql: string },
  response: ServerResponse,
  logs: readonly LogRecord[],
  delayMs: number,
): void {
  const outcome = sqlAnswer(sql, logs, meta(logs.length));
  const [status, body, waitMs] =
    outcome.kind === "rows"
      ? [200, outcome.rows, outcome.delayMs + delayMs]
      : [
          400,
          { ...problemBody(400, "sql_failed", outcome.detail), position: outcome.position },
          delayMs,
        ];
  setTimeout(() => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  }, waitMs);
}

const BROKEN = problem(
  503,
  "clickhouse_unreachable",
  "ClickHouse did not answer within 5 s. Start it, or check CLICKHOUSE_URL.",
);

function problem(status: number, code: string, detail: string): Answer {
  return { status, body: problemBody(status, code, detail) };
}

function problemBody(status: number, code: string, detail: string) {
  return { type: "about:blank", title: code, status, code, detail };
}

function answerTo(url: URL, traces: readonly FixtureTrace[], options: FixtureOptions): Answer {
  const { pathname, searchParams } = url;
  const inRange = rangeFilter(searchParams, options.nowMs);
  if (pathname === "/api/status") return ok(status(traces.length > 0));
  if (pathname === "/api/refusals") return ok(fixtureRefusals(traces.length > 0));
  if (pathname === "/api/sql/schema") return ok(SQL_SCHEMA);
  const aboutServices = answerAboutServices(url, traces, options.nowMs);
  if (aboutServices !== undefined) return ok(aboutServices);
  if (pathname === "/api/environments") return ok(environmentsAnswer(traces, meta(traces.length)));
  if (pathname.startsWith("/api/requests/"))
    return orNotFound(answerRequest(pathname, traces, summarize));
  const asked = askedOf(pathname, searchParams);
  if (asked !== undefined) return answerRows(pathname, asked, { traces, inRange, url, options });
  const [, id] = /^\/api\/traces\/([0-9a-f]{32})/.exec(pathname) ?? [];
  if (id === undefined) return problem(404, "not_found", "There is no such address.");
  return problem(
    404,
    "trace_not_found",
    `No span or log with the trace id ${id} is stored. It was looked for in all stored days.`,
  );
}

function orNotFound(request: unknown): Answer {
  return request === undefined
    ? problem(404, "request_not_found", "Nothing stored has it, in spans and logs of any time.")
    : ok(request);
}

type Signal = "logs" | "traces";

/** @returns the signal that a path asks about; undefined when it asks about neither */
function askedOf(pathname: string, params: URLSearchParams): Signal | undefined {
  if (pathname.startsWith("/api/fields"))
    return params.get("signal") === "logs" ? "logs" : "traces";
  if (/^\/api\/logs(?:\/histogram|\/facets|\/patterns)?$/.test(pathname)) return "logs";
  return /^\/api\/traces(?:\/heatmap|\/deltas|\/facets|\/groups)?$/.test(pathname)
    ? "traces"
    : undefined;
}

interface Stored {
  readonly traces: readonly FixtureTrace[];
  readonly inRange: (ms: number) => boolean;
  readonly url: URL;
  readonly options: FixtureOptions;
}

function answerRows(pathname: string, signal: Signal, stored: Stored): Answer {
  const { traces, inRange, url, options } = stored;
  const { searchParams: params } = url;
  const selects = toRowFilter(params.get("q"), signal);
  if (typeof selects === "string") return problem(400, "invalid_query", selects);
  const { nowMs } = options;
  if (pathname === "/api/traces")
    return ok(
      tracePage(
        traces.filter((t) => inRange(startOf(t))),
        selects,
        params,
      ),
    );
  if (pathname === "/api/logs") return ok(logPage(findLogs(traces, selects, inRange), params));
  if (pathname === "/api/logs/histogram")
    return ok(histogram(findLogs(traces, selects, inRange), params, nowMs));
  if (pathname === "/api/logs/patterns") return ok(patterns(traces, selects, params, nowMs));
  const rowsOf = (filter: RowFilter) =>
    signal === "logs"
      ? findLogs(traces, filter, inRange).map((log) => logRow(log))
      : traces
          .flatMap(({ traceId, spans }) => spans.map((span) => spanRow(traceId, span)))
          .filter((row) => inRange(Number(row.Timestamp / 1_000_000n)) && filter(row));
  const rows = rowsOf(selects);
  const cost = meta(rows.length * 7);
  if (pathname === "/api/fields") return ok(fieldsAnswer(rows, cost));
  if (pathname === "/api/fields/values") return ok(valuesAnswer(rows, params, cost));
  if (pathname === "/api/traces/heatmap")
    return ok(heatmapAnswer(rows, params, { nowMs, meta: cost }));
  if (pathname === "/api/traces/groups") return ok(groupsAnswer(rows, params, cost));
  if (pathname.endsWith("/facets")) {
    const without = (field: string) => rowsOf(withoutField(params.get("q"), field, signal));
    return ok(facetsAnswer(without, params, { signal, meta: cost }));
  }
  const also = toRowFilter(params.get("selectionQ"), signal);
  if (typeof also === "string") return problem(400, "invalid_query", also);
  return ok(deltasAnswer(rows, params, { also, meta: cost }));
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function meta(rowsRead: number, reason?: string): Meta {
  return {
    elapsedMs: 18.4,
    rowsRead,
    bytesRead: rowsRead * 210,
    complete: reason === undefined,
    ...(reason === undefined ? {} : { reason }),
  };
}

function status(hasData: boolean) {
  return {
    version: "0.1.0",
    clickhouseVersion: "26.7.1",
    otlpGrpcEndpoint: "http://localhost:4317",
    otlpHttpEndpoint: "http://localhost:4318",
    hasTraces: hasData,
    hasLogs: hasData,
  };
}

function rangeFilter(params: URLSearchParams, nowMs: number): (ms: number) => boolean {
  const { fromMs, toMs } = resolveRange(
    { from: params.get("from") ?? "now-1h", to: params.get("to") ?? "now" },
    nowMs,
  );
  return (ms) => ms >= fromMs && ms < toMs;
}

function toMs(nanos: string): number {
  return Number(BigInt(nanos) / 1_000_000n);
}

function startOf(trace: FixtureTrace): number {
  return toMs(trace.spans[0]?.startTimeUnixNano ?? trace.logs[0]?.timeUnixNano ?? "0");
}

function tracePage(traces: readonly FixtureTrace[], selects: RowFilter, params: URLSearchParams) {
  const matching = traces
    .filter(({ traceId, spans }) => spans.some((span) => selects(spanRow(traceId, span))))
    .map(summarize)
    .toReversed();
  if (params.get("sort") === "longest")
    matching.sort((a, b) => Number(b.durationNano) - Number(a.durationNano));
  const { page, next } = slice(matching, params);
  return { traces: page, ...next, meta: meta(matching.length * 31) };
}

function slice<T>(rows: readonly T[], params: URLSearchParams) {
  const from = Number(params.get("cursor") ?? "0");
  const to = from + Number(params.get("limit") ?? "50");
  return { page: rows.slice(from, to), next: to < rows.length ? { nextCursor: String(to) } : {} };
}

function findLogs(
  traces: readonly FixtureTrace[],
  selects: RowFilter,
  inRange: (ms: number) => boolean,
): readonly LogRecord[] {
  return traces
    .flatMap((trace) => [...trace.spans.flatMap((span) => span.logs), ...trace.logs])
    .filter((log) => inRange(toMs(log.timeUnixNano)) && selects(logRow(log)))
    .toSorted((a, b) => (a.timeUnixNano < b.timeUnixNano ? 1 : -1));
}

function logPage(logs: readonly LogRecord[], params: URLSearchParams) {
  const { page, next } = slice(logs, params);
  const reason =
    params.get("q") === "limit"
      ? "Stopped after 10,000,000 rows; narrow the time range to see the rest."
      : undefined;
  return { logs: page, ...next, meta: meta(logs.length * 3, reason) };
}

function patterns(
  traces: readonly FixtureTrace[],
  selects: RowFilter,
  params: URLSearchParams,
  nowMs: number,
) {
  const widthOf = (from: string, to: string) =>
    params.has(from) ? Date.parse(params.get(to) ?? "") - Date.parse(params.get(from) ?? "") : 0;
  const of = (from: string, to: string) =>
    findLogs(
      traces,
      selects,
      rangeFilter(
        new URLSearchParams({ from: params.get(from) ?? "now", to: params.get(to) ?? "now" }),
        nowMs,
      ),
    );
  const logs = of("from", "to");
  return patternsAnswer(
    logs,
    params.has("baselineFrom") ? of("baselineFrom", "baselineTo") : [],
    { nowMs: widthOf("from", "to"), beforeMs: widthOf("baselineFrom", "baselineTo") },
    meta(logs.length),
  );
}

function histogram(
  logs: readonly LogRecord[],
  params: URLSearchParams,
  nowMs: number,
): LogHistogram {
  const range = resolveRange(
    { from: params.get("from") ?? "now-1h", to: params.get("to") ?? "now" },
    nowMs,
  );
  const wanted = (range.toMs - range.fromMs) / 1000 / 120;
  const bucketSeconds =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400].find(
      (s) => s >= wanted,
    ) ?? 86400;
  const buckets = new Map<number, Record<string, number>>();
  for (const log of logs) {
    const start = Math.floor(toMs(log.timeUnixNano) / 1000 / bucketSeconds) * bucketSeconds;
    const counts = buckets.get(start) ?? {};
    const severity = toSeverity(log.severityNumber, log.severityText);
    counts[severity] = (counts[severity] ?? 0) + 1;
    buckets.set(start, counts);
  }
  return {
    bucketSeconds,
    buckets: [...buckets]
      .toSorted(([a], [b]) => a - b)
      .map(([start, counts]) => ({ timeUnixNano: `${start}000000000`, counts })),
    meta: meta(logs.length),
  };
}
