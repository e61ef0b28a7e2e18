import { Table2 } from "lucide-react";
import { useId } from "react";
import { Link } from "wouter";
import { formatMoment } from "../lib/format.ts";
import { msToNanos } from "../lib/nanos.ts";
import controls from "../ui/controls.module.css";
import { cx } from "../ui/cx.ts";
import type { TimeChartProps } from "./time-chart.tsx";
import styles from "./charts.module.css";

/** A chart's numbers and links, for those who cannot see it or want to copy them. */
export function ChartTable(props: TimeChartProps) {
  const { title, times, bucketMs, lines, format, dots = [] } = props;
  const id = useId();
  const label = `${title}: view as table`;
  return (
    <>
      <button
        type="button"
        className={cx(controls.icon, controls.small)}
        popoverTarget={id}
        aria-label={label}
        title="View as table"
      >
        <Table2 size={14} aria-hidden="true" />
      </button>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus */}
      <div
        id={id}
        popover="auto"
        className={styles.table}
        tabIndex={0}
        role="group"
        aria-label={title}
      >
        <table>
          <caption>
            {title}, every {bucketMs / 1000} s
          </caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              {lines.map(({ label: name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              {dots.length === 0 ? null : <th scope="col">Traces</th>}
            </tr>
          </thead>
          <tbody>
            {times.map((ms, at) => {
              const moment = formatMoment(msToNanos(ms - bucketMs / 2));
              const own = dots.filter(({ atMs }) => Math.abs(atMs - ms) <= bucketMs / 2);
              return (
                <tr key={ms}>
                  <th scope="row">
                    {moment.date} {moment.clock}
                  </th>
                  {lines.map(({ label: name, values }) => {
                    const value = values[at] ?? null;
                    return <td key={name}>{value === null ? "–" : format(value)}</td>;
                  })}
                  {dots.length === 0 ? null : (
                    <td>
                      {own.map(({ href, words, kind }) => (
                        <Link key={href + kind} href={href} title={words}>
                          {kind}
                        </Link>
                      ))}
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}
