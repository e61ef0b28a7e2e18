/** What a list says of each trace: counted over all its spans and logs, bounded by the id table. */
import type { Cost } from "../clickhouse/ask.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { compose, loadSql } from "../sql/sql.ts";
import {
  type StoredWindow,
  type TraceWindow,
  logRange,
  spanRange,
} from "../traces/trace-window.ts";
import type { TraceSummary } from "../wire.ts";
import { isLimit } from "./deadline.ts";
import type { Searcher } from "./searcher.ts";
import { type TimeRange, clamp, inRanges, inTime, spanning } from "./time-range.ts";
import {
  type SummaryRow,
  type TraceMatch,
  idWindowRows,
  logCountRows,
  summaryRows,
} from "./trace-rows.ts";

const SQL = loadSql("traces.sql", ["windows", "summarise", "kept-first", "count-logs"]);

export interface Asking {
  readonly signal: AbortSignal;
  /** Grows by what each query cost. */
  readonly costs: Cost[];
}

/** When the traces were, by id. A trace that the id table does not know is given the second of its match. */
export async function readWindows(
  searcher: Searcher,
  matches: readonly TraceMatch[],
  asking: Asking,
): Promise<ReadonlyMap<string, StoredWindow>> {
  if (matches.length === 0) return new Map();
  const answer = await searcher.asker.ask({
    sql: SQL.windows,
    params: { trace_ids: matches.map((match) => match.traceId) },
    rows: idWindowRows,
    signal: asking.signal,
  });
  asking.costs.push(answer.cost);
  const windows = new Map<string, StoredWindow>();
  for (const { traceId, firstMatch } of matches) {
    const second = Number(BigInt(firstMatch) / NANOS_PER_SECOND);
    const window = { startSeconds: second, endSeconds: second };
    windows.set(traceId, { ...window, storedFirstSeconds: 0, storedLastSeconds: 0 });
  }
  for (const row of answer.rows) windows.set(row.traceId, row);
  return windows;
}

export type KnownTrace = readonly [traceId: string, window: TraceWindow];

/** What all spans of each trace say together. */
export type SumUp = (traces: readonly KnownTrace[]) => Promise<readonly SummaryRow[]>;

export interface FoundTraces {
  readonly matches: readonly TraceMatch[];
  /** Of at least the matches, by trace id. */
  readonly windows: ReadonlyMap<string, StoredWindow>;
}

/**
 * @param sumUp for who reads the spans anyway; in ClickHouse otherwise
 * @returns one summary for each match that has spans, in no order
 */
export async function summarise(
  searcher: Searcher,
  found: FoundTraces,
  asking: Asking,
  sumUp: SumUp = (traces) => summariseSpans(searcher, traces, asking),
): Promise<TraceSummary[]> {
  const ids = new Set(found.matches.map((match) => match.traceId));
  const windows = new Map([...found.windows].filter(([traceId]) => ids.has(traceId)));
  if (windows.size === 0) return [];
  const [rows, counted] = await Promise.all([
    sumUp([...windows]),
    countLogs(searcher, logsOf(searcher, windows, new Map()), asking),
  ]);
  const ends = new Map(rows.map((row) => [row.traceId, BigInt(row.endTimeUnixNano)]));
  const longer = await countLogs(searcher, logsOf(searcher, windows, ends), asking);
  const logCounts = new Map([...counted, ...longer]);
  return rows.map((row) => toSummary(row, logCounts.get(row.traceId) ?? 0));
}

/** A half after the other, where they have too many spans for one statement. */
export async function summariseSpans(
  searcher: Searcher,
  traces: readonly KnownTrace[],
  asking: Asking,
): Promise<readonly SummaryRow[]> {
  const where = inRanges(traces.map(([, window]) => spanRange(window)));
  try {
    const answer = await searcher.asker.ask({
      sql: compose(SQL.summarise, where.conditions, { "kept-first": SQL["kept-first"] }),
      params: { ...where.params, trace_ids: traces.map(([traceId]) => traceId) },
      rows: summaryRows,
      signal: asking.signal,
      withoutTimeIndex: true,
    });
    asking.costs.push(answer.cost);
    return answer.rows;
  } catch (error) {
    if (!isLimit(error) || traces.length < 2) throw error;
    const half = traces.length >> 1;
    const newer = await summariseSpans(searcher, traces.slice(0, half), asking);
    return [...newer, ...(await summariseSpans(searcher, traces.slice(half), asking))];
  }
}

interface TraceLogs {
  readonly id: string;
  readonly range: TimeRange;
}

/**
 * Where the logs of each trace are looked for.
 * @param ends of the traces' last spans by id; with any, only of those traces whose logs lie further than without
 */
function logsOf(
  { limits }: Searcher,
  windows: ReadonlyMap<string, TraceWindow>,
  ends: ReadonlyMap<string, bigint>,
): readonly TraceLogs[] {
  return [...windows].flatMap(([id, window]) => {
    const range = logRange(window, ends.get(id) ?? 0n, limits);
    const isKnown = ends.size > 0 && range.to === logRange(window, 0n, limits).to;
    return isKnown ? [] : [{ id, range }];
  });
}

async function countLogs(
  searcher: Searcher,
  ranges: readonly TraceLogs[],
  asking: Asking,
): Promise<ReadonlyMap<string, number>> {
  const whole = spanning(ranges.map((each) => each.range));
  if (whole === undefined) return new Map();
  const where = inTime(whole);
  const answer = await searcher.asker.ask({
    sql: compose(SQL["count-logs"], where.conditions),
    params: {
      ...where.params,
      trace_ids: ranges.map((each) => each.id),
      log_starts: ranges.map((each) => clamp(each.range.from)),
      log_ends: ranges.map((each) => clamp(each.range.to)),
    },
    rows: logCountRows,
    signal: asking.signal,
    withoutTimeIndex: true,
  });
  asking.costs.push(answer.cost);
  return new Map(answer.rows.map((row) => [row.traceId, Number(row.logCount)]));
}

function toSummary(row: SummaryRow, logCount: number): TraceSummary {
  const services = Object.entries(row.services).map(([name, count]) => ({
    name,
    spanCount: Number(count),
  }));
  return {
    traceId: row.traceId,
    rootServiceName: row.rootServiceName,
    rootName: row.rootName,
    startTimeUnixNano: row.startTimeUnixNano,
    durationNano: String(BigInt(row.endTimeUnixNano) - BigInt(row.startTimeUnixNano)),
    spanCount: Number(row.spanCount),
    errorCount: Number(row.errorCount),
    logCount,
    services: services.sort((a, b) => b.spanCount - a.spanCount || (a.name < b.name ? -1 : 1)),
  };
}
