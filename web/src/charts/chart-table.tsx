import { Table2 } from "lucide-react";
import { useId } from "react";
import { Link } from "wouter";
import { formatMinute, formatMoment } from "../lib/format.ts";
import { msToNanos } from "../lib/nanos.ts";
import controls from "../ui/controls.module.css";
import { cx } from "../ui/cx.ts";
import type { TimeChartProps } from "./time-chart.tsx";
import styles from "./charts.module.css";

function isWithin(atMs: number, middleMs: number, bucketMs: number): boolean {
  return atMs >= middleMs - bucketMs / 2 && atMs < middleMs + bucketMs / 2;
}

/** A chart's numbers and links, for those who cannot see it or want to copy them. */
export function ChartTable(props: TimeChartProps) {
  const { title, times, bucketMs, lines, dots = [], marks = [] } = props;
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
              {marks.length === 0 ? null : <th scope="col">Deployed</th>}
              {dots.length === 0 ? null : <th scope="col">Traces</th>}
            </tr>
          </thead>
          <tbody>
            {times.map((ms, at) => (
              <BucketRow key={ms} {...props} at={at} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** What one bucket holds: its values, the versions that came in it, its links. */
function BucketRow(props: TimeChartProps & { readonly at: number }) {
  const { times, bucketMs, lines, format, dots = [], marks = [], at } = props;
  const middleMs = times[at] ?? 0;
  const moment = formatMoment(msToNanos(middleMs - bucketMs / 2));
  const own = dots.filter(({ atMs }) => Math.abs(atMs - middleMs) <= bucketMs / 2);
  const deployed = marks.filter(({ atMs }) => isWithin(atMs, middleMs, bucketMs));
  return (
    <tr>
      <th scope="row">
        {moment.date} {moment.clock}
      </th>
      {lines.map(({ label, values }) => {
        const value = values[at] ?? null;
        return <td key={label}>{value === null ? "–" : format(value)}</td>;
      })}
      {marks.length === 0 ? null : (
        <td>
          {deployed.map(({ version, atMs }) => `${version}, ${formatMinute(atMs)}`).join("; ")}
        </td>
      )}
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
}
