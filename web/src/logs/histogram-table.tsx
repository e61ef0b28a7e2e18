import { Table2 } from "lucide-react";
import { useId } from "react";
import { formatExact, formatMoment } from "../lib/format.ts";
import type { Histogram } from "../lib/histogram.ts";
import { msToNanos } from "../lib/nanos.ts";
import { SEVERITIES } from "../lib/severity.ts";
import controls from "../ui/controls.module.css";
import { cx } from "../ui/cx.ts";
import styles from "./logs.module.css";

/** The histogram's numbers, for those who cannot see it or want to copy them. */
export function HistogramTable({ histogram }: { readonly histogram: Histogram }) {
  const id = useId();
  const severities = SEVERITIES.toReversed().filter((severity) => histogram.totals.has(severity));
  return (
    <>
      <button
        type="button"
        className={cx(controls.icon, controls.small)}
        popoverTarget={id}
        aria-label="View as table"
        title="View as table"
      >
        <Table2 size={14} aria-hidden="true" />
      </button>
      <div id={id} popover="auto" className={styles.tablePopover} tabIndex={-1}>
        <table>
          <caption>Logs per {histogram.bucketMs / 1000} s</caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              {severities.map((severity) => (
                <th key={severity} scope="col">
                  {severity}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {histogram.bars.map((bar) => {
              const moment = formatMoment(msToNanos(bar.startMs));
              return (
                <tr key={bar.startMs}>
                  <th scope="row">
                    {moment.date} {moment.clock}
                  </th>
                  {severities.map((severity) => (
                    <td key={severity}>{formatExact(bar.counts.get(severity) ?? 0)}</td>
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
