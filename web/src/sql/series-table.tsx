import { Table2 } from "lucide-react";
import { useId } from "react";
import { formatMoment } from "../lib/format.ts";
import { msToNanos } from "../lib/nanos.ts";
import controls from "../ui/controls.module.css";
import { cx } from "../ui/cx.ts";
import { OneLine } from "../ui/visible-text.tsx";
import type { Series } from "./chart-data.ts";
import styles from "./sql.module.css";

interface SeriesTableProps {
  readonly times: readonly number[];
  readonly series: readonly Series[];
}

/** Rows of the table; the grid has the others. */
const ROWS_MAX = 500;

/** The numbers of the chart, for those who cannot see it. */
export function SeriesTable({ times, series }: SeriesTableProps) {
  const id = useId();
  return (
    <>
      <button
        type="button"
        className={cx(controls.icon, controls.small)}
        popoverTarget={id}
        aria-label="The chart as a table"
        title="View as table"
      >
        <Table2 size={14} aria-hidden="true" />
      </button>
      {/* oxlint-disable jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus */}
      <div
        id={id}
        popover="auto"
        className={styles.table}
        tabIndex={0}
        role="group"
        aria-label="The chart as a table"
      >
        <table>
          <caption>
            {times.length > ROWS_MAX ? `The first ${ROWS_MAX} times of the chart` : "The chart"}
          </caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              {series.map(({ label }) => (
                <th key={label} scope="col">
                  <OneLine text={label} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {times.slice(0, ROWS_MAX).map((ms, at) => {
              const moment = formatMoment(msToNanos(ms));
              return (
                <tr key={ms}>
                  <th scope="row">
                    {moment.date} {moment.clock}
                  </th>
                  {series.map(({ label, values }) => (
                    <td key={label}>{values[at] ?? "–"}</td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}
