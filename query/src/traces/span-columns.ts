/**
 * The rows of `column-spans` in `sql/trace.sql`. They come in no order: to sort fifty thousand rows with all their columns
 * takes ClickHouse four times as long as to read them, and here it is a sort of numbers.
 */
import { type WordColumn, longs, numbers, rawTexts, words } from "../clickhouse/columns-of.ts";
import { fromLeast, toNumbers } from "../clickhouse/long-numbers.ts";
import type { NativeTable } from "../clickhouse/native-columns.ts";
import { type Forest, growForest } from "./forest.ts";
import { ByteIds } from "./numbered-ids.ts";

/** By row, as they came. */
export interface SpanColumns {
  readonly count: number;
  readonly ids: ByteIds;
  /** Of the earliest, nanoseconds since 1970; 0 of no spans. */
  readonly firstStart: bigint;
  /** Since the earliest. */
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
  readonly service: WordColumn;
  readonly name: WordColumn;
  readonly kind: WordColumn;
  readonly host: WordColumn;
  readonly status: WordColumn;
  readonly eventCount: Uint32Array;
  readonly linkCount: Uint32Array;
}

export function readSpanColumns(table: NativeTable): SpanColumns {
  const { least, distances } = fromLeast(longs(table, "start"));
  return {
    count: table.rowCount,
    ids: new ByteIds(rawTexts(table, "spanId"), rawTexts(table, "parentSpanId")),
    firstStart: least,
    startNs: distances,
    durationNs: toNumbers(longs(table, "duration")),
    service: words(table, "service"),
    name: words(table, "name"),
    kind: words(table, "kind"),
    host: words(table, "host"),
    status: words(table, "status"),
    eventCount: numbers(table, "eventCount"),
    linkCount: numbers(table, "linkCount"),
  };
}

export interface Shaped {
  readonly forest: Forest;
  /** By position in reading order: the row of the span. */
  readonly rows: Uint32Array;
}

/** @param spansMax spans after these, by their start, are left out */
export function shapeOf(columns: SpanColumns, spansMax: number): Shaped {
  const { ids } = columns;
  const sorted = rowsByStart(columns).subarray(0, spansMax);
  const forest = growForest({
    spans: pick(ids.spans, sorted),
    parents: pick(ids.parents, sorted),
    count: ids.count,
    textOf: ids.textOf,
  });
  return { forest, rows: pick(sorted, forest.order) };
}

/** @returns a number of `column` for each of `rows`, which are no more than it has */
export function pick<Column extends Int32Array | Uint32Array | Float64Array>(
  column: Column,
  rows: Int32Array | Uint32Array,
): Column {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a slice of a column is such a column
  const picked = column.slice(0, rows.length) as Column;
  for (let at = 0; at < picked.length; at++) picked[at] = column[rows[at] ?? 0] ?? 0;
  return picked;
}

/** The order in which `assemble.ts` puts spans. */
function rowsByStart(columns: SpanColumns): Uint32Array {
  const { startNs } = columns;
  const rows = new Uint32Array(columns.count);
  for (let row = 0; row < rows.length; row++) rows[row] = row;
  return rows.sort((a, b) => (startNs[a] ?? 0) - (startNs[b] ?? 0) || compareKept(columns, a, b));
}

/** Of spans that start at once: by id, and of those with one id as `kept-first` in `sql/traces.sql` says. */
function compareKept(columns: SpanColumns, a: number, b: number): number {
  const { ids, durationNs } = columns;
  return (
    ids.compare(ids.spans[a] ?? -1, ids.spans[b] ?? -1) ||
    (durationNs[b] ?? 0) - (durationNs[a] ?? 0) ||
    Number(hasParent(columns, a)) - Number(hasParent(columns, b)) ||
    compareWord(columns.service, a, b) ||
    compareWord(columns.name, a, b) ||
    compareWord(columns.status, b, a) ||
    ids.compare(ids.parents[a] ?? -1, ids.parents[b] ?? -1) ||
    compareWord(columns.kind, a, b)
  );
}

function hasParent({ ids }: SpanColumns, row: number): boolean {
  return (ids.parents[row] ?? -1) >= 0;
}

function compareWord(column: WordColumn, a: number, b: number): number {
  const [one, other] = [wordAt(column, a), wordAt(column, b)];
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

export function wordAt(column: WordColumn, row: number): string {
  return column.words[column.codes[row] ?? -1] ?? "";
}
