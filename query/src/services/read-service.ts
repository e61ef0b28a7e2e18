/**
 * One service: rates, errors and percentiles over time with a slow and a failing span for each bucket, its operations and
 * its versions. Figures come from the rollups; of the spans only the exemplars are read, by durations the rollups know.
 */
import { Type, type Static } from "typebox";
import { type Cost, addCosts, rowDecoder } from "../clickhouse/ask.ts";
import type { Searcher } from "../search/searcher.ts";
import { compose } from "../sql/sql.ts";
import type { Service } from "../wire.ts";
import { cellParams, earlier, toUnixNano, type CellRange } from "./cells.ts";
import { readExemplars } from "./exemplars.ts";
import { FIGURE_COLUMNS, toFigures } from "./figures.ts";
import {
  type Buckets,
  type ServiceQuestion,
  SERVICE_SQL,
  ofRed,
  rollupWhere,
  toBuckets,
} from "./red-question.ts";

const OPERATIONS_MAX = 200;
const VERSIONS_MAX = 100;
const VERSION_LOOK_BACK_SECONDS = 7 * 86_400;
const SERVED = ["Server", "Consumer"];

const kindRows = rowDecoder(Type.Object({ kind: Type.String(), requests: Type.String() }));
const SeriesSchema = Type.Object({
  at: Type.String(),
  ...FIGURE_COLUMNS,
  durationMax: Type.String(),
  errorDurationMax: Type.String(),
});
type SeriesRow = Static<typeof SeriesSchema>;
const seriesRows = rowDecoder(SeriesSchema);
const operationRows = rowDecoder(
  Type.Object({
    name: Type.String(),
    kind: Type.String(),
    ...FIGURE_COLUMNS,
    kindDurationSum: Type.String(),
  }),
);
const versionRows = rowDecoder(
  Type.Object({
    version: Type.String(),
    environment: Type.String(),
    spans: Type.String(),
    firstSeconds: Type.Number(),
    serviceFirstSeconds: Type.Number(),
  }),
);

export async function readService(
  searcher: Searcher,
  question: ServiceQuestion,
  signal: AbortSignal,
): Promise<Service> {
  const reading = new Reading(searcher, question, signal);
  const started = performance.now();
  const kinds = await reading.kinds();
  const [now, operations, versions, before] = await Promise.all([
    reading.withExemplars(kinds),
    reading.operations(),
    reading.versions(),
    reading.before(kinds),
  ]);
  const { range, bucketSeconds } = reading.buckets;
  return {
    name: question.service,
    kinds: [...kinds],
    fromUnixNano: toUnixNano(range.from),
    toUnixNano: toUnixNano(range.to),
    bucketSeconds,
    ...now,
    ...(before === undefined ? {} : { before }),
    operations,
    versions,
    meta: {
      elapsedMs: performance.now() - started,
      ...addCosts(reading.costs),
      complete: true,
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

  /** A service that serves nobody, such as a job, is counted by all its spans. */
  async kinds(): Promise<readonly string[]> {
    if (this.#question.kind !== undefined) return [this.#question.kind];
    const where = rollupWhere(this.#question);
    const answer = await this.#searcher.asker.ask({
      sql: ofRed(SERVICE_SQL.kinds, where),
      params: { ...this.#params(this.buckets.range, true), ...where.params },
      rows: kindRows,
      signal: this.#signal,
    });
    this.costs.push(answer.cost);
    const found = answer.rows.map((row) => row.kind).toSorted();
    return found.length === 0 || found.some((kind) => SERVED.includes(kind)) ? SERVED : found;
  }

  async withExemplars(kinds: readonly string[]): Promise<Pick<Service, "buckets" | "total">> {
    const rows = await this.#series(this.buckets.range, kinds);
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
      total: toFigures(at.get("")),
      buckets: Array.from({ length: count }, (_, index) => ({
        timeUnixNano: toUnixNano(range.from + index * bucketSeconds),
        ...toFigures(at.get(String(index))),
        ...exemplars.of(index),
      })),
    };
  }

  async before(kinds: readonly string[]): Promise<Service["before"]> {
    const { compare } = this.#question;
    if (compare === undefined) return undefined;
    const range = earlier(this.buckets.range, compare);
    const rows = await this.#series(range, kinds);
    const at = new Map(rows.map((row) => [row.at, row]));
    return {
      fromUnixNano: toUnixNano(range.from),
      toUnixNano: toUnixNano(range.to),
      total: toFigures(at.get("")),
      buckets: Array.from({ length: this.buckets.count }, (_, index) =>
        toFigures(at.get(String(index))),
      ),
    };
  }

  async operations(): Promise<Service["operations"]> {
    const { compare } = this.#question;
    const { range } = this.buckets;
    const [now, before] = await Promise.all([
      this.#operations(range),
      compare === undefined ? undefined : this.#operations(earlier(range, compare)),
    ]);
    const then = new Map(before?.map((row) => [`${row.kind} ${row.name}`, row]));
    return now.map((row) => ({
      name: row.name,
      kind: row.kind,
      ...toFigures(row),
      impact: Number(row.durationSum) / Math.max(1, Number(row.kindDurationSum)),
      ...(before === undefined ? {} : { before: toFigures(then.get(`${row.kind} ${row.name}`)) }),
    }));
  }

  async versions(): Promise<Service["versions"]> {
    const { service, environment, operation } = this.#question;
    const { range } = this.buckets;
    const where = rollupWhere({ ...this.#question, version: undefined });
    const answer = await this.#searcher.asker.ask({
      sql: compose(SERVICE_SQL.versions, where.conditions),
      params: {
        service,
        ...(environment === undefined ? {} : { environment }),
        ...(operation === undefined ? {} : { operation }),
        from_seconds: String(range.from),
        to_seconds: String(range.to),
        look_from_seconds: String(Math.max(0, range.from - VERSION_LOOK_BACK_SECONDS)),
        limit: VERSIONS_MAX,
      },
      rows: versionRows,
      signal: this.#signal,
    });
    this.costs.push(answer.cost);
    return answer.rows
      .filter((row) => row.spans !== "0")
      .map((row) => ({
        version: row.version,
        environment: row.environment,
        requests: Number(row.spans),
        firstSeenUnixNano: toUnixNano(row.firstSeconds),
        deployedInRange:
          row.firstSeconds >= range.from && row.firstSeconds > row.serviceFirstSeconds,
      }));
  }

  async #operations(range: CellRange) {
    const where = rollupWhere(this.#question);
    const { kind } = this.#question;
    const conditions = [
      ...where.conditions,
      ...(kind === undefined ? [] : [SERVICE_SQL["by-kind"]]),
    ];
    const answer = await this.#searcher.asker.ask({
      sql: compose(SERVICE_SQL.operations, conditions),
      params: {
        ...where.params,
        ...(kind === undefined ? {} : { kinds: [kind] }),
        service: this.#question.service,
        from_seconds: String(range.from),
        to_seconds: String(range.to),
        limit: OPERATIONS_MAX,
      },
      rows: operationRows,
      signal: this.#signal,
    });
    this.costs.push(answer.cost);
    return answer.rows;
  }

  async #series(range: CellRange, kinds: readonly string[]): Promise<readonly SeriesRow[]> {
    const where = rollupWhere(this.#question);
    const answer = await this.#searcher.asker.ask({
      sql: ofRed(SERVICE_SQL.series, where),
      params: {
        ...this.#params(range, this.buckets.bucketSeconds % 3_600 === 0),
        ...where.params,
        kinds,
        bucket_seconds: this.buckets.bucketSeconds,
      },
      rows: seriesRows,
      signal: this.#signal,
    });
    this.costs.push(answer.cost);
    return answer.rows;
  }

  #params(range: CellRange, hours: boolean) {
    return { ...cellParams(range, hours), service: this.#question.service };
  }
}
