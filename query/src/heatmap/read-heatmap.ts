/** Counts of spans by time and duration, newest windows first, so that a limit leaves out the oldest. */
import { Type, type Static } from "typebox";
import { type Cost, addCosts, rowDecoder } from "../clickhouse/ask.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { isLimit, startDeadline } from "../search/deadline.ts";
import { type TraceFilters, traceWhere } from "../search/filters.ts";
import { bucketWidth } from "../search/histogram.ts";
import type { Searcher } from "../search/searcher.ts";
import { type TimeRange, both, clamp, inTime, rollupSeconds } from "../search/time-range.ts";
import { windowsNewestFirst } from "../search/windows.ts";
import { compose, loadSql } from "../sql/sql.ts";
import type { LatencyHeatmap } from "../wire.ts";

const SQL = loadSql("heatmap.sql", ["cells", "roots"]);

/** Bands of duration to a power of ten. */
const BANDS = 16;
/** 500 columns of 20 powers of ten. */
const CELLS_MAX = 200_000;
/** Six hours: what is counted at once is worth a query. */
const FIRST_WINDOW_STEP = 2;

export interface HeatmapQuestion {
  readonly filters: TraceFilters;
  readonly range: TimeRange;
  readonly rootsOnly: boolean;
  /** How many columns fit; the answer has at most one more. */
  readonly bucketsMax: number;
}

const CellSchema = Type.Object({
  x: Type.String(),
  y: Type.Number(),
  spans: Type.String(),
  errors: Type.String(),
});
type CellRow = Static<typeof CellSchema>;
const cellRows = rowDecoder(CellSchema);

export async function readHeatmap(
  searcher: Searcher,
  question: HeatmapQuestion,
  signal: AbortSignal,
): Promise<LatencyHeatmap> {
  const { range } = question;
  const bucketSeconds = bucketWidth(range, question.bucketsMax);
  const width = BigInt(bucketSeconds) * NANOS_PER_SECOND;
  const first = clamp(range.from) / width;
  const deadline = startDeadline(searcher.limits.searchTimeMs);
  const rows: CellRow[] = [];
  const costs: Cost[] = [];
  let reason: string | undefined;
  for (const window of windowsNewestFirst(range, "count", FIRST_WINDOW_STEP)) {
    if (window.to < range.to && deadline.isOver()) {
      reason = deadline.reason(window.to);
      break;
    }
    try {
      const where = both(inTime(window), traceWhere(question.filters));
      const roots = question.rootsOnly ? [SQL.roots] : [];
      // oxlint-disable-next-line no-await-in-loop -- newest first, and no further than the time allows
      const answer = await searcher.asker.ask({
        sql: compose(SQL.cells, [...where.conditions, ...roots]),
        params: {
          ...where.params,
          from_seconds: String((first * width) / NANOS_PER_SECOND),
          bucket_seconds: rollupSeconds(bucketSeconds),
          limit: CELLS_MAX,
        },
        rows: cellRows,
        signal,
        timeMs: deadline.remainingMs(),
      });
      rows.push(...answer.rows);
      costs.push(answer.cost);
    } catch (error) {
      if (!isLimit(error)) throw error;
      reason = deadline.reason(window.to);
      break;
    }
  }
  return {
    fromUnixNano: String(first * width),
    bucketSeconds,
    columns: Number((clamp(range.to) - 1n) / width - first) + 1,
    ...layCells(rows),
    meta: {
      elapsedMs: performance.now() - deadline.started,
      ...addCosts(costs),
      complete: reason === undefined,
      ...(reason === undefined ? {} : { reason }),
    },
  };
}

/** Pure: bands from the shortest to the longest that occur, and the cells in them, summed where windows met in a column. */
function layCells(rows: readonly CellRow[]): Pick<LatencyHeatmap, "rows" | "cells"> {
  const bands = rows.map((row) => row.y);
  const lowest = bands.reduce((least, band) => Math.min(least, band), Infinity);
  const highest = bands.reduce((most, band) => Math.max(most, band), -Infinity);
  if (rows.length === 0) return { rows: [], cells: [] };
  const cells = new Map<string, LatencyHeatmap["cells"][number]>();
  for (const { x, y, spans, errors } of rows) {
    const before = cells.get(`${x} ${y}`);
    cells.set(`${x} ${y}`, {
      column: Number(x),
      row: y - lowest,
      spans: (before?.spans ?? 0) + Number(spans),
      errors: (before?.errors ?? 0) + Number(errors),
    });
  }
  return {
    rows: Array.from({ length: highest - lowest + 1 }, (_, index) => ({
      fromNano: bandStart(lowest + index),
      toNano: bandStart(lowest + index + 1),
    })),
    cells: [...cells.values()].toSorted((a, b) => a.column - b.column || a.row - b.row),
  };
}

/** The first nanosecond of a band; band 0 has the empty durations, too. */
function bandStart(band: number): string {
  return band === 0 ? "0" : String(BigInt(Math.ceil(10 ** (band / BANDS))));
}
