/**
 * Traces by their length, longest first, over all of the range. The length is that of all spans which began in the range
 * or within `longestReachMs` of it, so it does not depend on the page or on the filters; a trace that was shown can only
 * have become longer, and is not shown again. Where the range has more spans than may be measured, the newest part of it is
 * searched, on all pages the same part, and the answer says so.
 */
import { Type, type Static } from "typebox";
import { type Cost, addCosts, rowDecoder } from "../clickhouse/ask.ts";
import { type LongestCursor, longestCursors } from "../params/cursor.ts";
import { NANOS_PER_MILLISECOND, NANOS_PER_SECOND } from "../params/nanos.ts";
import { compose, loadSql, prefixed } from "../sql/sql.ts";
import { type Listed, type ShapeWish, summarisePage } from "../shapes/add-shapes.ts";
import type { TracePage } from "../wire.ts";
import { isLimit, isoTime, startDeadline } from "./deadline.ts";
import { type TraceFilters, traceWhere } from "./filters.ts";
import type { Searcher } from "./searcher.ts";
import { readWindows } from "./summarise.ts";
import { type TimeRange, both, clamp, inTime, rollupSeconds } from "./time-range.ts";

const SQL = loadSql("longest.sql", ["cut", "longest", "matching", "any"]);

/** By how much the searched part shrinks when measuring it took too long. */
const NARROWER = 4n;
const UINT64_MAX = "18446744073709551615";

export interface LongestSearch {
  readonly filters: TraceFilters;
  readonly range: TimeRange;
  /** 1..200 */
  readonly limit: number;
  readonly cursor: LongestCursor | undefined;
  readonly digest: string;
}

interface LongestReading {
  readonly searcher: Searcher;
  readonly search: LongestSearch;
  readonly signal: AbortSignal;
  readonly wish: ShapeWish;
  readonly costs: Cost[];
}

/** @throws QueryError `query_limit` when not even a small part of the range can be measured in time */
export async function findLongest(
  searcher: Searcher,
  search: LongestSearch,
  signal: AbortSignal,
  wish: ShapeWish,
): Promise<TracePage> {
  const deadline = startDeadline(searcher.limits.searchTimeMs);
  const reading: LongestReading = { searcher, search, signal, wish, costs: [] };
  const { range, cursor, limit } = search;
  let from = cursor === undefined ? await coveredFrom(reading) : BigInt(cursor.c);
  for (;;) {
    try {
      const measured = { from, to: range.to };
      // oxlint-disable-next-line no-await-in-loop -- a smaller part, because the larger one took too long
      const rows = await measure(reading, measured, deadline.remainingMs());
      // oxlint-disable-next-line no-await-in-loop -- the loop ends here
      const { traces, reason } = await summariseInOrder(reading, rows.slice(0, limit));
      const reasons = [
        ...(from <= range.from ? [] : [whyPart(from, searcher)]),
        ...(reason === undefined ? [] : [reason]),
      ];
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        traces,
        ...(last === undefined ? {} : { nextCursor: nextCursor(search, from, last) }),
        meta: {
          elapsedMs: performance.now() - deadline.started,
          ...addCosts(reading.costs),
          complete: reasons.length === 0,
          ...(reasons.length === 0 ? {} : { reason: reasons.join(" ") }),
        },
      };
    } catch (error) {
      // A later page searches what the first searched, or it would be another list.
      if (!isLimit(error) || cursor !== undefined || deadline.isOver()) throw error;
      from = range.to - (range.to - from) / NARROWER;
    }
  }
}

function whyPart(from: bigint, { limits }: Searcher): string {
  return `Only traces since ${isoTime(from)} were compared: the range has more than ${limits.longestSpansMax} spans (longestSpansMax), or measuring them takes longer than queryTimeMs. Narrow the range to compare all.`;
}

const cutRows = rowDecoder(Type.Object({ cutSeconds: Type.Number() }));
const FIVE_MINUTES = 300;

/** Where the newest part of the range begins that has no more than `longestSpansMax` spans. */
async function coveredFrom(reading: LongestReading): Promise<bigint> {
  const { searcher, search, signal, costs } = reading;
  const { from, to } = search.range;
  const answer = await searcher.asker.ask({
    sql: SQL.cut,
    params: {
      from_seconds: rollupSeconds(clamp(from) / NANOS_PER_SECOND),
      to_seconds: rollupSeconds(clamp(to) / NANOS_PER_SECOND + 1n),
      spans_max: searcher.limits.longestSpansMax,
    },
    rows: cutRows,
    signal,
  });
  costs.push(answer.cost);
  const cutSeconds = answer.rows[0]?.cutSeconds ?? 0;
  const covered = BigInt(cutSeconds + FIVE_MINUTES) * NANOS_PER_SECOND;
  return cutSeconds === 0 || covered < from ? from : covered;
}

const LongestRow = Type.Object({
  traceId: Type.String(),
  firstMatch: Type.String(),
  durationNano: Type.String(),
});
type LongestRow = Static<typeof LongestRow>;
const longestRows = rowDecoder(LongestRow);

/** One trace more than a page, longest first. */
async function measure(
  { searcher, search, signal, costs }: LongestReading,
  range: TimeRange,
  timeMs: number,
): Promise<readonly LongestRow[]> {
  const matches = traceWhere(search.filters);
  const matching = both(inTime(range), matches);
  const reach = prefixed(inTime(widened(range, searcher)), "reach_");
  const answer = await searcher.asker.ask({
    sql: compose(SQL.longest, reach.conditions, {
      matching:
        matches.conditions.length === 0 ? SQL.any : compose(SQL.matching, matching.conditions),
    }),
    params: {
      ...matching.params,
      ...reach.params,
      cursor_duration: search.cursor?.d ?? UINT64_MAX,
      cursor_id: search.cursor?.id ?? "",
      limit: search.limit + 1,
    },
    rows: longestRows,
    signal,
    timeMs,
  });
  costs.push(answer.cost);
  return answer.rows;
}

function widened({ from, to }: TimeRange, { limits }: Searcher): TimeRange {
  const reach = BigInt(limits.longestReachMs) * NANOS_PER_MILLISECOND;
  return { from: from - reach, to: to + reach };
}

async function summariseInOrder(
  { searcher, signal, wish, costs }: LongestReading,
  matches: readonly LongestRow[],
): Promise<Listed> {
  const asking = { signal, costs };
  const windows = await readWindows(searcher, matches, asking);
  const listed = await summarisePage(searcher, { windows, matches }, wish, asking);
  const byId = new Map(listed.traces.map((each) => [each.traceId, each]));
  return { ...listed, traces: matches.flatMap(({ traceId }) => byId.get(traceId) ?? []) };
}

function nextCursor({ range, digest }: LongestSearch, from: bigint, last: LongestRow): string {
  return longestCursors.encode({
    v: 1,
    q: digest,
    from: String(range.from),
    to: String(range.to),
    w: 0,
    d: last.durationNano,
    id: last.traceId,
    c: String(from),
  });
}
