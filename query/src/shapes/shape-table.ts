/** The rows of `spans` in `sql/shapes.sql`, trace by trace. */
import { longs, texts, words } from "../clickhouse/columns-of.ts";
import type { NativeTable } from "../clickhouse/native-columns.ts";
import { endOf } from "../params/nanos.ts";
import { growForest } from "../traces/forest.ts";
import { numberTexts } from "../traces/numbered-ids.ts";
import type { VerdictSpans } from "../traces/verdict.ts";
import type { StripSpans } from "./strip.ts";

/** Spans of one trace by position in reading order: of a repeated id only the one that is kept. */
export interface Shape extends VerdictSpans, StripSpans {
  /** Stored spans, repeated ones as well. */
  readonly rowCount: number;
  /** Nanoseconds since 1970: of the first start, of the last end. */
  readonly start: bigint;
  readonly end: bigint;
  /** The first span without a parent's id; undefined where all have one. */
  readonly root: { readonly service: string; readonly name: string } | undefined;
}

/** Pure. @param spansMax of one trace; the rows after them are left out, as the opened trace leaves them out */
export function readShapes(table: NativeTable, spansMax: number): ReadonlyMap<string, Shape> {
  const traceIds = texts(table, "traceId");
  const spanIds = texts(table, "spanId");
  const parentSpanIds = texts(table, "parentSpanId");
  const shapes = new Map<string, Shape>();
  let first = 0;
  for (let row = 1; row <= table.rowCount; row++) {
    if (row < table.rowCount && traceIds[row] === traceIds[first]) continue;
    const traceId = traceIds[first] ?? "";
    const to = Math.min(row, first + spansMax);
    const ids = [spanIds.slice(first, to), parentSpanIds.slice(first, to)] as const;
    shapes.set(traceId, { ...toShape(table, first, ids), rowCount: row - first });
    first = row;
  }
  return shapes;
}

/** @param first row of the trace, whose spans and their parents have these ids */
function toShape(
  table: NativeTable,
  first: number,
  [spanIds, parentSpanIds]: readonly [readonly string[], readonly string[]],
): Omit<Shape, "rowCount"> {
  const forest = growForest(numberTexts(spanIds, parentSpanIds));
  const starts = longs(table, "start");
  const durations = longs(table, "duration");
  const firstStart = starts[first] ?? 0n;
  const wordOf = (name: string): ((row: number) => string) => {
    const column = words(table, name);
    return (row) => column.words[column.codes[first + row] ?? -1] ?? "";
  };
  const word = (name: string): ((position: number) => string) => {
    const ofRow = wordOf(name);
    return (position) => ofRow(forest.order[position] ?? -1);
  };
  const statusOf = word("status");
  const lengthOf = (row: number): bigint => BigInt.asUintN(64, durations[row] ?? 0n);
  // Rows are in the order of their starts.
  const root = forest.order
    .filter((row) => parentSpanIds[row] === "")
    .reduce((least, row) => Math.min(least, row), spanIds.length);
  return {
    forest,
    start: firstStart,
    end: forest.order.reduce((last, row) => {
      const end = endOf(starts[first + row] ?? 0n, lengthOf(first + row));
      return end > last ? end : last;
    }, firstStart),
    root:
      root === spanIds.length
        ? undefined
        : { service: wordOf("service")(root), name: wordOf("name")(root) },
    startNs: Float64Array.from(forest.order, (row) =>
      Number((starts[first + row] ?? firstStart) - firstStart),
    ),
    durationNs: Float64Array.from(forest.order, (row) => Number(lengthOf(first + row))),
    serviceOf: word("service"),
    kindOf: word("kind"),
    spanIdOf: (position) => spanIds[forest.order[position] ?? -1] ?? "",
    // Older exporters wrote OTLP's enum names.
    isError: (position) => /^(?:Error|STATUS_CODE_ERROR)$/.test(statusOf(position)),
  };
}
