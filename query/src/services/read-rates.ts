/** Rates of every service over a range, from the rollups. */
import { Type, type Static } from "typebox";
import { type Answer, rowDecoder } from "../clickhouse/ask.ts";
import type { Searcher } from "../search/searcher.ts";
import type { TimeRange } from "../search/time-range.ts";
import { type Where, compose, loadSql } from "../sql/sql.ts";
import { type CellRange, planCells, toCellRange } from "./cells.ts";
import { OF_SERVICES, cellStatement } from "./cells-sql.ts";
import { readMarks } from "./read-marks.ts";

export const SERVICES_SQL = loadSql("services.sql", [
  "of-environment",
  "of-service",
  "rates",
  "no-operations",
  "operations",
  "rate-series",
  "logs",
]);

/** Of an answer, the busiest first. */
export const SERVICES_MAX = 5_000;

const RateSchema = Type.Object({
  name: Type.String(),
  spanCount: Type.String(),
  errorCount: Type.String(),
  /** Server and consumer spans. */
  served: Type.String(),
  servedErrors: Type.String(),
  /** p50, p90, p95, p99 of the served ones, in nanoseconds. */
  quantiles: Type.Array(Type.String()),
  operations: Type.Array(Type.String()),
});
export type RateRow = Static<typeof RateSchema>;
const rateRows = rowDecoder(RateSchema);

export interface RateQuestion {
  readonly range: TimeRange;
  readonly environment: string | undefined;
  readonly service: string | undefined;
}

export function readRates(
  searcher: Searcher,
  question: RateQuestion,
  signal: AbortSignal,
): Promise<Answer<RateRow>> {
  return askRates(searcher, toCellRange(question.range), {
    where: rateWhere(question),
    operationsMax: 0,
    signal,
  });
}

export interface RateAsking {
  readonly where: Where;
  /** Of each service; 0 leaves them out. */
  readonly operationsMax: number;
  readonly signal: AbortSignal;
}

export async function askRates(
  searcher: Searcher,
  range: CellRange,
  { where, operationsMax, signal }: RateAsking,
): Promise<Answer<RateRow>> {
  const plan = planCells(range, await readMarks(searcher, signal), true);
  const cells = cellStatement(plan, OF_SERVICES);
  const operations = SERVICES_SQL[operationsMax === 0 ? "no-operations" : "operations"];
  return searcher.asker.ask({
    sql: compose(SERVICES_SQL.rates, where.conditions, { operations, cells: cells.sql }),
    params: {
      ...where.params,
      ...cells.params,
      ...(operationsMax === 0 ? {} : { operations_max: operationsMax }),
      limit: SERVICES_MAX,
    },
    rows: rateRows,
    signal,
  });
}

export function rateWhere({
  environment,
  service,
}: Pick<RateQuestion, "environment" | "service">): Where {
  return {
    conditions: [
      ...(environment === undefined ? [] : [SERVICES_SQL["of-environment"]]),
      ...(service === undefined ? [] : [SERVICES_SQL["of-service"]]),
    ],
    params: {
      ...(environment === undefined ? {} : { environment }),
      ...(service === undefined ? {} : { service }),
    },
  };
}
