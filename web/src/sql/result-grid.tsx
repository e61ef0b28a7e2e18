import type { SqlRows } from "@throughline/query/wire";
import { OneLine } from "../ui/visible-text.tsx";
import { useRowPx } from "../ui/density.ts";
import { useFixedRows } from "../ui/use-fixed-rows.ts";
import { isNumberType } from "./chart-data.ts";
import styles from "./sql.module.css";

const HEADER_PX = 40;

/** The rows of an answer; only those on the screen are in the page. */
export function ResultGrid({ result }: { readonly result: SqlRows }) {
  const { columns, rows } = result;
  const { ref, first, end } = useFixedRows(rows.length, useRowPx(), HEADER_PX);
  const template = `repeat(${columns.length}, minmax(140px, 1fr))`;
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
      <div
        role="row"
        aria-rowindex={1}
        className={styles.head}
        style={{ gridTemplateColumns: template }}
      >
        {columns.map(({ name, type }) => (
          <span key={name} role="columnheader" title={`${name} ${type}`}>
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
              gridTemplateColumns: template,
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
      title={text.slice(0, 2000)}
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
