/** Facets of fields that the rollup knows: its whole minutes, and the records of the part minutes at both ends. */
import { Type } from "typebox";
import { rowDecoder } from "../clickhouse/ask.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { type TimeRange, both, inTime, rollupSeconds, wholeMinutes } from "../search/time-range.ts";
import { type Where, compose, prefixed } from "../sql/sql.ts";
import { type FacetField, isNamed } from "./facet-field.ts";
import type { FacetFilters } from "./facet-filters.ts";
import { SQL, listed, minuteItems, tableOf } from "./facet-sql.ts";
import { FACET_LIMITS } from "./limits.ts";
import type { Counted, FacetReading } from "./read-facets.ts";

const minuteRows = rowDecoder(
  Type.Object({
    facet: Type.Number(),
    value: Type.String(),
    records: Type.String(),
    total: Type.String(),
    distinct: Type.String(),
  }),
);

export interface MinutesQuestion {
  readonly filters: FacetFilters;
  /** All of them known to the rollup. */
  readonly fields: readonly FacetField[];
  readonly range: TimeRange;
  readonly rollup: Where;
  readonly where: Where;
}

export async function readMinutes(
  { searcher, signal, costs }: FacetReading,
  { filters, fields, range, rollup, where }: MinutesQuestion,
): Promise<readonly Counted[]> {
  const whole = wholeMinutes(range) ?? { from: range.to, to: range.to };
  const items = fields.flatMap((field, index) => minuteItems(field, index, filters.signal) ?? []);
  const inMinutes = listed(items.map((item) => item.minutes));
  const inRecords = listed(items.map((item) => item.records));
  const minutes = prefixed(rollup, "minutes_");
  const head = prefixed(both(inTime({ from: range.from, to: whole.from }), where), "head_");
  const tail = prefixed(both(inTime({ from: whole.to, to: range.to }), where), "tail_");
  const isLogs = filters.signal === "logs";
  const answer = await searcher.asker.ask({
    sql: compose(SQL.minutes, [], {
      "minute-items": inMinutes.sql,
      items: inRecords.sql,
      count: isLogs ? SQL["count-logs"] : SQL["count-spans"],
      minutes: isLogs ? SQL.otel_logs_rate_1m : SQL.otel_traces_red_1m,
      "minutes-where": compose(SQL.all, minutes.conditions),
      table: tableOf(filters.signal),
      head: compose(SQL.all, head.conditions),
      tail: compose(SQL.all, tail.conditions),
    }),
    params: {
      ...inMinutes.params,
      ...inRecords.params,
      ...minutes.params,
      ...head.params,
      ...tail.params,
      minutes_from: rollupSeconds(whole.from / NANOS_PER_SECOND),
      minutes_to: rollupSeconds(whole.to / NANOS_PER_SECOND),
      limit: FACET_LIMITS.facetRollupValuesMax,
    },
    rows: minuteRows,
    signal,
  });
  costs.push(answer.cost);
  return fields.map((field, index) => {
    const rows = answer.rows.filter((row) => row.facet === index);
    const [first] = rows;
    const total = Number(first?.total ?? 0);
    // Sorted first; a field with names has one for what was never set.
    const without = isNamed(field) || first?.value !== "" ? 0 : Number(first.records);
    const isWithout = without > 0 ? 1 : 0;
    return {
      field,
      total,
      records: total - without,
      distinct: Number(first?.distinct ?? 0) - isWithout,
      from: "rollup",
      countedEvery: 1,
      values: rows
        .slice(isWithout)
        .map(({ value, records }) => ({ stored: value, records: Number(records), error: 0 })),
    };
  });
}
