import type { ReactNode } from "react";
import { formatDuration } from "../lib/format.ts";
import { cx } from "../ui/cx.ts";
import { toFraction, type TimeScale } from "./time-scale.ts";
import styles from "./waterfall.module.css";

interface TimeRulerProps {
  readonly scale: TimeScale;
  readonly ticks: readonly number[];
  /** The handle between the columns. */
  readonly children: ReactNode;
}

/** The head of the waterfall: column names, and time since the trace's start. */
export function TimeRuler({ scale, ticks, children }: TimeRulerProps) {
  return (
    <div role="row" aria-rowindex={1} className={cx(styles.row, styles.head)}>
      <span role="columnheader" className={styles.headName}>
        Span
        {children}
      </span>
      <span role="columnheader" className={styles.headNumber}>
        Duration
      </span>
      <span
        role="columnheader"
        className={cx(styles.headNumber, styles.self)}
        title="Own time, not covered by children"
      >
        Self
      </span>
      <span role="columnheader" className={styles.ruler}>
        <span className="visually-hidden">Timeline</span>
        {ticks.map((ns) => (
          <span
            key={ns}
            aria-hidden="true"
            className={styles.tick}
            style={{ left: `${toFraction(scale, ns) * 100}%` }}
          >
            {labelOf(ns, scale)}
          </span>
        ))}
      </span>
    </div>
  );
}

/** Right at the edge there is no room for words; the line still stands. */
function labelOf(ns: number, scale: TimeScale): string {
  if (toFraction(scale, ns) > 0.93) return "";
  return ns === 0 ? "0" : formatDuration(ns);
}
