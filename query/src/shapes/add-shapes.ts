/**
 * Strips and verdicts of the traces of a page, of all their spans in one statement. The verdict is judged by what judges
 * the opened trace, over the same spans in the same order.
 */
import { type Cost, addCosts, rowDecoder } from "../clickhouse/ask.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { Type, type Static } from "typebox";
import { isLimit } from "../search/deadline.ts";
import type { Searcher } from "../search/searcher.ts";
import { type TimeRange, inTime } from "../search/time-range.ts";
import { compose, loadSql } from "../sql/sql.ts";
import { findSkew } from "../traces/clock-skew.ts";
import { tooMany } from "../traces/json-form.ts";
import { type StoredWindow, spanRange } from "../traces/trace-window.ts";
import { judge, namePeers } from "../traces/verdict.ts";
import type { TracePage, TraceSummary, TraceVerdict } from "../wire.ts";
import { type Shape, readShapes } from "./shape-table.ts";
import { cutStrip } from "./strip.ts";

const SQL = loadSql("shapes.sql", ["windows", "spans", "host", "no-host", "peers"]);
const TRACES_SQL = loadSql("traces.sql", ["kept-first"]);

/** What is asked of each summary besides what it always has. */
export interface ShapeWish {
  readonly strip: boolean;
  readonly verdict: boolean;
}

/**
 * A page whose traces have what was wished for. Those for which `summarySpansMax` leaves no room go without, and so do all
 * when a limit of queries ends the reading; `meta` says so.
 */
export async function addShapes(
  searcher: Searcher,
  page: TracePage,
  wish: ShapeWish,
  signal: AbortSignal,
): Promise<TracePage> {
  if ((!wish.strip && !wish.verdict) || page.traces.length === 0) return page;
  const started = performance.now();
  const reading: ShapeReading = { searcher, wish, signal, costs: [] };
  const added = await readAdditions(reading, page.traces);
  const missing = page.traces.filter(({ traceId }) => !added.has(traceId)).length;
  const { reason = "", ...meta } = page.meta;
  const why = missing === 0 ? reason : `${reason} ${whyMissing(missing, searcher)}`.trim();
  return {
    ...page,
    traces: page.traces.map((trace) => ({ ...trace, ...added.get(trace.traceId) })),
    meta: {
      elapsedMs: meta.elapsedMs + performance.now() - started,
      ...addCosts([meta, ...reading.costs]),
      complete: meta.complete && missing === 0,
      ...(why === "" ? {} : { reason: why }),
    },
  };
}

function whyMissing(missing: number, { limits }: Searcher): string {
  return `Of ${missing} traces neither strip nor verdict is told: the traces of one page have more than ${limits.summarySpansMax} spans (summarySpansMax), or reading them takes longer than queryTimeMs.`;
}

interface ShapeReading {
  readonly searcher: Searcher;
  readonly wish: ShapeWish;
  readonly signal: AbortSignal;
  readonly costs: Cost[];
}

type Addition = Pick<TraceSummary, "strip" | "verdict">;

async function readAdditions(
  reading: ShapeReading,
  traces: readonly TraceSummary[],
): Promise<ReadonlyMap<string, Addition>> {
  const chosen = withinLimit(traces, reading.searcher.limits.summarySpansMax);
  if (chosen.length === 0) return new Map();
  try {
    const windows = await readStoredWindows(reading, chosen);
    const range = unionOf(chosen, windows);
    const shapes = await askShapes(reading, chosen, range);
    const verdicts = reading.wish.verdict
      ? await judgeAll(reading, { traces: chosen, windows, range, shapes })
      : new Map<string, TraceVerdict>();
    return new Map(
      [...shapes].map(([traceId, shape]) => {
        const verdict = verdicts.get(traceId);
        return [
          traceId,
          {
            ...(reading.wish.strip ? { strip: cutStrip(shape) } : {}),
            ...(verdict === undefined ? {} : { verdict }),
          },
        ];
      }),
    );
  } catch (error) {
    if (!isLimit(error)) throw error;
    return new Map();
  }
}

/** Pure: as many traces as the limit has room for, in the order of the page; a large one does not take it from the others. */
function withinLimit(traces: readonly TraceSummary[], spansMax: number): readonly TraceSummary[] {
  let spans = 0;
  return traces.filter(({ spanCount }) => {
    if (spans + spanCount > spansMax) return false;
    spans += spanCount;
    return true;
  });
}

const StoredRow = Type.Object({
  traceId: Type.String(),
  startSeconds: Type.Number(),
  endSeconds: Type.Number(),
  storedFirstSeconds: Type.Number(),
  storedLastSeconds: Type.Number(),
});
type StoredRow = Static<typeof StoredRow>;
const storedRows = rowDecoder(StoredRow);

async function readStoredWindows(
  { searcher, signal, costs }: ShapeReading,
  traces: readonly TraceSummary[],
): Promise<ReadonlyMap<string, StoredWindow>> {
  const answer = await searcher.asker.ask({
    sql: SQL.windows,
    params: { trace_ids: traces.map((trace) => trace.traceId) },
    rows: storedRows,
    signal,
  });
  costs.push(answer.cost);
  return new Map(answer.rows.map((row) => [row.traceId, row]));
}

/** Every span of the traces starts in here. */
function unionOf(
  traces: readonly TraceSummary[],
  windows: ReadonlyMap<string, StoredWindow>,
): TimeRange {
  return traces
    .map((trace): TimeRange => {
      const window = windows.get(trace.traceId);
      if (window !== undefined) return spanRange(window);
      const from = BigInt(trace.startTimeUnixNano);
      return { from, to: from + BigInt(trace.durationNano) + NANOS_PER_SECOND };
    })
    .reduce((a, b) => ({
      from: a.from < b.from ? a.from : b.from,
      to: a.to > b.to ? a.to : b.to,
    }));
}

async function askShapes(
  { searcher, wish, signal, costs }: ShapeReading,
  traces: readonly TraceSummary[],
  range: TimeRange,
): Promise<ReadonlyMap<string, Shape>> {
  const { summarySpansMax, traceSpansMax } = searcher.limits;
  const where = inTime(range);
  const { table, cost } = await searcher.asker.askTable({
    sql: compose(SQL.spans, where.conditions, {
      host: wish.verdict ? SQL.host : SQL["no-host"],
      "kept-first": TRACES_SQL["kept-first"],
    }),
    params: {
      ...where.params,
      trace_ids: traces.map((trace) => trace.traceId),
      limit: summarySpansMax + 1,
    },
    signal,
  });
  costs.push(cost);
  const shapes = new Map(readShapes(table, traceSpansMax));
  // Spans with repeated ids are more than the summaries count: then the last of the traces may not be whole.
  const last = [...shapes.keys()].at(-1);
  if (table.rowCount > summarySpansMax && last !== undefined) shapes.delete(last);
  return shapes;
}

interface Judged {
  readonly traces: readonly TraceSummary[];
  readonly windows: ReadonlyMap<string, StoredWindow>;
  readonly range: TimeRange;
  readonly shapes: ReadonlyMap<string, Shape>;
}

async function judgeAll(
  reading: ShapeReading,
  { traces, windows, range, shapes }: Judged,
): Promise<ReadonlyMap<string, TraceVerdict>> {
  const verdicts = new Map<string, TraceVerdict>();
  for (const { traceId, logCount } of traces) {
    const shape = shapes.get(traceId);
    if (shape === undefined) continue;
    const incomplete = whatOpeningLeavesOut(shape, logCount, reading.searcher);
    const input = { spans: shape, logCount, window: windows.get(traceId), incomplete };
    verdicts.set(traceId, judge({ ...input, skew: findSkew(shape) }));
  }
  const peers = await askPeers(reading, verdicts, range);
  return new Map(
    [...verdicts].map(([traceId, verdict]) => [
      traceId,
      namePeers(verdict, (spanId) => peers.get(`${traceId} ${spanId}`)),
    ]),
  );
}

/** The sentences of the opened trace about its limits. */
function whatOpeningLeavesOut(
  { rowCount }: Shape,
  logCount: number,
  { limits }: Searcher,
): readonly string[] {
  const { traceSpansMax, traceLogsMax } = limits;
  return [
    ...(rowCount > traceSpansMax ? [tooMany("spans", traceSpansMax, "traceSpansMax")] : []),
    ...(logCount > traceLogsMax ? [tooMany("logs", traceLogsMax, "traceLogsMax")] : []),
  ];
}

const peerRows = rowDecoder(
  Type.Object({ traceId: Type.String(), spanId: Type.String(), peer: Type.String() }),
);

/** Whom the callers of missing parents called, by trace and span id. */
async function askPeers(
  { searcher, signal, costs }: ShapeReading,
  verdicts: ReadonlyMap<string, TraceVerdict>,
  range: TimeRange,
): Promise<ReadonlyMap<string, string>> {
  const callers = [...verdicts].flatMap(([traceId, { findings }]) =>
    findings.flatMap((finding) =>
      finding.kind === "missing_parent" && finding.callerSpanId !== undefined
        ? [{ traceId, spanId: finding.callerSpanId }]
        : [],
    ),
  );
  if (callers.length === 0) return new Map();
  const where = inTime(range);
  const answer = await searcher.asker.ask({
    sql: compose(SQL.peers, where.conditions, { "kept-first": TRACES_SQL["kept-first"] }),
    params: {
      ...where.params,
      trace_ids: [...new Set(callers.map((caller) => caller.traceId))],
      span_ids: [...new Set(callers.map((caller) => caller.spanId))],
    },
    rows: peerRows,
    signal,
  });
  costs.push(answer.cost);
  return new Map(answer.rows.map((row) => [`${row.traceId} ${row.spanId}`, row.peer]));
}
