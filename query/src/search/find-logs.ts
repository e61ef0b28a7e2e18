/**
 * Search for logs, newest first. Logs have no id of their own: the order is (time, hash of the row), and a cursor is
 * a place in it plus how many equal rows were given. That is stable while rows are inserted elsewhere.
 */
import { type Cost, addCosts } from "../clickhouse/ask.ts";
import { type LogCursor, logCursors } from "../params/cursor.ts";
import { type Sql, type Where, compose, loadSql } from "../sql/sql.ts";
import { type HashedLog, hashedLogRows, toLogRecord } from "../traces/rows.ts";
import type { LogPage } from "../wire.ts";
import { type Deadline, isLimit, isoTime, startDeadline } from "./deadline.ts";
import { type LogFilters, ladderOf, logWhere } from "./filters.ts";
import type { Searcher } from "./searcher.ts";
import { type TimeRange, both, clamp, inTime, isWide } from "./time-range.ts";
import { type Progress, type Window, narrower, windowsNewestFirst } from "./windows.ts";

const SQL = loadSql("logs.sql", [
  "columns",
  "row-hash",
  "newest",
  "page",
  "page-end",
  "from-cursor",
  "order-time",
  "order-bucket",
]);

export interface LogSearch {
  readonly filters: LogFilters;
  readonly range: TimeRange;
  /** 1..1000 */
  readonly limit: number;
  readonly cursor: LogCursor | undefined;
  /** Digest of the filters, for the next cursor. */
  readonly digest: string;
}

export async function findLogs(
  searcher: Searcher,
  search: LogSearch,
  signal: AbortSignal,
): Promise<LogPage> {
  const finder = new LogFinder(searcher, search, signal);
  const found = await finder.find();
  return {
    logs: found.logs.map(toLogRecord),
    ...(found.next === undefined ? {} : { nextCursor: logCursors.encode(found.next) }),
    meta: {
      elapsedMs: performance.now() - finder.deadline.started,
      ...addCosts(finder.costs),
      complete: found.reason === undefined,
      ...(found.reason === undefined ? {} : { reason: found.reason }),
    },
  };
}

interface Page {
  readonly rows: readonly HashedLog[];
  /** Whether `queryResultBytes` ended it. */
  readonly cut: boolean;
}

interface Found {
  readonly logs: readonly HashedLog[];
  readonly next: LogCursor | undefined;
  readonly reason: string | undefined;
}

class LogFinder {
  readonly costs: Cost[] = [];
  readonly deadline: Deadline;
  readonly #searcher: Searcher;
  readonly #search: LogSearch;
  readonly #signal: AbortSignal;
  #step: number;

  constructor(searcher: Searcher, search: LogSearch, signal: AbortSignal) {
    this.#searcher = searcher;
    this.#search = search;
    this.#signal = signal;
    this.#step = search.cursor?.w ?? 0;
    this.deadline = startDeadline(searcher.limits.searchTimeMs);
  }

  async find(): Promise<Found> {
    const { range, limit, cursor } = this.#search;
    const logs: HashedLog[] = [];
    const to = cursor === undefined ? range.to : BigInt(cursor.t) + 1n;
    const progress = () => ({ found: logs.length, wanted: limit + 1 });
    for (const window of this.#windows({ from: range.from, to }, progress)) {
      this.#step = window.step;
      if (window.to < to && this.deadline.isOver()) return this.#stopped(logs, window.to);
      try {
        const page = await this.#page(window, limit + 1 - logs.length);
        logs.push(...page.rows);
        if (page.cut) return this.#cut(logs, window);
      } catch (error) {
        // The next page would be asked the same again.
        const isStuck = window.to === to && window.step === 0;
        if (!isLimit(error) || isStuck) throw error;
        this.#step = narrower(window.step);
        return this.#stopped(logs, window.to);
      }
      if (logs.length > limit) {
        const given = logs.slice(0, limit);
        return { logs: given, next: this.#cursorAfter(given), reason: undefined };
      }
    }
    return { logs, next: undefined, reason: undefined };
  }

  /** A trace id is found by its index whenever it was; cutting its time into windows would only ask more often. */
  #windows(range: TimeRange, progress: () => Progress): Iterable<Window> {
    const { filters } = this.#search;
    if (filters.traceId === undefined) {
      return windowsNewestFirst(range, ladderOf(filters), this.#step, progress);
    }
    return range.from < range.to ? [{ ...range, step: 0 }] : [];
  }

  async #page(window: Window, limit: number): Promise<Page> {
    return (await this.#newest(window, limit)) ?? (await this.#exact(window, limit));
  }

  /** @returns undefined where the page ends among logs of one nanosecond, of which some may be missing */
  async #newest(window: Window, limit: number): Promise<Page | undefined> {
    const { filters, cursor } = this.#search;
    const where = both(inTime(window), logWhere(filters));
    const given = this.#givenBefore(window);
    const asked = limit + (given?.n ?? 0);
    const answer = await this.#searcher.asker.ask({
      sql: compose(SQL.newest, where.conditions, {
        "log-columns": SQL.columns,
        "row-hash": SQL["row-hash"],
        order: this.#order(),
      }),
      params: { ...where.params, limit: asked },
      rows: hashedLogRows,
      signal: this.#signal,
      timeMs: this.deadline.remainingMs(),
      withoutTimeIndex: isWide(window),
      mayBeCut: true,
    });
    this.costs.push(answer.cost);
    if (answer.cut) return undefined;
    const rows = cursor === undefined ? answer.rows : behind(answer.rows, cursor, given?.n ?? 0);
    if (answer.rows.length < asked) return { rows, cut: false };
    // The last row of a page only says that there are more: those before it must be the right ones.
    const end = answer.rows.at(-1)?.timeUnixNano;
    const sure = rows.findIndex((row) => row.timeUnixNano === end);
    return sure < limit - 1 ? undefined : { rows: rows.slice(0, limit), cut: false };
  }

  async #exact(window: Window, limit: number): Promise<Page> {
    const { filters, cursor, range } = this.#search;
    const where = both(inTime(window), logWhere(filters));
    const answer = await this.#searcher.asker.ask({
      sql: pageSql(where, this.#order(), cursor === undefined ? [] : [SQL["from-cursor"]]),
      params: {
        ...where.params,
        limit,
        cursor_time: cursor?.t ?? String(clamp(range.to)),
        cursor_hash: cursor?.h ?? "0",
        skip: this.#givenBefore(window)?.n ?? 0,
      },
      rows: hashedLogRows,
      signal: this.#signal,
      timeMs: this.deadline.remainingMs(),
      withoutTimeIndex: isWide(window),
      mayBeCut: true,
    });
    this.costs.push(answer.cost);
    return answer;
  }

  /** Only the first window has the cursor's nanosecond, and the rows of it that were given. */
  #givenBefore(window: Window): LogCursor | undefined {
    const { cursor } = this.#search;
    return cursor !== undefined && window.to > BigInt(cursor.t) ? cursor : undefined;
  }

  #order(): Sql {
    return this.#search.filters.service === undefined ? SQL["order-time"] : SQL["order-bucket"];
  }

  #cut(logs: readonly HashedLog[], window: TimeRange): Found {
    const { queryResultBytes } = this.#searcher.limits;
    if (logs.length === 0) {
      return {
        logs,
        next: undefined,
        reason: `The log at ${isoTime(window.to)} or next before it is larger than ${queryResultBytes} bytes (queryResultBytes). Set \`to\` before it.`,
      };
    }
    return {
      logs,
      next: this.#cursorAfter(logs),
      reason: `The page is cut at ${queryResultBytes} bytes (queryResultBytes). Go on with nextCursor.`,
    };
  }

  #stopped(logs: readonly HashedLog[], reached: bigint): Found {
    const { cursor } = this.#search;
    const inFirstWindow = cursor !== undefined && reached > BigInt(cursor.t);
    // The same place, but a narrower window, until that ends. Behind the first window all from `reached` on is given: the
    // place is the highest hash of the nanosecond before.
    const next = inFirstWindow
      ? { ...cursor, w: this.#step }
      : this.#cursor(String(reached > 0n ? reached - 1n : 0n), HASH_MAX, 0);
    return { logs, next, reason: this.deadline.reason(reached) };
  }

  #cursorAfter(given: readonly HashedLog[]): LogCursor | undefined {
    const last = given.at(-1);
    if (last === undefined) return undefined;
    const equal = given.filter((row) => isAt(row, last.timeUnixNano, last.rowHash)).length;
    const { cursor } = this.#search;
    // A page of nothing but rows equal to the last page's end goes on counting.
    const before = cursor !== undefined && isAt(last, cursor.t, cursor.h) ? cursor.n : 0;
    return this.#cursor(last.timeUnixNano, last.rowHash, before + equal);
  }

  #cursor(time: string, hash: string, given: number): LogCursor {
    const { range, digest } = this.#search;
    return {
      v: 1,
      q: digest,
      from: String(range.from),
      to: String(range.to),
      w: this.#step,
      t: time,
      h: hash,
      n: given,
    };
  }
}

const HASH_MAX = String(2n ** 64n - 1n);

function isAt(row: HashedLog, time: string, hash: string): boolean {
  return row.timeUnixNano === time && row.rowHash === hash;
}

/** What is at the cursor's place or behind it, without the equal rows that were given. */
function behind(rows: readonly HashedLog[], cursor: LogCursor, given: number): HashedLog[] {
  const isAhead = (row: HashedLog): boolean =>
    row.timeUnixNano === cursor.t && BigInt(row.rowHash) > BigInt(cursor.h);
  return rows.filter((row) => !isAhead(row)).slice(given);
}

/** @param order how to find the page's end first; without that all rows of the window would be read whole */
function pageSql(where: Where, order: Sql, cursor: readonly Sql[]): Sql {
  const end = compose(SQL["page-end"], where.conditions, { order });
  return compose(SQL.page, [...where.conditions, end, ...cursor], {
    "log-columns": SQL.columns,
    "row-hash": SQL["row-hash"],
  });
}
