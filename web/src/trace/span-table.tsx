import { ArrowDown, ArrowUp } from "lucide-react";
import { useMemo } from "react";
import { formatCount, formatDuration, formatPercent } from "../lib/format.ts";
import type { ServiceColor } from "../lib/service-color.ts";
import { readParam } from "../lib/url-state.ts";
import { Service } from "../ui/text.tsx";
import { useFixedRows } from "../ui/use-fixed-rows.ts";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import {
  readSort,
  sortTotals,
  totalSpans,
  TOTALS_COLUMNS,
  type SpanTotals,
  type TotalsColumn,
} from "./span-totals.ts";
import type { TraceModel } from "./trace-model.ts";
import { ROW_PX } from "./waterfall-row.tsx";
import styles from "./span-table.module.css";

const HEADER_PX = 28;
const TITLES: Readonly<Record<TotalsColumn, string>> = {
  name: "Operation",
  count: "Spans",
  errors: "Errors",
  selfNs: "Self",
  totalNs: "Total",
  maxNs: "Longest",
};

interface SpanTableProps {
  readonly index: TraceModel;
  readonly colors: ReadonlyMap<string, ServiceColor>;
}

/** The trace by operation: where its time went. The same facts as the flame graph, to be read aloud and sorted. */
export function SpanTable({ index, colors }: SpanTableProps) {
  const { search, replace } = useUrl();
  const sort = readParam(search, "sort");
  const { by, sign } = readSort(sort);
  const sorted = useSorted(index, sort);
  const selfNs = sorted.reduce((sum, total) => sum + total.selfNs, 0);
  const { ref, first, end } = useFixedRows(sorted.length, ROW_PX, HEADER_PX);
  const shown = sorted.slice(first, end);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus
    <div ref={ref} className={styles.scroll} tabIndex={0} role="group" aria-label="Operations">
      <div
        role="table"
        aria-label="Operations of the trace"
        aria-rowcount={sorted.length + 1}
        className={styles.table}
      >
        <div role="row" aria-rowindex={1} className={styles.head}>
          {TOTALS_COLUMNS.map((column) => (
            <span
              key={column}
              role="columnheader"
              aria-sort={by === column ? sortWord(column, sign) : "none"}
            >
              <button
                type="button"
                onClick={() =>
                  replace({ sort: by === column && sign === 1 ? `-${column}` : column })
                }
              >
                {TITLES[column]}
                {by === column ? (
                  <SortMark isDown={sortWord(column, sign) === "descending"} />
                ) : null}
              </button>
            </span>
          ))}
        </div>
        <div role="rowgroup" className={styles.rows} style={{ height: sorted.length * ROW_PX }}>
          {shown.map((total, i) => (
            <TotalsRow
              key={`${total.service}\n${total.name}`}
              total={total}
              row={first + i}
              share={selfNs === 0 ? 0 : total.selfNs / selfNs}
              color={colors.get(total.service)}
              onFind={() => replace({ view: undefined, sort: undefined, find: total.name })}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function useSorted(index: TraceModel, sort: string): readonly SpanTotals[] {
  return useMemo(() => sortTotals(totalSpans(index), sort), [index, sort]);
}

function sortWord(column: TotalsColumn, sign: 1 | -1): "ascending" | "descending" {
  return (column === "name") === (sign === 1) ? "ascending" : "descending";
}

function SortMark({ isDown }: { readonly isDown: boolean }) {
  const Icon = isDown ? ArrowDown : ArrowUp;
  return <Icon size={12} aria-hidden="true" />;
}

interface TotalsRowProps {
  readonly total: SpanTotals;
  readonly row: number;
  /** Of the own time of all operations. */
  readonly share: number;
  readonly color: ServiceColor | undefined;
  readonly onFind: () => void;
}

/** A shorter line is a speck. */
const SHARE_SEEN_MIN = 0.02;

function TotalsRow({ total, row, share, color, onFind }: TotalsRowProps) {
  const { service, name, count, errors, selfNs, totalNs, maxNs } = total;
  return (
    <div
      role="row"
      aria-rowindex={row + 2}
      className={styles.row}
      style={{ transform: `translateY(${row * ROW_PX}px)` }}
      data-testid="totals-row"
    >
      <span role="cell" className={styles.operation}>
        <Service name={service} color={color} />
        <button type="button" title="Find these spans in the waterfall" onClick={onFind}>
          <OneLine text={name} />
        </button>
      </span>
      <span role="cell">{formatCount(count)}</span>
      <span role="cell" className={errors > 0 ? styles.errors : undefined}>
        {errors === 0 ? "–" : formatCount(errors)}
      </span>
      <span role="cell" className={styles.share}>
        {share < SHARE_SEEN_MIN ? null : (
          <span
            aria-hidden="true"
            className={styles.shareBar}
            style={{ width: `${share * 100}%` }}
          />
        )}
        <span title={`${formatPercent(share)} of the own time of all spans`}>
          {formatDuration(selfNs)}
        </span>
      </span>
      <span role="cell">{formatDuration(totalNs)}</span>
      <span role="cell">{formatDuration(maxNs)}</span>
    </div>
  );
}
