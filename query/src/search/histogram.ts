/**
 * Counts of logs by time and severity. A question without words, ids or attributes is answered from the per-minute
 * rollup, with the raw table for the part minutes at both ends, so that it counts exactly what the list shows.
 */
import { Type, type Static } from "typebox";
import { type Cost, addCosts, rowDecoder } from "../clickhouse/ask.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { severityBand } from "../params/severity.ts";
import { type Where, compose, loadSql, prefixed } from "../sql/sql.ts";
import type { LogHistogram } from "../wire.ts";
import { type Deadline, isLimit, startDeadline } from "./deadline.ts";
import { type LogFilters, logRollupWhere, logWhere } from "./filters.ts";
import type { Searcher } from "./searcher.ts";
import { type TimeRange, both, clamp, inTime, rollupSeconds, wholeMinutes } from "./time-range.ts";
import { windowsNewestFirst } from "./windows.ts";

const SQL = loadSql("logs.sql", ["histogram", "histogram-rollup"]);
const TOGETHER = loadSql("log-counts.sql", ["together", "at-ends"]);

/** Widths that people read well, in seconds; beyond the last, whole multiples of it. */
const WIDTHS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
];
/** Groups of one query; more means that texts without numbers were made up by the thousand. */
const GROUPS_MAX = 200_000;

const CountSchema = Type.Object({
  bucket: Type.String(),
  severityNumber: Type.Number(),
  text: Type.String(),
  logs: Type.String(),
});
type CountRow = Static<typeof CountSchema>;
const countRows = rowDecoder(CountSchema);

export interface HistogramQuestion {
  readonly filters: LogFilters;
  readonly range: TimeRange;
  /** How many buckets fit; the answer has at most one more. */
  readonly bucketsMax: number;
}

export async function countLogs(
  searcher: Searcher,
  question: HistogramQuestion,
  signal: AbortSignal,
): Promise<LogHistogram> {
  const bucketSeconds = bucketWidth(question.range, question.bucketsMax);
  const counter = new Counter(searcher, question, bucketSeconds, signal);
  const reason = (await counter.count()) ?? counter.cutReason;
  return {
    bucketSeconds,
    buckets: fillBuckets(counter.rows, question.range, bucketSeconds),
    meta: {
      elapsedMs: performance.now() - counter.deadline.started,
      ...addCosts(counter.costs),
      complete: reason === undefined,
      ...(reason === undefined ? {} : { reason }),
    },
  };
}

/** The narrowest readable width with which the range has at most `bucketsMax` whole buckets. */
export function bucketWidth(range: TimeRange, bucketsMax: number): number {
  const seconds = Number((range.to - range.from) / NANOS_PER_SECOND);
  const least = seconds / bucketsMax;
  const last = WIDTHS.at(-1) ?? 1;
  return WIDTHS.find((width) => width >= least) ?? Math.ceil(least / last) * last;
}

/** All buckets of the range, empty ones too, oldest first. */
export function fillBuckets(
  rows: readonly CountRow[],
  range: TimeRange,
  bucketSeconds: number,
): LogHistogram["buckets"] {
  const width = BigInt(bucketSeconds);
  const first = (range.from / NANOS_PER_SECOND / width) * width;
  const counts = new Map<string, Record<string, number>>();
  for (let at = first; at * NANOS_PER_SECOND < range.to; at += width) counts.set(String(at), {});
  for (const row of rows) {
    const bucket = counts.get(row.bucket);
    if (bucket === undefined) continue;
    const band = severityBand(row.severityNumber, row.text);
    bucket[band] = (bucket[band] ?? 0) + Number(row.logs);
  }
  return [...counts].map(([at, bands]) => ({
    timeUnixNano: String(BigInt(at) * NANOS_PER_SECOND),
    counts: bands,
  }));
}

class Counter {
  readonly rows: CountRow[] = [];
  /** Why groups are missing; undefined while none are. */
  cutReason: string | undefined;
  readonly costs: Cost[] = [];
  readonly deadline: Deadline;
  readonly #searcher: Searcher;
  readonly #question: HistogramQuestion;
  readonly #bucketSeconds: number;
  readonly #signal: AbortSignal;

  constructor(
    searcher: Searcher,
    question: HistogramQuestion,
    bucketSeconds: number,
    signal: AbortSignal,
  ) {
    this.#searcher = searcher;
    this.#question = question;
    this.#bucketSeconds = bucketSeconds;
    this.#signal = signal;
    this.deadline = startDeadline(searcher.limits.searchTimeMs);
  }

  /** @returns why the counts are not whole */
  async count(): Promise<string | undefined> {
    const { range, filters } = this.#question;
    const whole = wholeMinutes(range);
    const where = logRollupWhere(filters);
    if (whole === undefined || this.#bucketSeconds < 60 || where === undefined) {
      return this.#countRaw(range);
    }
    try {
      return await this.#countTogether(whole, where);
    } catch (error) {
      if (!isLimit(error)) throw error;
    }
    await this.#countRollup(whole, where);
    const newest = await this.#countRaw({ from: whole.to, to: range.to });
    return newest ?? this.#countRaw({ from: range.from, to: whole.from });
  }

  async #countRaw(range: TimeRange): Promise<string | undefined> {
    for (const window of windowsNewestFirst(range, "count")) {
      if (window.to < range.to && this.deadline.isOver()) return this.deadline.reason(window.to);
      try {
        const where = both(inTime(window), logWhere(this.#question.filters));
        await this.#ask(compose(SQL.histogram, where.conditions), where.params);
      } catch (error) {
        if (!isLimit(error)) throw error;
        return this.deadline.reason(window.to);
      }
    }
    return undefined;
  }

  async #countTogether(whole: TimeRange, minutes: Where): Promise<undefined> {
    const { range, filters } = this.#question;
    const ends = prefixed(logWhere(filters), "raw_");
    await this.#ask(
      compose(TOGETHER.together, [], {
        minutes: compose(SQL["histogram-rollup"], minutes.conditions),
        ends: compose(SQL.histogram, [TOGETHER["at-ends"], ...ends.conditions]),
      }),
      {
        ...minutes.params,
        ...ends.params,
        from: String(clamp(range.from)),
        to: String(clamp(range.to)),
        whole_from: String(clamp(whole.from)),
        whole_to: String(clamp(whole.to)),
        from_seconds: rollupSeconds(whole.from / NANOS_PER_SECOND),
        to_seconds: rollupSeconds(whole.to / NANOS_PER_SECOND),
      },
    );
  }

  async #countRollup(range: TimeRange, where: Where): Promise<void> {
    await this.#ask(compose(SQL["histogram-rollup"], where.conditions), {
      ...where.params,
      from_seconds: rollupSeconds(range.from / NANOS_PER_SECOND),
      to_seconds: rollupSeconds(range.to / NANOS_PER_SECOND),
    });
  }

  async #ask(sql: ReturnType<typeof compose>, params: ReturnType<typeof both>["params"]) {
    const answer = await this.#searcher.asker.ask({
      sql,
      params: { ...params, bucket_seconds: rollupSeconds(this.#bucketSeconds), limit: GROUPS_MAX },
      rows: countRows,
      signal: this.#signal,
      timeMs: this.deadline.remainingMs(),
    });
    this.costs.push(answer.cost);
    this.rows.push(...answer.rows);
    if (answer.rows.length === GROUPS_MAX) {
      this.cutReason = `Only ${GROUPS_MAX} groups of time and severity were counted: severities are made up by the thousand.`;
    }
  }
}
