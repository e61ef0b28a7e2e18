import type { SqlRows } from "@throughline/query/wire";
import { toVisibleLine } from "../lib/visible-text.ts";
import { OneLine } from "../ui/visible-text.tsx";
import { useRowPx } from "../ui/density.ts";
import { useFixedRows } from "../ui/use-fixed-rows.ts";
import { isNumberType } from "./chart-data.ts";
import styles from "./sql.module.css";

const HEADER_PX = 40;
const COLUMN_MIN_PX = 140;
const TITLE_CHARS_MAX = 2000;

/** The rows of an answer; only those on the screen are in the page. */
export function ResultGrid({ result }: { readonly result: SqlRows }) {
  const { columns, rows } = result;
  const { ref, first, end } = useFixedRows(rows.length, useRowPx(), HEADER_PX);
  // Of one width whatever they hold, so that columns stand under their names.
  const shape = {
    gridTemplateColumns: `repeat(${columns.length}, minmax(${COLUMN_MIN_PX}px, 1fr))`,
    minWidth: columns.length * COLUMN_MIN_PX,
  };
  return (
    <div
      ref={ref}
      className={styles.grid}
      role="grid"
      aria-label="Result"
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      tabIndex={0}
      data-own-keys=""
    >
      <div role="row" aria-rowindex={1} className={styles.head} style={shape}>
        {columns.map(({ name, type }) => (
          <span key={name} role="columnheader" title={toVisibleLine(`${name} ${type}`)}>
            <b>
              <OneLine text={name} />
            </b>
            <i>{type}</i>
          </span>
        ))}
      </div>
      <div
        role="rowgroup"
        style={{ height: `calc(var(--row) * ${rows.length})`, position: "relative" }}
      >
        {rows.slice(first, end).map((row, i) => (
          <div
            key={first + i}
            role="row"
            aria-rowindex={first + i + 2}
            className={styles.row}
            style={{
              ...shape,
              transform: `translateY(calc(var(--row) * ${first + i}))`,
            }}
          >
            {row.map((value, column) => (
              <Cell
                key={columns[column]?.name ?? column}
                value={value}
                type={columns[column]?.type ?? ""}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function Cell({ value, type }: { readonly value: unknown; readonly type: string }) {
  const text = toText(value);
  return (
    <span
      role="gridcell"
      title={toVisibleLine(text, TITLE_CHARS_MAX)}
      data-number={isNumberType(type)}
      data-null={value === null}
    >
      <OneLine text={text} />
    </span>
  );
}

function toText(value: unknown): string {
  if (value === null) return "NULL";
  return typeof value === "string" ? value : JSON.stringify(value);
}
