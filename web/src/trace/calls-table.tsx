import { Link } from "wouter";
import { formatCount, formatDuration, formatPercent } from "../lib/format.ts";
import shared from "../map/calls-table.module.css";
import { cx } from "../ui/cx.ts";
import { Service } from "../ui/text.tsx";
import { useUrl } from "../ui/use-url.ts";
import { nameOf, type CallsPartProps } from "./calls-drawing.tsx";
import { callHref } from "./calls-links.ts";
import styles from "./calls.module.css";

/** What the map draws, in rows: the calls that took most of the time first. */
export function CallsTable({ drawn, index, colors }: CallsPartProps) {
  const { search } = useUrl();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus
    <div
      className={styles.tableArea}
      tabIndex={0}
      role="group"
      aria-label="Calls, table"
      data-own-keys=""
    >
      <table className={cx(shared.table, styles.table)}>
        <caption className="visually-hidden">Who called whom in this trace</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Calls</th>
            <th scope="col">Errors</th>
            <th scope="col" title="Of the time of the trace: when at least one of them ran">
              Share of the time
            </th>
            <th scope="col">Together</th>
            <th scope="col">Longest</th>
          </tr>
        </thead>
        <tbody>
          {drawn.calls.map((calls) => (
            <tr key={nameOf(calls)} data-testid="call-row">
              <td>
                <Service name={calls.from} color={colors.get(calls.from)} />
              </td>
              <td>
                <Service name={calls.to} color={colors.get(calls.to)} />
              </td>
              <td>{formatCount(calls.calls)}</td>
              <td className={calls.errorCount === 0 ? styles.none : styles.failing}>
                {calls.errorCount === 0 ? "–" : formatCount(calls.errorCount)}
              </td>
              <td>{formatPercent(calls.timeShare)}</td>
              <td>{formatDuration(calls.totalNs)}</td>
              <td>
                <Link href={callHref(search, index, calls)} title="Open the longest of them">
                  {formatDuration(calls.maxNs)}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {drawn.calls.length === 0 ? (
        <p className={styles.note}>No service calls another in this trace.</p>
      ) : null}
    </div>
  );
}
