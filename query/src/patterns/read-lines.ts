/** The lines that are grouped: all that a question finds, or a sample by hash. */
import { Type, type Static } from "typebox";
import { type Cost, rowDecoder } from "../clickhouse/ask.ts";
import type { Searcher } from "../search/searcher.ts";
import { type Where, compose, loadSql } from "../sql/sql.ts";
import { PATTERN_LIMITS } from "./limits.ts";

const SQL = loadSql("patterns.sql", ["size", "granules", "lines", "examples", "log-id"]);
const LOGS_SQL = loadSql("logs.sql", ["row-hash"]);

export interface PatternReading {
  readonly searcher: Searcher;
  readonly signal: AbortSignal;
  readonly costs: Cost[];
}

const LineSchema = Type.Object({
  body: Type.String(),
  cut: Type.Number(),
  service: Type.String(),
  severityNumber: Type.Number(),
  severityText: Type.String(),
  records: Type.String(),
  first: Type.String(),
  last: Type.String(),
});
/** Logs with the same body, service and severity. */
export type Line = Static<typeof LineSchema>;
const lineRows = rowDecoder(LineSchema);
const sizeRows = rowDecoder(Type.Object({ records: Type.String() }));

export interface Lines {
  readonly lines: readonly Line[];
  /** Logs that the question finds. */
  readonly total: number;
  /** One log in so many was looked at. */
  readonly every: number;
  /** Chance made the sample larger than is read of it. */
  readonly isCut: boolean;
}

export async function readLines(reading: PatternReading, where: Where): Promise<Lines> {
  const { asker, limits } = reading.searcher;
  const { signal, costs } = reading;
  const size = await asker.ask({
    sql: compose(SQL.size, where.conditions),
    params: where.params,
    rows: sizeRows,
    signal,
  });
  costs.push(size.cost);
  const total = Number(size.rows[0]?.records ?? 0);
  const granuleEvery = Math.max(1, Math.ceil(total / limits.patternScanRowsMax));
  const rowEvery = Math.max(1, Math.ceil(total / granuleEvery / limits.patternRowsMax));
  // A sample may be somewhat larger than its part of the whole.
  const limit = limits.patternRowsMax * 2;
  const answer = await asker.ask({
    sql: compose(SQL.lines, [...(granuleEvery === 1 ? [] : [SQL.granules]), ...where.conditions]),
    params: {
      ...where.params,
      granule_every: granuleEvery,
      row_every: rowEvery,
      length: PATTERN_LIMITS.lineLength,
      limit: limit + 1,
    },
    rows: lineRows,
    signal,
  });
  costs.push(answer.cost);
  return {
    lines: answer.rows.slice(0, limit),
    total,
    every: granuleEvery * rowEvery,
    isCut: answer.rows.length > limit,
  };
}

const exampleRows = rowDecoder(
  Type.Object({
    id: Type.String(),
    time: Type.String(),
    body: Type.String(),
    service: Type.String(),
  }),
);

/** @returns ids of the newest logs of the lines, by `exampleKey` */
export async function readExamples(
  { searcher, signal, costs }: PatternReading,
  lines: readonly Line[],
  where: Where,
): Promise<ReadonlyMap<string, string>> {
  if (lines.length === 0) return new Map();
  const answer = await searcher.asker.ask({
    sql: compose(SQL.examples, where.conditions, {
      id: compose(SQL["log-id"], [], { "row-hash": LOGS_SQL["row-hash"] }),
    }),
    params: {
      ...where.params,
      times: lines.map((line) => BigInt(line.last)),
      length: PATTERN_LIMITS.lineLength,
      limit: PATTERN_LIMITS.exampleRowsMax,
    },
    rows: exampleRows,
    signal,
  });
  costs.push(answer.cost);
  return new Map(
    answer.rows.map(({ id, time, body, service }) => [
      exampleKey({ last: time, body, service }),
      id,
    ]),
  );
}

export function exampleKey({ last, service, body }: Pick<Line, "last" | "service" | "body">) {
  return JSON.stringify([last, service, body]);
}
