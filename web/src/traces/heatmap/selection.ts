/** A part of the heatmap: a time and a duration, both half-open. In the URL it is `sel=<from>-<to>_<min>-<max>`. */
import type { DurationBounds } from "../../lib/filter-edit.ts";
import { type Band, endMs, type Heat, type HeatCell } from "./heat.ts";

export interface HeatSelection {
  readonly fromMs: number;
  readonly toMs: number;
  readonly minNs: number;
  readonly maxNs: number;
}

export function writeSelection({ fromMs, toMs, minNs, maxNs }: HeatSelection): string {
  return `${fromMs}-${toMs}_${minNs}-${maxNs}`;
}

/** @returns undefined when there is none, or none that can be read */
export function readSelection(search: string): HeatSelection | undefined {
  const text = new URLSearchParams(search).get("sel") ?? "";
  const match = /^(\d{1,15})-(\d{1,15})_(\d{1,15})-(\d{1,15})$/u.exec(text);
  if (match === null) return undefined;
  const [fromMs = 0, toMs = 0, minNs = 0, maxNs = 0] = match.slice(1).map(Number);
  return fromMs < toMs && minNs < maxNs ? { fromMs, toMs, minNs, maxNs } : undefined;
}

interface Place {
  readonly column: number;
  readonly row: number;
}

/** @returns what lies between two cells, both included */
export function selectBetween(heat: Heat, a: Place, b: Place): HeatSelection | undefined {
  const low = heat.rows[Math.min(a.row, b.row)];
  const high = heat.rows[Math.max(a.row, b.row)];
  if (low === undefined || high === undefined) return undefined;
  return {
    fromMs: heat.fromMs + Math.min(a.column, b.column) * heat.bucketMs,
    toMs: heat.fromMs + (Math.max(a.column, b.column) + 1) * heat.bucketMs,
    minNs: low.fromNs,
    maxNs: high.toNs,
  };
}

/** @returns the selection widened to whole columns and bands, so that it can be counted; undefined when it misses the heatmap */
export function snap(heat: Heat, wanted: HeatSelection): HeatSelection | undefined {
  const bands = heat.bands.filter((band) => band.toNs > wanted.minNs && band.fromNs < wanted.maxNs);
  const [low, high] = [bands[0], bands.at(-1)];
  const column = (ms: number) => (ms - heat.fromMs) / heat.bucketMs;
  const first = Math.max(0, Math.floor(column(wanted.fromMs)));
  const end = Math.min(heat.columns, Math.ceil(column(wanted.toMs)));
  if (low === undefined || high === undefined || first >= end) return undefined;
  return {
    fromMs: heat.fromMs + first * heat.bucketMs,
    toMs: heat.fromMs + end * heat.bucketMs,
    minNs: low.fromNs,
    maxNs: high.toNs,
  };
}

export interface Counted {
  readonly spans: number;
  readonly errors: number;
  /** Whether the edges of the selection are edges of cells; otherwise the counts are of all cells it touches. */
  readonly isExact: boolean;
}

export function countIn(heat: Heat, selection: HeatSelection): Counted {
  const isIn = (cell: HeatCell) => {
    const band = heat.bands[cell.row];
    const startMs = heat.fromMs + cell.column * heat.bucketMs;
    return (
      band !== undefined &&
      band.toNs > selection.minNs &&
      band.fromNs < selection.maxNs &&
      startMs + heat.bucketMs > selection.fromMs &&
      startMs < selection.toMs
    );
  };
  const cells = heat.answered.filter((cell) => isIn(cell));
  return {
    spans: cells.reduce((sum, cell) => sum + cell.spans, 0),
    errors: cells.reduce((sum, cell) => sum + cell.errors, 0),
    isExact: isAligned(heat, selection),
  };
}

function isAligned(heat: Heat, { fromMs, toMs, minNs, maxNs }: HeatSelection): boolean {
  const onTime = (ms: number) =>
    ms <= heat.fromMs || ms >= endMs(heat) || (ms - heat.fromMs) % heat.bucketMs === 0;
  const [first, last] = [heat.bands[0], heat.bands.at(-1)];
  const onBand = (ns: number, edge: (band: Band) => number) =>
    ns <= (first?.fromNs ?? 0) ||
    ns >= (last?.toNs ?? 0) ||
    heat.bands.some((band) => edge(band) === ns);
  return (
    onTime(fromMs) &&
    onTime(toMs) &&
    onBand(minNs, ({ fromNs }) => fromNs) &&
    onBand(maxNs, ({ toNs }) => toNs)
  );
}

/** Shares of the plot, from its left and top; cut at its edges. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export function boxOf(heat: Heat, selection: HeatSelection): Box | undefined {
  const width = heat.columns * heat.bucketMs;
  const x = (ms: number) => Math.min(1, Math.max(0, (ms - heat.fromMs) / width));
  const low = heat.rows.findIndex((row) => row.toNs > selection.minNs);
  const high = heat.rows.findLastIndex((row) => row.fromNs < selection.maxNs);
  if (low < 0 || high < low) return undefined;
  const left = x(selection.fromMs);
  return {
    left,
    width: x(selection.toMs) - left,
    top: 1 - (high + 1) / heat.rows.length,
    height: (high + 1 - low) / heat.rows.length,
  };
}

const DIGITS = 3;

/** @returns bounds that a person would write, three digits each, around the selection; none where it reaches the edge */
export function zoomBounds(heat: Heat, { minNs, maxNs }: HeatSelection): DurationBounds {
  const [first, last] = [heat.bands[0], heat.bands.at(-1)];
  return {
    min: minNs <= (first?.fromNs ?? 0) ? undefined : roundDigits(minNs, Math.floor),
    max: maxNs >= (last?.toNs ?? 0) ? undefined : roundDigits(maxNs - 1, Math.ceil),
  };
}

function roundDigits(ns: number, round: (value: number) => number): bigint {
  const size = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, ns))) + 1 - DIGITS);
  return BigInt(round(ns / size) * size);
}
