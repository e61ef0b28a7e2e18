/** What tails ask. */
import { Type } from "typebox";
import { rowDecoder } from "../clickhouse/ask.ts";
import type { Searcher } from "../search/searcher.ts";
import { both } from "../search/time-range.ts";
import { type Where, compose, loadSql } from "../sql/sql.ts";
import { LOG_ROW } from "../traces/rows.ts";
import { TailedSpan } from "../wire.ts";
import type { TailBatch } from "./tail.ts";

const SQL = loadSql("tail.sql", [
  "newest-block-logs",
  "newest-block-spans",
  "blocks",
  "logs",
  "spans",
]);
const LOGS_SQL = loadSql("logs.sql", ["columns"]);

const newestRows = rowDecoder(Type.Object({ newest: Type.String() }));
const Matched = { matched: Type.String() };
const logRows = rowDecoder(Type.Object({ ...LOG_ROW, ...Matched }));
const spanRows = rowDecoder(Type.Object({ ...TailedSpan.properties, ...Matched }));

export type TailKind = "logs" | "spans";

/** @returns the number of the newest INSERT; 0 of an empty table */
export async function readNewest(
  { asker }: Searcher,
  kind: TailKind,
  signal: AbortSignal,
): Promise<bigint> {
  const sql = kind === "logs" ? SQL["newest-block-logs"] : SQL["newest-block-spans"];
  const { rows } = await asker.ask({ sql, params: {}, rows: newestRows, signal });
  return BigInt(rows[0]?.newest ?? 0);
}

/** The newest `limit` of the rows that were stored after `after` and not after `upTo`, in the order of being stored. */
export async function readStored(
  { asker }: Searcher,
  question: {
    readonly kind: TailKind;
    readonly where: Where;
    readonly after: bigint;
    readonly upTo: bigint;
    readonly limit: number;
  },
  signal: AbortSignal,
): Promise<TailBatch> {
  const { kind, after, upTo, limit } = question;
  const blocks: Where = {
    conditions: [SQL.blocks],
    params: { after: String(after), up_to: String(upTo), limit },
  };
  const where = both(blocks, question.where);
  // What has no room is counted as dropped.
  const common = { params: where.params, signal, mayBeCut: true };
  const { rows } =
    kind === "logs"
      ? await asker.ask({
          ...common,
          sql: compose(SQL.logs, where.conditions, { "log-columns": LOGS_SQL.columns }),
          rows: logRows,
        })
      : await asker.ask({ ...common, sql: compose(SQL.spans, where.conditions), rows: spanRows });
  return {
    rows: rows.map(({ matched: _matched, ...row }) => row).toReversed(),
    matched: Number(rows[0]?.matched ?? 0),
  };
}
