/** Statements of `fields.sql`, asked so that a missing index or a limit is not the end. */
import { Type, type Static } from "typebox";
import { type Cost, rowDecoder } from "../clickhouse/ask.ts";
import type { FilterSignal } from "../filter/fields.ts";
import { QueryError } from "../problem/query-error.ts";
import type { Searcher } from "../search/searcher.ts";
import { type TimeRange, clamp, inTime } from "../search/time-range.ts";
import { windowsNewestFirst } from "../search/windows.ts";
import { type Sql, type SqlParams, compose, loadSql } from "../sql/sql.ts";
import { FIELD_LIMITS } from "./limits.ts";

export const SQL = loadSql("fields.sql", [
  "keys-from-keys",
  "keys-from-items",
  "keys-sampled",
  "values-from-items",
  "values-from-minutes",
  "severities",
  "values-sampled",
  "of-column",
  "of-list",
  "of-map",
  "of-maps",
  "otel_logs",
  "otel_traces",
  "otel_logs_rate_1m",
  "otel_traces_red_1m",
  "idx_log_attr_key",
  "idx_log_attr_items",
  "idx_res_attr_items",
  "idx_span_attr_items",
  "count-logs",
  "count-spans",
]);

const NamedCount = Type.Object({ name: Type.String(), records: Type.String() });
type NamedCount = Static<typeof NamedCount>;
const namedCounts = rowDecoder(NamedCount);

export interface Asking {
  readonly searcher: Searcher;
  readonly signal: AbortSignal;
  readonly range: TimeRange;
  /** Grows by what each query cost. */
  readonly costs: Cost[];
}

export function tableOf(signal: FilterSignal): Sql {
  return signal === "logs" ? SQL.otel_logs : SQL.otel_traces;
}

export async function askCounts(
  asking: Asking,
  sql: Sql,
  params: SqlParams,
  timeMs?: number,
): Promise<readonly NamedCount[]> {
  const answer = await asking.searcher.asker.ask({
    sql,
    params,
    rows: namedCounts,
    signal: asking.signal,
    ...(timeMs === undefined ? {} : { timeMs }),
  });
  asking.costs.push(answer.cost);
  return answer.rows;
}

/**
 * Over the UTC days of the range.
 * @returns undefined when the index is not there, as in the profile `throughput`, or takes too long
 */
export async function askIndex(
  asking: Asking,
  sql: Sql,
  params: SqlParams,
): Promise<readonly NamedCount[] | undefined> {
  try {
    const inDays = { ...params, ...daysOf(asking.range) };
    return await askCounts(asking, sql, inDays, FIELD_LIMITS.fieldIndexTimeMs);
  } catch (error) {
    if (error instanceof QueryError && INDEX_FAULTS.has(error.code)) return undefined;
    throw error;
  }
}

/** As the names of parts begin: 20261120. */
function daysOf(range: TimeRange): SqlParams {
  const dayOf = (nanos: bigint) =>
    new Date(Number(clamp(nanos) / 1_000_000n)).toISOString().slice(0, 10).replaceAll("-", "");
  return { from_day: dayOf(range.from), to_day: dayOf(range.to - 1n) };
}

const INDEX_FAULTS = new Set(["clickhouse_failed", "clickhouse_denied", "query_limit"]);

/** A statement with a place for conditions, and what else it is made of. */
interface SampleSql {
  readonly sql: Sql;
  readonly fragments: Readonly<Record<string, Sql>>;
}

/** The newest window of the range that has any. */
export async function askSample(
  asking: Asking,
  { sql, fragments }: SampleSql,
  params: SqlParams,
): Promise<readonly NamedCount[]> {
  for (const window of windowsNewestFirst(asking.range, "count")) {
    const where = inTime(window);
    const rows = await askCounts(asking, compose(sql, where.conditions, fragments), {
      ...params,
      ...where.params,
      rows: FIELD_LIMITS.fieldSampleRows,
    });
    if (rows.length > 0) return rows;
  }
  return [];
}
