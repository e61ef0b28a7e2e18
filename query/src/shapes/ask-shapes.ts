/** The spans of listed traces, asked for in one statement. */
import type { Cost } from "../clickhouse/ask.ts";
import type { Searcher } from "../search/searcher.ts";
import { inRanges } from "../search/time-range.ts";
import { compose, loadSql } from "../sql/sql.ts";
import { type TraceWindow, spanRange } from "../traces/trace-window.ts";
import { type Shape, readShapes } from "./shape-table.ts";

const SQL = loadSql("shapes.sql", ["spans"]);
const TRACES_SQL = loadSql("traces.sql", ["kept-first"]);

export interface ShapeReading {
  readonly searcher: Searcher;
  readonly signal: AbortSignal;
  /** Grows by what each query cost. */
  readonly costs: Cost[];
}

export interface AskedShapes {
  /** By trace id; without those that have no span. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** False when there are more spans than `summarySpansMax`: then the last of the traces are left out. */
  readonly isWhole: boolean;
}

export async function askShapes(
  { searcher, signal, costs }: ShapeReading,
  traces: readonly (readonly [traceId: string, window: TraceWindow])[],
): Promise<AskedShapes> {
  const { summarySpansMax, traceSpansMax } = searcher.limits;
  const where = inRanges(traces.map(([, window]) => spanRange(window)));
  const { table, cost } = await searcher.asker.askTable({
    sql: compose(SQL.spans, where.conditions, { "kept-first": TRACES_SQL["kept-first"] }),
    params: {
      ...where.params,
      trace_ids: traces.map(([traceId]) => traceId),
      limit: summarySpansMax + 1,
    },
    signal,
    withoutTimeIndex: true,
  });
  costs.push(cost);
  const shapes = new Map(readShapes(table, traceSpansMax));
  const isWhole = table.rowCount <= summarySpansMax;
  // The last one may not be whole.
  const last = [...shapes.keys()].at(-1);
  if (!isWhole && last !== undefined) shapes.delete(last);
  return { shapes, isWhole };
}
