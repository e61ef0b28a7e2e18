/**
 * Search for traces. Each trace has one place in the order: its first span that meets all conditions, in the range
 * asked. Windows are searched newest first until the page is full. A trace found in a window may have matched
 * earlier, in a window not yet searched: then its place is there, and it is left for later. So pages never overlap.
 *
 * What is shown of a trace is counted over all its spans in a second step, and equals what the opened trace shows.
 */
import { type Cost, addCosts } from "../clickhouse/ask.ts";
import { type TraceCursor, traceCursors } from "../params/cursor.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { compose, loadSql } from "../sql/sql.ts";
import type { TraceWindow } from "../traces/trace-window.ts";
import type { TracePage } from "../wire.ts";
import { type Deadline, isLimit, startDeadline } from "./deadline.ts";
import { type TraceFilters, ladderOf, traceWhere } from "./filters.ts";
import type { Searcher } from "./searcher.ts";
import { readWindows, summarise } from "./summarise.ts";
import { type TimeRange, both, inTime, isWide } from "./time-range.ts";
import { type TraceMatch, matchRows } from "./trace-rows.ts";
import { narrower, windowsNewestFirst } from "./windows.ts";

const SQL = loadSql("traces.sql", ["find", "first-matches"]);

export interface TraceSearch {
  readonly filters: TraceFilters;
  readonly range: TimeRange;
  /** 1..200 */
  readonly limit: number;
  readonly cursor: TraceCursor | undefined;
  /** Digest of the filters, for the next cursor. */
  readonly digest: string;
}

export async function findTraces(
  searcher: Searcher,
  search: TraceSearch,
  signal: AbortSignal,
): Promise<TracePage> {
  const finder = new TraceFinder(searcher, search, signal);
  const found = await finder.find();
  const traces = await summarise(searcher, [...finder.windows], found.matches, {
    signal,
    costs: finder.costs,
  });
  // The page is chosen by matches; within it, what started last comes first.
  traces.sort((a, b) => compareNewestFirst(a, b));
  return {
    traces,
    ...(found.next === undefined ? {} : { nextCursor: traceCursors.encode(found.next) }),
    meta: {
      elapsedMs: performance.now() - finder.deadline.started,
      ...addCosts(finder.costs),
      complete: found.reason === undefined,
      ...(found.reason === undefined ? {} : { reason: found.reason }),
    },
  };
}

interface Started {
  readonly startTimeUnixNano: string;
  readonly traceId: string;
}

function compareNewestFirst(a: Started, b: Started): number {
  const [left, right] = [BigInt(a.startTimeUnixNano), BigInt(b.startTimeUnixNano)];
  if (left !== right) return left < right ? 1 : -1;
  return a.traceId < b.traceId ? 1 : -1;
}

interface Found {
  readonly matches: readonly TraceMatch[];
  readonly next: TraceCursor | undefined;
  readonly reason: string | undefined;
}

/** The place before which the search goes on: (time, id), descending. */
interface Place {
  readonly time: bigint;
  readonly id: string;
}

class TraceFinder {
  readonly costs: Cost[] = [];
  readonly windows = new Map<string, TraceWindow>();
  readonly deadline: Deadline;
  readonly #searcher: Searcher;
  readonly #search: TraceSearch;
  readonly #signal: AbortSignal;
  #place: Place;
  #step: number;

  constructor(searcher: Searcher, search: TraceSearch, signal: AbortSignal) {
    this.#searcher = searcher;
    this.#search = search;
    this.#signal = signal;
    const { cursor, range } = search;
    this.#place =
      cursor === undefined ? { time: range.to, id: "" } : { time: BigInt(cursor.t), id: cursor.id };
    this.#step = cursor?.w ?? 0;
    this.deadline = startDeadline(searcher.limits.searchTimeMs);
  }

  async find(): Promise<Found> {
    const { filters, range, limit } = this.#search;
    const matches: TraceMatch[] = [];
    // A match at the cursor's own nanosecond with a smaller id is still to come.
    const to = this.#place.id === "" ? this.#place.time : this.#place.time + 1n;
    const ladder = ladderOf(filters);
    for (const window of windowsNewestFirst({ from: range.from, to }, ladder, this.#step)) {
      this.#step = window.step;
      if (window.to < to && this.deadline.isOver()) return this.#stopped(matches);
      try {
        await this.#searchWindow(window, matches);
      } catch (error) {
        if (!isLimit(error)) throw error;
        this.#step = narrower(window.step);
        return this.#stopped(matches);
      }
      if (matches.length > limit) return this.#full(matches);
    }
    return { matches, next: undefined, reason: undefined };
  }

  /** Adds matches until there is one more than a page, or the window has no more; moves the place along. */
  async #searchWindow(window: TimeRange, matches: TraceMatch[]): Promise<void> {
    const wanted = this.#search.limit + 1;
    while (matches.length < wanted) {
      const candidates = await this.#candidates(window);
      const places = await this.#firstMatches(window, candidates);
      // Those that matched before this window have their place there and are found again.
      matches.push(
        ...candidates.filter((each) => (places.get(each.traceId) ?? window.from) >= window.from),
      );
      const last = candidates.at(-1);
      if (last === undefined || candidates.length < wanted) {
        this.#place = { time: window.from, id: "" };
        return;
      }
      this.#place = { time: BigInt(last.firstMatch), id: last.traceId };
    }
  }

  async #candidates(window: TimeRange): Promise<readonly TraceMatch[]> {
    const where = both(inTime(window), traceWhere(this.#search.filters));
    const answer = await this.#searcher.asker.ask({
      sql: compose(SQL.find, where.conditions),
      params: {
        ...where.params,
        cursor_time: String(this.#place.time),
        cursor_id: this.#place.id,
        limit: this.#search.limit + 1,
      },
      rows: matchRows,
      signal: this.#signal,
      timeMs: this.deadline.remainingMs(),
      withoutTimeIndex: isWide(window),
    });
    this.costs.push(answer.cost);
    return answer.rows;
  }

  /** @returns the first match over the whole range, for the candidates that began before the window */
  async #firstMatches(
    window: TimeRange,
    candidates: readonly TraceMatch[],
  ): Promise<ReadonlyMap<string, bigint>> {
    const { range, filters } = this.#search;
    const windows = await readWindows(this.#searcher, candidates, {
      signal: this.#signal,
      costs: this.costs,
    });
    for (const [traceId, known] of windows) this.windows.set(traceId, known);
    const older = candidates.filter(({ traceId }) => {
      const known = this.windows.get(traceId);
      return known !== undefined && BigInt(known.startSeconds) * NANOS_PER_SECOND < window.from;
    });
    if (older.length === 0 || window.from <= range.from) return new Map();
    const where = both(inTime({ from: range.from, to: window.to }), traceWhere(filters));
    const answer = await this.#searcher.asker.ask({
      sql: compose(SQL["first-matches"], where.conditions),
      params: { ...where.params, trace_ids: older.map((each) => each.traceId) },
      rows: matchRows,
      signal: this.#signal,
      timeMs: this.deadline.remainingMs(),
    });
    this.costs.push(answer.cost);
    return new Map(answer.rows.map((row) => [row.traceId, BigInt(row.firstMatch)]));
  }

  #full(matches: readonly TraceMatch[]): Found {
    const page = matches.slice(0, this.#search.limit);
    const last = page.at(-1);
    return {
      matches: page,
      next: last === undefined ? undefined : this.#cursor(last.firstMatch, last.traceId),
      reason: undefined,
    };
  }

  #stopped(matches: readonly TraceMatch[]): Found {
    const place = this.#place;
    return {
      matches,
      next: this.#cursor(String(place.time), place.id),
      reason: this.deadline.reason(place.time),
    };
  }

  #cursor(time: string, id: string): TraceCursor {
    const { range, digest } = this.#search;
    return {
      v: 1,
      q: digest,
      from: String(range.from),
      to: String(range.to),
      w: this.#step,
      t: time,
      id,
    };
  }
}
