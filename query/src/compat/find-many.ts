/** More traces than a page of ours has, and each of them whole: what the other APIs call a search. */
import { toTraceSearch } from "../http/parse-query.ts";
import type { TraceQuery } from "../http/query-params.ts";
import { QueryError } from "../problem/query-error.ts";
import { findTraces } from "../search/find-traces.ts";
import type { Searcher } from "../search/searcher.ts";
import { type TraceWish, readTrace } from "../traces/read-trace.ts";
import type { Trace, TraceSummary } from "../wire.ts";

/** Of one page of our own search. */
const PAGE_MAX = 200;
/** Traces read at the same time; each is two queries. */
const READERS = 4;

export interface Finding {
  readonly searcher: Searcher;
  readonly now: bigint;
  readonly signal: AbortSignal;
}

export interface Found<T> {
  readonly found: T[];
  /** Sentences that say what is missing; empty when nothing is. */
  readonly missing: string[];
}

/**
 * Walks the pages of a search until there are as many traces as wanted, at most `compatTracesMax`.
 * @param query as our own search takes it, without limit and cursor
 */
export async function findSummaries(
  { searcher, now, signal }: Finding,
  query: TraceQuery,
  wanted: number,
): Promise<Found<TraceSummary>> {
  const { compatTracesMax } = searcher.limits;
  const most = Math.min(wanted, compatTracesMax);
  const found: TraceSummary[] = [];
  const missing: string[] = [];
  let cursor: string | undefined;
  while (found.length < most) {
    const limit = Math.min(PAGE_MAX, most - found.length);
    const asked = { ...query, limit, ...(cursor === undefined ? {} : { cursor }) };
    const page = await findTraces(searcher, toTraceSearch(asked, now), signal);
    found.push(...page.traces);
    if (page.meta.reason !== undefined) missing.push(page.meta.reason);
    cursor = page.nextCursor;
    // A search that ran out of time says so once; going on would take as long again.
    if (cursor === undefined || !page.meta.complete) break;
  }
  if (cursor !== undefined && wanted > compatTracesMax) {
    missing.push(`An answer has at most ${compatTracesMax} traces (compatTracesMax).`);
  }
  return { found, missing };
}

/**
 * Every trace of the summaries whole, in their order. Their counts are known beforehand: those that would bring more
 * spans and logs than `compatRecordsMax` into one answer are left out and named.
 */
export async function readWhole(
  { searcher, signal }: Finding,
  summaries: readonly TraceSummary[],
): Promise<Found<Trace>> {
  const { compatRecordsMax } = searcher.limits;
  let records = 0;
  const fitting = summaries.filter(({ spanCount, logCount }) => {
    const more = spanCount + logCount;
    // A large one takes no room from those behind it.
    if (records + more > compatRecordsMax) return false;
    records += more;
    return true;
  });
  const ids = fitting.map((summary) => summary.traceId);
  const read = await readById({ searcher, signal }, ids);
  const left = summaries.length - fitting.length;
  return left === 0
    ? read
    : {
        found: read.found,
        missing: [
          ...read.missing,
          `${left === 1 ? "1 trace is" : `${left} traces are`} left out: an answer has at most ${compatRecordsMax} spans and logs (compatRecordsMax). Ask for fewer traces.`,
        ],
      };
}

/**
 * Traces by their ids, in the order of the ids; one that nobody knows is named in `missing`.
 * @param wish for each of them
 */
export async function readById(
  { searcher, signal }: Pick<Finding, "searcher" | "signal">,
  ids: readonly string[],
  wish: TraceWish = {},
): Promise<Found<Trace>> {
  const { compatRecordsMax } = searcher.limits;
  const traces = new Map<string, Trace>();
  const missing: string[] = [];
  let records = 0;
  const waiting = ids.values();
  const work = async (): Promise<void> => {
    for (const id of waiting) {
      if (records > compatRecordsMax) {
        missing.push(
          `The trace ${id} is left out: an answer has at most ${compatRecordsMax} spans and logs (compatRecordsMax).`,
        );
        continue;
      }
      const trace = await readKnown(() => readTrace(searcher, id, signal, wish));
      if (trace === undefined) {
        missing.push(`No span and no log has the trace id ${id}.`);
        continue;
      }
      records += trace.spans.length + countLogs(trace);
      traces.set(id, trace);
    }
  };
  await Promise.all(Array.from({ length: Math.min(READERS, ids.length) }, work));
  return { found: ids.flatMap((id) => traces.get(id) ?? []), missing };
}

async function readKnown(read: () => Promise<Trace>): Promise<Trace | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof QueryError && error.code === "trace_not_found") return undefined;
    throw error;
  }
}

function countLogs(trace: Trace): number {
  return trace.spans.reduce((sum, span) => sum + span.logs.length, trace.logs.length);
}
