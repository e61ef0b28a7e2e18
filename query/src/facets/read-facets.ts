/**
 * Facets: values of fields among the records that a question finds. Fields whose facets are of the same records share one
 * scan; a field that the question has conditions on is counted without them, so by itself, and the others keep the
 * indexes that these conditions use. What the rollup knows is taken from it.
 */
import { Type } from "typebox";
import { type Cost, addCosts, rowDecoder } from "../clickhouse/ask.ts";
import { isLimit } from "../search/deadline.ts";
import type { Searcher } from "../search/searcher.ts";
import { type TimeRange, both, inTime, wholeMinutes } from "../search/time-range.ts";
import { type Where, compose } from "../sql/sql.ts";
import type { Facets } from "../wire.ts";
import { type FacetField, filterOf, isNamed, nameOfValue } from "./facet-field.ts";
import { SQL, facetSql, listed, minuteItems, tableOf } from "./facet-sql.ts";
import { type FacetFilters, groupFields, recordsWhere, rollupWhere } from "./facet-filters.ts";
import { FACET_LIMITS } from "./limits.ts";
import { readMinutes } from "./read-minutes.ts";

/** How much smaller the sample becomes when a scan took too long. */
const NARROWER = 8;
/** The smallest sample is of so many records. */
const SAMPLE_ROWS_MIN = 50_000;

export interface FacetsQuestion {
  readonly filters: FacetFilters;
  readonly range: TimeRange;
  readonly fields: readonly FacetField[];
  /** Of each field. */
  readonly valuesMax: number;
}

export interface FacetReading {
  readonly searcher: Searcher;
  readonly signal: AbortSignal;
  readonly costs: Cost[];
}

type Facet = Facets["facets"][number];

/** A facet before its values have names and filters. */
export interface Counted {
  readonly field: FacetField;
  readonly total: number;
  readonly records: number;
  readonly distinct: number;
  readonly from: Facet["from"];
  readonly countedEvery: number;
  /** Of a sample, how many records it has. */
  readonly sampleRecords?: number;
  readonly values: readonly Value[];
}

interface Value {
  readonly stored: string;
  readonly records: number;
  /** By how much it may be too many. */
  readonly error: number;
}

export async function readFacets(
  reading: FacetReading,
  { filters, range, fields, valuesMax }: FacetsQuestion,
): Promise<Facets> {
  const started = performance.now();
  const counted = new Map<FacetField, Counted>();
  for (const group of groupFields(filters, fields)) {
    // oxlint-disable-next-line no-await-in-loop -- each scan has all processors; two at once would take them from the list
    const found = await readGroup(reading, group, range);
    for (const each of found) counted.set(each.field, each);
  }
  const facets = fields.flatMap((field) => {
    const found = counted.get(field);
    return found === undefined ? [] : [toFacet(found, valuesMax)];
  });
  const every = Math.max(1, ...facets.map((facet) => facet.countedEvery));
  return {
    facets,
    meta: {
      elapsedMs: performance.now() - started,
      ...addCosts(reading.costs),
      complete: every === 1,
      ...(every === 1 ? {} : { reason: whySampled(every, reading.searcher.limits) }),
    },
  };
}

function whySampled(every: number, limits: Searcher["limits"]): string {
  return `Counts are estimated from one granule in ${every}: all records are more than facetRowsMax (${limits.facetRowsMax}), or take longer than facetTimeMs (${limits.facetTimeMs} ms). Narrow the range or the conditions to count all.`;
}

/** Fields whose facets are of the same records. */
async function readGroup(
  reading: FacetReading,
  { filters, fields }: { readonly filters: FacetFilters; readonly fields: readonly FacetField[] },
  range: TimeRange,
): Promise<readonly Counted[]> {
  const rollup = wholeMinutes(range) === undefined ? undefined : rollupWhere(filters);
  const inRollup = (field: FacetField): boolean =>
    rollup !== undefined && minuteItems(field, 0, filters.signal) !== undefined;
  const fromMinutes = fields.filter(inRollup);
  const fromRecords = fields.filter((field) => !inRollup(field));
  const where = recordsWhere(filters);
  return [
    ...(rollup === undefined || fromMinutes.length === 0
      ? []
      : await readMinutes(reading, { filters, fields: fromMinutes, range, rollup, where })),
    ...(fromRecords.length === 0
      ? []
      : await readRecords(reading, both(inTime(range), where), {
          signal: filters.signal,
          fields: fromRecords,
        })),
  ];
}

const sizeRows = rowDecoder(Type.Object({ records: Type.String() }));

interface Scan {
  readonly signal: FacetFilters["signal"];
  readonly fields: readonly FacetField[];
}

async function readRecords(
  reading: FacetReading,
  where: Where,
  scan: Scan,
): Promise<readonly Counted[]> {
  const { asker, limits } = reading.searcher;
  const answer = await asker.ask({
    sql: compose(SQL.size, where.conditions, { table: tableOf(scan.signal) }),
    params: where.params,
    rows: sizeRows,
    signal: reading.signal,
  });
  reading.costs.push(answer.cost);
  const total = Number(answer.rows[0]?.records ?? 0);
  let every = Math.max(1, Math.ceil(total / limits.facetRowsMax));
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- a smaller sample, because the larger one took too long
      return await scanRecords(reading, where, { ...scan, total, every });
    } catch (error) {
      if (!isLimit(error) || total / every < SAMPLE_ROWS_MIN) throw error;
      every *= NARROWER;
    }
  }
}

const scanRows = rowDecoder(
  Type.Object({
    total: Type.String(),
    facets: Type.Array(
      Type.Tuple([
        Type.String(),
        Type.String(),
        Type.Array(
          Type.Object({ item: Type.String(), count: Type.String(), error: Type.String() }),
        ),
      ]),
    ),
  }),
);

async function scanRecords(
  reading: FacetReading,
  where: Where,
  { signal, fields, total, every }: Scan & { readonly total: number; readonly every: number },
): Promise<readonly Counted[]> {
  const { asker, limits } = reading.searcher;
  const facets = listed(fields.map((field, index) => facetSql(field, index, signal)));
  const sample = every === 1 ? [] : [SQL.sample];
  const answer = await asker.ask({
    sql: compose(SQL.scan, [...sample, ...where.conditions], {
      facets: facets.sql,
      table: tableOf(signal),
    }),
    params: { ...where.params, ...facets.params, every },
    rows: scanRows,
    signal: reading.signal,
    timeMs: limits.facetTimeMs,
  });
  reading.costs.push(answer.cost);
  const [row] = answer.rows;
  const counted = Number(row?.total ?? 0);
  const isSample = every > 1;
  // By what the sample really has: granules are not all as full, and chance does not choose exactly one of so many.
  const scaled = (count: string): number =>
    isSample && counted > 0 ? Math.round((Number(count) * total) / counted) : Number(count);
  return fields.map((field, index) => {
    const [records, distinct, top] = row?.facets[index] ?? ["0", "0", []];
    return {
      field,
      total,
      records: scaled(records),
      distinct: Number(distinct),
      from: isSample ? "sample" : "records",
      countedEvery: every,
      ...(isSample ? { sampleRecords: counted } : {}),
      values: top.map(({ item, count, error }) => ({
        stored: item,
        records: scaled(count),
        error: scaled(error),
      })),
    };
  });
}

/** Pure: stored values under their names, most frequent first. */
function toFacet({ field, values, ...counted }: Counted, valuesMax: number): Facet {
  const named = new Map<string, number>();
  for (const { stored, records } of values) {
    const name = nameOfValue(field, stored);
    named.set(name, (named.get(name) ?? 0) + records);
  }
  const shown = [...named]
    .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, valuesMax);
  return {
    field: field.name,
    total: counted.total,
    records: counted.records,
    distinct: isNamed(field) ? named.size : counted.distinct,
    from: counted.from,
    countedEvery: counted.countedEvery,
    ...(counted.sampleRecords === undefined ? {} : { sampleRecords: counted.sampleRecords }),
    exact:
      counted.countedEvery === 1 &&
      values.every(({ error }) => error === 0) &&
      // What was left out may have had the name of what was not.
      !(isNamed(field) && counted.distinct > values.length),
    values: shown.map(([value, records]) => ({
      value,
      records,
      ...(isCut(value) ? {} : { filter: filterOf(field, value) }),
    })),
  };
}

function isCut(value: string): boolean {
  return (
    value.length >= FACET_LIMITS.facetValueLength &&
    Array.from(value).length >= FACET_LIMITS.facetValueLength
  );
}
