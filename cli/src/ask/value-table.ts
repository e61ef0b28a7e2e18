/** Rows of any columns as a table: numbers to the right, everything else to the left. */
import { inert } from "./inert-text.ts";
import { truncate, widthOf } from "./text-width.ts";
import type { ListOptions } from "./trace-list.ts";

interface Column {
  readonly name: string;
  readonly type: string;
}

/** In a terminal; elsewhere a value is whole. */
const CELL_COLUMNS_MAX = 60;

/** @returns a heading, and one line for each row */
export function* tableLines(
  columns: readonly Column[],
  rows: readonly (readonly unknown[])[],
  { width, palette }: ListOptions,
): Generator<string> {
  const cells = rows.map((row) =>
    columns.map((_, index) => {
      const text = inert(textOf(row[index]));
      return width === undefined ? text : truncate(text, CELL_COLUMNS_MAX);
    }),
  );
  const widths = columns.map(({ name }, index) =>
    cells.reduce((most, row) => Math.max(most, widthOf(row[index] ?? "")), widthOf(inert(name))),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => {
        const blank = " ".repeat(Math.max(0, (widths[index] ?? 0) - widthOf(text)));
        return isNumber(columns[index]) ? blank + text : text + blank;
      })
      .join("  ")
      .trimEnd();
  yield palette.faint(line(columns.map(({ name }) => inert(name))));
  for (const row of cells) yield line(row);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isNumber(column: Column | undefined): boolean {
  return /^(?:Nullable\()?(?:U?Int|Float|Decimal)/.test(column?.type ?? "");
}
