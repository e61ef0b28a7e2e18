/** The latency heatmap as it is drawn: pure. Time goes right in equal columns, duration up in equal steps of its logarithm. */
import type { LatencyHeatmap } from "@throughline/query/wire";
import { nanosToMs, parseNanos } from "../../lib/nanos.ts";

export interface HeatCell {
  readonly column: number;
  /** From the bottom: the shortest durations are row 0. */
  readonly row: number;
  readonly spans: number;
  readonly errors: number;
}

/** Half-open, in nanoseconds. */
export interface Band {
  readonly fromNs: number;
  readonly toNs: number;
}

export interface Heat {
  readonly fromMs: number;
  readonly bucketMs: number;
  readonly columns: number;
  /** Drawn rows: so many bands of the answer together that each can be seen. */
  readonly rows: readonly Band[];
  readonly cells: readonly HeatCell[];
  /** What was answered: a selection is counted in it. */
  readonly bands: readonly Band[];
  readonly answered: readonly HeatCell[];
  /** The fullest cell, at least 1, so that it can divide. */
  readonly spansMax: number;
  readonly spans: number;
  readonly errors: number;
}

/** With more, a row would be thinner than four pixels. */
const ROWS_MAX = 32;

export function toHeat(answer: LatencyHeatmap): Heat {
  const bands = answer.rows.map((row) => ({
    fromNs: Number(parseNanos(row.fromNano)),
    toNs: Number(parseNanos(row.toNano)),
  }));
  const perRow = Math.max(1, Math.ceil(bands.length / ROWS_MAX));
  const cells = mergeRows(answer.cells, perRow);
  return {
    fromMs: nanosToMs(parseNanos(answer.fromUnixNano)),
    bucketMs: answer.bucketSeconds * 1000,
    columns: answer.columns,
    rows: mergeBands(bands, perRow),
    cells,
    bands,
    answered: answer.cells,
    spansMax: cells.reduce((most, cell) => Math.max(most, cell.spans), 1),
    spans: answer.cells.reduce((sum, cell) => sum + cell.spans, 0),
    errors: answer.cells.reduce((sum, cell) => sum + cell.errors, 0),
  };
}

function mergeBands(bands: readonly Band[], perRow: number): readonly Band[] {
  const rows: Band[] = [];
  for (let at = 0; at < bands.length; at += perRow) {
    const [first, last] = [bands[at], bands[Math.min(at + perRow, bands.length) - 1]];
    if (first !== undefined && last !== undefined)
      rows.push({ fromNs: first.fromNs, toNs: last.toNs });
  }
  return rows;
}

function mergeRows(cells: readonly HeatCell[], perRow: number): readonly HeatCell[] {
  const merged = new Map<string, HeatCell>();
  for (const { column, row, spans, errors } of cells) {
    const drawn = Math.floor(row / perRow);
    const key = `${column} ${drawn}`;
    const before = merged.get(key);
    merged.set(key, {
      column,
      row: drawn,
      spans: spans + (before?.spans ?? 0),
      errors: errors + (before?.errors ?? 0),
    });
  }
  return [...merged.values()];
}

export function endMs(heat: Heat): number {
  return heat.fromMs + heat.columns * heat.bucketMs;
}

/** Where a share of the plot lies, as column and drawn row; y grows downwards, as on the screen. */
export function placeAt(
  heat: Heat,
  at: { readonly x: number; readonly y: number },
): { readonly column: number; readonly row: number } {
  const within = (share: number, count: number) =>
    Math.max(0, Math.min(count - 1, Math.floor(share * count)));
  return {
    column: within(at.x, heat.columns),
    row: heat.rows.length - 1 - within(at.y, heat.rows.length),
  };
}

export function cellAt(heat: Heat, column: number, row: number): HeatCell {
  return (
    heat.cells.find((cell) => cell.column === column && cell.row === row) ?? {
      column,
      row,
      spans: 0,
      errors: 0,
    }
  );
}

/** How strongly a cell is drawn, 0..1: by the logarithm, so that one span among thousands is seen. */
export function strength(spans: number, spansMax: number): number {
  return spans === 0 ? 0 : Math.log1p(spans) / Math.log1p(spansMax);
}

export interface Tick {
  readonly ns: number;
  /** Share of the height, from the bottom. */
  readonly share: number;
}

/** The more, the fewer powers of ten there are. */
const STEPS = [[1], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]] as const;
const TICKS_MIN = 3;

/** @returns round durations inside the axis: powers of ten, and between them where there are few */
export function durationTicks(heat: Heat): readonly Tick[] {
  const [first, last] = [heat.rows[0], heat.rows.at(-1)];
  if (first === undefined || last === undefined) return [];
  const low = Math.log10(Math.max(1, first.fromNs));
  const high = Math.log10(last.toNs);
  let ticks: readonly Tick[] = [];
  for (const steps of STEPS) {
    if (ticks.length < TICKS_MIN) ticks = ticksAt(steps, low, high);
  }
  return ticks;
}

function ticksAt(steps: readonly number[], low: number, high: number): readonly Tick[] {
  const ticks: Tick[] = [];
  for (let power = Math.floor(low); power <= high; power += 1)
    for (const step of steps) {
      const ns = step * 10 ** power;
      const share = (Math.log10(ns) - low) / (high - low);
      if (share >= 0 && share <= 1) ticks.push({ ns, share });
    }
  return ticks;
}

/** One line of the table: a column of the heatmap in numbers. */
export interface ColumnSummary {
  readonly startMs: number;
  readonly spans: number;
  readonly errors: number;
  /** The bands of the shortest and of the longest span. */
  readonly shortest: Band;
  readonly longest: Band;
}

/** @returns the columns that have spans, oldest first */
export function summariseColumns(heat: Heat): readonly ColumnSummary[] {
  const byColumn = Map.groupBy(heat.answered, (cell) => cell.column);
  return [...byColumn]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([column, cells]) => {
      const rows = cells.map((cell) => cell.row);
      const shortest = heat.bands[Math.min(...rows)];
      const longest = heat.bands[Math.max(...rows)];
      if (shortest === undefined || longest === undefined) return [];
      return [
        {
          startMs: heat.fromMs + column * heat.bucketMs,
          spans: cells.reduce((sum, cell) => sum + cell.spans, 0),
          errors: cells.reduce((sum, cell) => sum + cell.errors, 0),
          shortest,
          longest,
        },
      ];
    });
}
