/**
 * One service: rates, errors and percentiles over time with a slow and a failing span for each bucket, its operations and
 * its versions. Figures come from the rollups; of the spans only the exemplars are read, by durations the rollups know.
 */
import { Type, type Static } from "typebox";
import { type Cost, addCosts, rowDecoder } from "../clickhouse/ask.ts";
import type { Searcher } from "../search/searcher.ts";
import { rollupSeconds } from "../search/time-range.ts";
import { compose } from "../sql/sql.ts";
import type { Service } from "../wire.ts";
import { type CellPlan, type CellRange, earlier, planCells, toUnixNano } from "./cells.ts";
import { type CellTables, cellStatement } from "./cells-sql.ts";
import { readExemplars } from "./exemplars.ts";
import { FIGURE_COLUMNS, toFigures } from "./figures.ts";
import { readMarks } from "./read-marks.ts";
import { readOperations } from "./read-operations.ts";
import {
  type Buckets,
  type ServiceQuestion,
  SERVICE_SQL,
  minuteWhere,
  rollupWhere,
  toBuckets,
} from "./red-question.ts";

const SERVED = ["Server", "Consumer"];

/** Buckets end on borders of cells, so they need no minutes of whole services. */
const OF_SERVICE: CellTables = {
  cells: SERVICE_SQL["red-cells"],
  minutes: undefined,
  rates: SERVICE_SQL["red-minutes"],
};

const SeriesSchema = Type.Object({
  at: Type.String(),
  /** 1 of server and consumer spans, 0 of the others; of a kind that was asked for, 1. */
  served: Type.Number(),
  kinds: Type.Array(Type.String()),
  ...FIGURE_COLUMNS,
  durationMax: Type.String(),
  errorDurationMax: Type.String(),
});
type SeriesRow = Static<typeof SeriesSchema>;
const seriesRows = rowDecoder(SeriesSchema);
export async function readService(
  searcher: Searcher,
  question: ServiceQuestion,
  signal: AbortSignal,
): Promise<Service> {
  const reading = new Reading(searcher, question, signal);
  const started = performance.now();
  const { range, bucketSeconds } = reading.buckets;
  const [now, before, { operations, versions, costs, leftOut }] = await Promise.all([
    reading.series(range).then((series) => reading.withExemplars(series)),
    reading.before(),
    readOperations(searcher, { question, range }, signal),
  ]);
  const { kinds, ...figures } = now;
  return {
    name: question.service,
    kinds: [...kinds],
    fromUnixNano: toUnixNano(range.from),
    toUnixNano: toUnixNano(range.to),
    bucketSeconds,
    ...figures,
    ...(before === undefined ? {} : { before: reading.toBefore(before, kinds) }),
    operations,
    versions,
    meta: {
      elapsedMs: performance.now() - started,
      ...addCosts([...reading.costs, ...costs]),
      complete: leftOut === undefined,
      ...(leftOut === undefined ? {} : { reason: leftOut }),
    },
  };
}

class Reading {
  readonly buckets: Buckets;
  readonly costs: Cost[] = [];
  readonly #searcher: Searcher;
  readonly #question: ServiceQuestion;
  readonly #signal: AbortSignal;

  constructor(searcher: Searcher, question: ServiceQuestion, signal: AbortSignal) {
    this.#searcher = searcher;
    this.#question = question;
    this.#signal = signal;
    this.buckets = toBuckets(question);
  }

  async withExemplars(
    all: readonly SeriesRow[],
  ): Promise<Pick<Service, "kinds" | "buckets" | "total">> {
    const { kinds, rows } = this.#counted(all);
    const { bucketSeconds, count, range } = this.buckets;
    const exemplars = await readExemplars(this.#searcher, {
      question: this.#question,
      buckets: this.buckets,
      kinds,
      rows,
      signal: this.#signal,
    });
    if (exemplars.cost !== undefined) this.costs.push(exemplars.cost);
    const at = new Map(rows.map((row) => [row.at, row]));
    return {
      kinds: [...kinds],
      total: toFigures(at.get("")),
      buckets: Array.from({ length: count }, (_, index) => ({
        timeUnixNano: toUnixNano(range.from + index * bucketSeconds),
        ...toFigures(at.get(String(index))),
        ...exemplars.of(index),
      })),
    };
  }

  async before(): Promise<readonly SeriesRow[] | undefined> {
    const { compare } = this.#question;
    return compare === undefined ? undefined : this.series(earlier(this.buckets.range, compare));
  }

  toBefore(all: readonly SeriesRow[], kinds: readonly string[]): NonNullable<Service["before"]> {
    const { compare = "previous" } = this.#question;
    const range = earlier(this.buckets.range, compare);
    const isServed = kinds.some((kind) => this.#servedKinds().includes(kind)) ? 1 : 0;
    const at = new Map(all.filter(({ served }) => served === isServed).map((row) => [row.at, row]));
    return {
      fromUnixNano: toUnixNano(range.from),
      toUnixNano: toUnixNano(range.to),
      total: toFigures(at.get("")),
      buckets: Array.from({ length: this.buckets.count }, (_, index) =>
        toFigures(at.get(String(index))),
      ),
    };
  }

  /** Of every bucket, and of all. */
  async series(range: CellRange): Promise<readonly SeriesRow[]> {
    const where = rollupWhere(this.#question);
    const { kind } = this.#question;
    const { bucketSeconds } = this.buckets;
    const ofMinutes = minuteWhere(this.#question);
    const red = cellStatement(await this.#plan(range), OF_SERVICE, ofMinutes.conditions);
    const conditions = [
      ...where.conditions,
      ...(kind === undefined ? [] : [SERVICE_SQL["by-kind"]]),
    ];
    const answer = await this.#searcher.asker.ask({
      sql: compose(SERVICE_SQL.series, conditions, {
        red: red.sql,
      }),
      params: {
        ...where.params,
        ...ofMinutes.params,
        ...red.params,
        ...(kind === undefined ? {} : { kinds: [kind] }),
        served_kinds: this.#servedKinds(),
        service: this.#question.service,
        from_seconds: rollupSeconds(range.from),
        bucket_seconds: rollupSeconds(bucketSeconds),
      },
      rows: seriesRows,
      signal: this.#signal,
    });
    this.costs.push(answer.cost);
    return answer.rows;
  }

  async #plan(range: CellRange): Promise<CellPlan> {
    if (range.minutes)
      return { hours: [], fives: [], minutes: [], rates: [[range.from, range.to]] };
    const { cellsFrom } = await readMarks(this.#searcher, this.#signal);
    const marks = { cellsFrom, minutesFrom: Number.POSITIVE_INFINITY };
    return planCells(range, marks, this.buckets.bucketSeconds % 3_600 === 0);
  }

  #servedKinds(): readonly string[] {
    const { kind } = this.#question;
    return kind === undefined ? SERVED : [kind];
  }

  /** A service that serves nobody, such as a job, is counted by all its spans. */
  #counted(all: readonly SeriesRow[]): {
    readonly kinds: readonly string[];
    readonly rows: readonly SeriesRow[];
  } {
    const served = all.filter((row) => row.served === 1);
    const others = all.find((row) => row.at === "" && row.served === 0);
    return served.length > 0 || others === undefined
      ? { kinds: this.#servedKinds(), rows: served }
      : { kinds: others.kinds.toSorted(), rows: all.filter((row) => row.served === 0) };
  }
}
