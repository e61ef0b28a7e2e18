/** Traces by the values of fields: counted over the spans that meet the conditions, each trace once in a group. */
import { Type, type Static } from "typebox";
import { type Cost, addCosts, rowDecoder } from "../clickhouse/ask.ts";
import type { FacetField } from "../facets/facet-field.ts";
import { type Bound, fieldValue, keyParams, listed } from "../facets/facet-sql.ts";
import { type TraceFilters, traceWhere } from "../search/filters.ts";
import type { Searcher } from "../search/searcher.ts";
import { type TimeRange, both, inTime } from "../search/time-range.ts";
import { type Sql, type Where, compose, loadSql, numbered } from "../sql/sql.ts";
import type { TraceGroups } from "../wire.ts";
import { groupFilter } from "./group-filter.ts";

const SQL = loadSql("trace-groups.sql", [
  "size",
  "traces",
  "groups",
  "by-traces",
  "by-errors",
  "by-p95",
  "sample",
  "item",
  "items-of-many",
  "named",
]);

const ORDERS = {
  traces: SQL["by-traces"],
  errors: SQL["by-errors"],
  p95: SQL["by-p95"],
} as const satisfies Record<string, Sql>;

export interface GroupsQuestion {
  readonly filters: TraceFilters;
  /** The filter as it was given, which `filters` has as well. */
  readonly q: string | undefined;
  readonly range: TimeRange;
  /** One or two. */
  readonly by: readonly FacetField[];
  readonly sort: keyof typeof ORDERS;
  /** 1..200 */
  readonly limit: number;
}

interface GroupsReading {
  readonly searcher: Searcher;
  readonly signal: AbortSignal;
  readonly costs: Cost[];
}

/** @throws QueryError `query_limit` when the matching spans cannot be grouped in the time of one query */
export async function readGroups(
  searcher: Searcher,
  question: GroupsQuestion,
  signal: AbortSignal,
): Promise<TraceGroups> {
  const started = performance.now();
  const reading: GroupsReading = { searcher, signal, costs: [] };
  const where = both(inTime(question.range), traceWhere(question.filters));
  const every = await chooseEvery(reading, where);
  const sampled =
    every === 1 ? where : both(where, { conditions: [SQL.sample], params: { every } });
  const [rows, traces] = await Promise.all([
    askGroups(reading, question, sampled),
    countTraces(reading, sampled),
  ]);
  return {
    by: question.by.map((field) => field.name),
    groups: rows.map((row) => toGroup(row, question, { every, traces })),
    groupCount: Number(rows[0]?.groupCount ?? 0),
    traceCount: traces * every,
    countedEvery: every,
    meta: {
      elapsedMs: performance.now() - started,
      ...addCosts(reading.costs),
      complete: every === 1,
      ...(every === 1 ? {} : { reason: whySampled(every, searcher) }),
    },
  };
}

function whySampled(every: number, { limits }: Searcher): string {
  return `Counts are of one trace in ${every}, chosen by hash: more than ${limits.groupSpansMax} spans meet the conditions (groupSpansMax). Narrow the range or the conditions to count all.`;
}

const sizeRows = rowDecoder(Type.Object({ spans: Type.String() }));

/** Of how many traces one is grouped. */
async function chooseEvery(reading: GroupsReading, where: Where): Promise<number> {
  const { asker, limits } = reading.searcher;
  const answer = await asker.ask({
    sql: compose(SQL.size, where.conditions),
    params: where.params,
    rows: sizeRows,
    signal: reading.signal,
  });
  reading.costs.push(answer.cost);
  return Math.max(1, Math.ceil(Number(answer.rows[0]?.spans ?? 0) / limits.groupSpansMax));
}

const traceRows = rowDecoder(Type.Object({ traces: Type.String() }));

async function countTraces(reading: GroupsReading, where: Where): Promise<number> {
  const answer = await reading.searcher.asker.ask({
    sql: compose(SQL.traces, where.conditions),
    params: where.params,
    rows: traceRows,
    signal: reading.signal,
  });
  reading.costs.push(answer.cost);
  return Number(answer.rows[0]?.traces ?? 0);
}

const GroupRow = Type.Object({
  items: Type.Array(Type.Tuple([Type.Number(), Type.String()])),
  traces: Type.String(),
  errors: Type.String(),
  percentiles: Type.Tuple([Type.String(), Type.String()]),
  groupCount: Type.String(),
});
type GroupRow = Static<typeof GroupRow>;
const groupRows = rowDecoder(GroupRow);

async function askGroups(
  reading: GroupsReading,
  { by, sort, limit }: GroupsQuestion,
  where: Where,
): Promise<readonly GroupRow[]> {
  const items = listed(by.map(itemSql));
  const answer = await reading.searcher.asker.ask({
    sql: compose(SQL.groups, where.conditions, { items: items.sql, order: ORDERS[sort] }),
    params: { ...where.params, ...items.params, limit },
    rows: groupRows,
    signal: reading.signal,
  });
  reading.costs.push(answer.cost);
  return answer.rows;
}

/** A value of the field, and before it whether there is one. */
function itemSql(field: FacetField, index: number): Bound {
  const found = fieldValue(field, "traces");
  if (found.kind === "many") {
    const sql = compose(SQL["items-of-many"], [], { values: found.values });
    return { sql: numbered(sql, index), params: keyParams(field, index) };
  }
  const { has, value } = found;
  const isNamed = field.choices.size > 0;
  const named = isNamed ? compose(SQL.named, [], { value }) : value;
  return {
    sql: numbered(compose(SQL.item, [], { has, value: named }), index),
    params: {
      ...keyParams(field, index),
      ...(isNamed
        ? {
            [`texts_${index}`]: [...field.choices.keys()],
            [`names_${index}`]: [...field.choices.values()],
          }
        : {}),
    },
  };
}

function toGroup(
  row: GroupRow,
  { by, q }: GroupsQuestion,
  { every, traces }: { readonly every: number; readonly traces: number },
): TraceGroups["groups"][number] {
  const values = row.items.map(([has, value]) => (has === 0 ? null : value));
  const filter = groupFilter(q, by, values);
  return {
    values,
    traces: Number(row.traces) * every,
    errors: Number(row.errors) * every,
    p50Nano: row.percentiles[0],
    p95Nano: row.percentiles[1],
    share: traces === 0 ? 0 : Number(row.traces) / traces,
    ...(filter === undefined ? {} : { q: filter }),
  };
}
