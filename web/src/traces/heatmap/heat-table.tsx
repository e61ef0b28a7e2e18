import { Table2 } from "lucide-react";
import { useId } from "react";
import { formatDuration, formatExact } from "../../lib/format.ts";
import controls from "../../ui/controls.module.css";
import { cx } from "../../ui/cx.ts";
import { type Band, type Heat, summariseColumns } from "./heat.ts";
import styles from "./heatmap.module.css";
import { clockOf, dayOf, roundDuration } from "./words.ts";

/** The heatmap's numbers, for those who cannot see it or want to copy them. */
export function HeatTable({ heat }: { readonly heat: Heat }) {
  const id = useId();
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
          <caption>Spans per {roundDuration(heat.bucketMs * 1e6)}</caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">Spans</th>
              <th scope="col">With errors</th>
              <th scope="col">Shortest</th>
              <th scope="col">Longest</th>
            </tr>
          </thead>
          <tbody>
            {summariseColumns(heat).map(({ startMs, spans, errors, shortest, longest }) => (
              <tr key={startMs}>
                <th scope="row">
                  {dayOf(startMs)} {clockOf(startMs)}
                </th>
                <td>{formatExact(spans)}</td>
                <td>{formatExact(errors)}</td>
                <td>{bandWords(shortest)}</td>
                <td>{bandWords(longest)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function bandWords({ fromNs, toNs }: Band): string {
  return `${formatDuration(fromNs)} – ${formatDuration(toNs)}`;
}
