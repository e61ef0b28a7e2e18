/** From when on the rollups that a migration added are whole. */
import { Type } from "typebox";
import { rowDecoder } from "../clickhouse/ask.ts";
import type { Searcher } from "../search/searcher.ts";
import { loadSql } from "../sql/sql.ts";
import type { RollupMarks } from "./cells.ts";

const SQL = loadSql("services.sql", ["marks"]);
const markRows = rowDecoder(Type.Object({ cellsFrom: Type.Number(), minutesFrom: Type.Number() }));

/** Only a migration changes them, to two hours ahead of itself. */
const KEPT_MS = 60_000;

interface Known {
  readonly marks: RollupMarks;
  readonly untilMs: number;
}
/** Of each service's searcher; so a statement need not look for itself, which costs as much as a third of it. */
const known = new WeakMap<Searcher, Known>();

export async function readMarks(searcher: Searcher, signal: AbortSignal): Promise<RollupMarks> {
  const kept = known.get(searcher);
  if (kept !== undefined && performance.now() < kept.untilMs) return kept.marks;
  const { rows } = await searcher.asker.ask({
    sql: SQL.marks,
    params: {},
    rows: markRows,
    signal,
  });
  const marks = rows[0] ?? { cellsFrom: 0, minutesFrom: 0 };
  known.set(searcher, { marks, untilMs: performance.now() + KEPT_MS });
  return marks;
}
