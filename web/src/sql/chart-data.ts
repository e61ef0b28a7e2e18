/** Pure: what of a result can be drawn: numbers over time, or a number for each of some names. */
import type { SqlRows } from "@throughline/query/wire";
import { zonedToMs } from "./zoned-time.ts";

/** Lines of one chart; more cannot be told apart. */
export const SERIES_MAX = 8;
/** Bars of one chart. */
export const BARS_MAX = 50;

export interface Series {
  readonly label: string;
  /** One for each time; null where there is none. */
  readonly values: readonly (number | null)[];
}

export type SqlChart =
  | {
      readonly kind: "time";
      /** Unix milliseconds, rising, each once. */
      readonly times: readonly number[];
      /** The largest first. */
      readonly series: readonly Series[];
      /** Series that there were, those left out included. */
      readonly seriesCount: number;
    }
  | {
      readonly kind: "bars";
      readonly labelName: string;
      readonly valueName: string;
      /** In the order of the rows. */
      readonly bars: readonly { readonly label: string; readonly value: number }[];
      /** Rows with a number, those left out included. */
      readonly barCount: number;
    }
  | { readonly kind: "none"; readonly why: string };

const WRAPPED = /^(?:Nullable|LowCardinality|SimpleAggregateFunction)\((?:\w+, )?(.*)\)$/u;

/** The type itself, without what it is wrapped in. */
function plainType(type: string): string {
  const inner = WRAPPED.exec(type)?.[1];
  return inner === undefined ? type : plainType(inner);
}

export function isNumberType(type: string): boolean {
  return /^(?:U?Int|Float|BFloat|Decimal)/u.test(plainType(type));
}

/** @returns the zone of a column of times, `UTC` where the type names none; undefined for other columns */
function zoneOf(type: string): string | undefined {
  const match = /^(?:Date|Date32|DateTime(?:64)?(?:\((?:\d+, ?)?(?:'([^']+)')?\d*\))?)$/u.exec(
    plainType(type),
  );
  return match === null ? undefined : (match[1] ?? "UTC");
}

/** @returns the names of the columns that can be drawn */
export function measuresOf({ columns }: SqlRows): readonly string[] {
  return columns.filter(({ type }) => isNumberType(type)).map(({ name }) => name);
}

/** @param measure the column to draw; empty for all that there is room for */
export function toChart(result: SqlRows, measure: string): SqlChart {
  const { columns } = result;
  const all = columns.map(({ name, type }, at) => ({ name, at, zone: zoneOf(type), type }));
  const numbers = all.filter(({ type }) => isNumberType(type));
  const measures = numbers.some(({ name }) => name === measure)
    ? numbers.filter(({ name }) => name === measure)
    : numbers;
  const time = all.find(({ zone }) => zone !== undefined);
  const labels = all.filter(({ zone, type }) => zone === undefined && !isNumberType(type));
  const [first] = measures;
  if (result.rows.length === 0) return { kind: "none", why: "The result has no rows." };
  if (first === undefined)
    return { kind: "none", why: "A chart needs a column of numbers; the result has none." };
  if (time?.zone !== undefined)
    return overTime(result, { at: time.at, zone: time.zone }, measures, labels);
  const [label = all.find(({ at }) => at !== first.at)] = labels;
  if (label === undefined)
    return {
      kind: "none",
      why: "A chart needs a column of times or of names beside the numbers; the result has none.",
    };
  return toBars(result, label, first);
}

interface Column {
  readonly name: string;
  readonly at: number;
}

type Row = readonly unknown[];

function overTime(
  { rows }: SqlRows,
  time: { readonly at: number; readonly zone: string },
  measures: readonly Column[],
  labels: readonly Column[],
): SqlChart {
  // With names, one line is one name; several numbers would be a line each and name.
  const drawn = labels.length === 0 ? measures : measures.slice(0, 1);
  const lines = new Map<string, Map<number, number>>();
  const times = new Set<number>();
  for (const row of rows) {
    const text = row[time.at];
    const ms = typeof text === "string" ? zonedToMs(text, time.zone) : undefined;
    if (ms === undefined) continue;
    times.add(ms);
    for (const { at, name } of drawn) {
      const value = toNumber(row[at]);
      const label = labels.length === 0 ? name : labelOf(row, labels);
      const line = lines.get(label) ?? new Map<number, number>();
      lines.set(label, line);
      if (value !== undefined) line.set(ms, value);
    }
  }
  const rising = [...times].toSorted((a, b) => a - b);
  if (rising.length === 0) return { kind: "none", why: "No row has a time." };
  const series = [...lines]
    .map(([label, line]) => ({
      label,
      values: rising.map((ms) => line.get(ms) ?? null),
      size: [...line.values()].reduce((sum, value) => sum + Math.abs(value), 0),
    }))
    .toSorted((a, b) => (labels.length === 0 ? 0 : b.size - a.size));
  return {
    kind: "time",
    times: rising,
    series: series.slice(0, SERIES_MAX).map(({ label, values }) => ({ label, values })),
    seriesCount: series.length,
  };
}

function toBars({ rows }: SqlRows, label: Column, measure: Column): SqlChart {
  const bars = rows.flatMap((row) => {
    const value = toNumber(row[measure.at]);
    return value === undefined ? [] : [{ label: labelOf(row, [label]), value }];
  });
  if (bars.length === 0) return { kind: "none", why: `No row has a number in ${measure.name}.` };
  return {
    kind: "bars",
    labelName: label.name,
    valueName: measure.name,
    bars: bars.slice(0, BARS_MAX),
    barCount: bars.length,
  };
}

function labelOf(row: Row, labels: readonly Column[]): string {
  return labels
    .map(({ at }) => {
      const value = row[at];
      if (value === null || value === undefined) return "NULL";
      if (value === "") return "empty";
      return typeof value === "string" ? value : JSON.stringify(value);
    })
    .join(" · ");
}

/** 64-bit numbers are texts; what is not finite cannot be drawn. */
function toNumber(value: unknown): number | undefined {
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  if (value === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
