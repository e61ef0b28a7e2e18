/**
 * Search for traces. Each trace has one place in the order: its first span that meets all conditions, in the range
 * asked. Windows are searched newest first until there are enough candidates for the page. A candidate may have matched
 * earlier, in a window not yet searched: then its place is there, and it is left for later. So pages never overlap.
 *
 * What is shown of a trace is counted over all its spans in a second step, and equals what the opened trace shows.
 */
import { type Cost, addCosts } from "../clickhouse/ask.ts";
import { type TraceCursor, traceCursors } from "../params/cursor.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import type { QueryError } from "../problem/query-error.ts";
import { compose, loadSql } from "../sql/sql.ts";
import { NO_SHAPES, summarisePage } from "../shapes/add-shapes.ts";
import type { StoredWindow } from "../traces/trace-window.ts";
import type { TracePage } from "../wire.ts";
import { type Deadline, isLimit, startDeadline } from "./deadline.ts";
import { type TraceFilters, firstStepOf, ladderOf, traceWhere } from "./filters.ts";
import type { Searcher } from "./searcher.ts";
import { readWindows } from "./summarise.ts";
import { type TimeRange, both, inTime, isWide } from "./time-range.ts";
import { type TraceMatch, matchRows } from "./trace-rows.ts";
import { type Window, narrower, windowsNewestFirst } from "./windows.ts";

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
  wish = NO_SHAPES,
): Promise<TracePage> {
  const finder = new TraceFinder(searcher, search, signal);
  const found = await finder.find();
  const { windows, costs } = finder;
  const { matches } = found;
  const asking = { signal, costs };
  const { traces, reason } = await summarisePage(searcher, { windows, matches }, wish, asking);
  const reasons = [found.reason, reason].filter((each) => each !== undefined);
  // The page is chosen by matches; within it, what started last comes first.
  traces.sort((a, b) => compareNewestFirst(a, b));
  return {
    traces,
    ...(found.next === undefined ? {} : { nextCursor: traceCursors.encode(found.next) }),
    meta: {
      elapsedMs: performance.now() - finder.deadline.started,
      ...addCosts(costs),
      complete: reasons.length === 0,
      ...(reasons.length === 0 ? {} : { reason: reasons.join(" ") }),
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

/** A trace that matches in a window, and may have matched before it. */
interface Candidate extends TraceMatch {
  readonly window: Window;
}

function placeOf(match: TraceMatch): Place {
  return { time: BigInt(match.firstMatch), id: match.traceId };
}

class TraceFinder {
  readonly costs: Cost[] = [];
  readonly windows = new Map<string, StoredWindow>();
  readonly deadline: Deadline;
  readonly #searcher: Searcher;
  readonly #search: TraceSearch;
  readonly #signal: AbortSignal;
  /** Whose places are certain, newest first. */
  readonly #matches: TraceMatch[] = [];
  /** Found since, newest first: whether they matched before is asked once for all windows. */
  #candidates: Candidate[] = [];
  readonly #begin: Place;
  /** Behind the candidates. */
  #place: Place;
  /** Behind the matches. */
  #settled: Place;
  readonly #firstStep: number;
  #step: number;

  constructor(searcher: Searcher, search: TraceSearch, signal: AbortSignal) {
    this.#searcher = searcher;
    this.#search = search;
    this.#signal = signal;
    const { cursor, range, filters } = search;
    this.#begin =
      cursor === undefined ? { time: range.to, id: "" } : { time: BigInt(cursor.t), id: cursor.id };
    this.#place = this.#begin;
    this.#settled = this.#begin;
    this.#firstStep = cursor?.w ?? firstStepOf(filters);
    this.#step = this.#firstStep;
    this.deadline = startDeadline(searcher.limits.searchTimeMs);
  }

  async find(): Promise<Found> {
    try {
      return await this.#searchWindows();
    } catch (error) {
      if (!isLimit(error)) throw error;
      this.#step = narrower(this.#step);
      return this.#stopped(error);
    }
  }

  async #searchWindows(): Promise<Found> {
    const { range, limit } = this.#search;
    // A match at the cursor's own nanosecond with a smaller id is still to come.
    const to = this.#begin.id === "" ? this.#begin.time : this.#begin.time + 1n;
    for (const window of this.#windowsOf({ from: range.from, to })) {
      this.#step = window.step;
      if (window.to < to && this.deadline.isOver()) return this.#stopped();
      await this.#searchWindow(window);
      if (this.#matches.length > limit) return this.#full();
    }
    await this.#settle();
    return { matches: this.#matches, next: undefined, reason: undefined };
  }

  #windowsOf(range: TimeRange): Iterable<Window> {
    const progress = () => ({ found: this.#found(), wanted: this.#search.limit + 1 });
    return windowsNewestFirst(range, ladderOf(this.#search.filters), this.#step, progress);
  }

  #found(): number {
    return this.#matches.length + this.#candidates.length;
  }

  /** Looks for candidates until there is one more than a page, or the window has no more; moves the place along. */
  async #searchWindow(window: Window): Promise<void> {
    const wanted = this.#search.limit + 1;
    for (;;) {
      const found = await this.#find(window);
      this.#candidates.push(...found.map((match) => ({ ...match, window })));
      const last = found.at(-1);
      const hasMore = last !== undefined && found.length === wanted;
      this.#place = hasMore ? placeOf(last) : { time: window.from, id: "" };
      if (this.#found() >= wanted) await this.#settle();
      if (!hasMore || this.#matches.length >= wanted) return;
    }
  }

  /** Makes matches of the candidates. When it throws, the place is behind those that became matches. */
  async #settle(): Promise<void> {
    const candidates = this.#candidates;
    this.#candidates = [];
    const reached = this.#place;
    this.#place = this.#settled;
    await this.#settleInParts(candidates);
    this.#place = reached;
    this.#settled = reached;
  }

  /** A half after the other, where they are too many for one statement. */
  async #settleInParts(candidates: readonly Candidate[]): Promise<void> {
    const last = candidates.at(-1);
    if (last === undefined) return;
    try {
      const places = await this.#firstMatches(candidates);
      // Those that matched before their window have their place there, and are found again.
      this.#matches.push(
        ...candidates.filter(
          (each) => (places.get(each.traceId) ?? each.window.from) >= each.window.from,
        ),
      );
    } catch (error) {
      if (!isLimit(error) || candidates.length < 2 || this.deadline.isLongOver()) throw error;
      const half = candidates.length >> 1;
      await this.#settleInParts(candidates.slice(0, half));
      await this.#settleInParts(candidates.slice(half));
    }
    this.#place = placeOf(last);
    this.#settled = this.#place;
  }

  async #find(window: TimeRange): Promise<readonly TraceMatch[]> {
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

  /** @returns the first match over the whole range, of the candidates that began before their window */
  async #firstMatches(candidates: readonly Candidate[]): Promise<ReadonlyMap<string, bigint>> {
    const { range, filters } = this.#search;
    const unknown = candidates.filter(({ traceId }) => !this.windows.has(traceId));
    const windows = await readWindows(this.#searcher, unknown, {
      signal: this.#signal,
      costs: this.costs,
    });
    for (const [traceId, known] of windows) this.windows.set(traceId, known);
    const older = candidates.filter(({ traceId, window }) => {
      const known = this.windows.get(traceId);
      return (
        window.from > range.from &&
        known !== undefined &&
        BigInt(known.startSeconds) * NANOS_PER_SECOND < window.from
      );
    });
    const [newest] = older;
    if (newest === undefined) return new Map();
    const where = both(inTime({ from: range.from, to: newest.window.to }), traceWhere(filters));
    const answer = await this.#searcher.asker.ask({
      sql: compose(SQL["first-matches"], where.conditions),
      params: { ...where.params, trace_ids: [...new Set(older.map((each) => each.traceId))] },
      rows: matchRows,
      signal: this.#signal,
      timeMs: this.deadline.remainingMs(),
    });
    this.costs.push(answer.cost);
    return new Map(answer.rows.map((row) => [row.traceId, BigInt(row.firstMatch)]));
  }

  #full(): Found {
    const page = this.#matches.slice(0, this.#search.limit);
    const last = page.at(-1);
    return {
      matches: page,
      next: last === undefined ? undefined : this.#cursor(last.firstMatch, last.traceId),
      reason: undefined,
    };
  }

  /** @param cause a limit; undefined where the time is over */
  async #stopped(cause?: QueryError): Promise<Found> {
    let limit = cause;
    try {
      await this.#settle();
    } catch (error) {
      if (!isLimit(error)) throw error;
      limit = error;
    }
    if (limit !== undefined && this.#matches.length === 0 && this.#settled === this.#begin) {
      // The next page would be asked the same again. It may begin narrower, until that ends.
      if (this.#firstStep === 0) throw limit;
      this.#step = narrower(this.#firstStep);
    }
    const place = this.#place;
    return {
      matches: this.#matches,
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
