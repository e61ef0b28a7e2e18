/** The rows of `spans` in `sql/shapes.sql`, trace by trace. */
import { longs, texts, words } from "../clickhouse/columns-of.ts";
import type { NativeTable } from "../clickhouse/native-columns.ts";
import type { SkewSpans } from "../traces/clock-skew.ts";
import { growForest } from "../traces/forest.ts";
import { numberTexts } from "../traces/numbered-ids.ts";
import type { StripSpans } from "./strip.ts";

/** Spans of one trace by position in reading order: of a repeated id only the one that is kept. */
export interface Shape extends SkewSpans, StripSpans {
  /** Stored spans, repeated ones as well. */
  readonly rowCount: number;
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
): SkewSpans & StripSpans {
  const forest = growForest(numberTexts(spanIds, parentSpanIds));
  const starts = longs(table, "start");
  const durations = longs(table, "duration");
  const firstStart = starts[first] ?? 0n;
  const rowOf = (position: number): number => first + (forest.order[position] ?? 0);
  const word = (name: string): ((position: number) => string) => {
    const column = words(table, name);
    return (position) => column.words[column.codes[rowOf(position)] ?? -1] ?? "";
  };
  const statusOf = word("status");
  return {
    forest,
    startNs: Float64Array.from(forest.order, (row) =>
      Number((starts[first + row] ?? firstStart) - firstStart),
    ),
    durationNs: Float64Array.from(forest.order, (row) =>
      Number(BigInt.asUintN(64, durations[first + row] ?? 0n)),
    ),
    serviceOf: word("service"),
    kindOf: word("kind"),
    hostOf: word("host"),
    spanIdOf: (position) => spanIds[forest.order[position] ?? -1] ?? "",
    // Older exporters wrote OTLP's enum names.
    isError: (position) => /^(?:Error|STATUS_CODE_ERROR)$/.test(statusOf(position)),
  };
}
