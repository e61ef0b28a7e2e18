import type { TraceSummary } from "@throughline/query/wire";
import { formatDuration } from "../lib/format.ts";
import { parseNanos } from "../lib/nanos.ts";
import type { ServiceColor } from "../lib/service-color.ts";
import { cx } from "../ui/cx.ts";
import { colorStyle } from "../ui/text.tsx";
import { laneOf } from "./strip-lanes.ts";
import styles from "./traces.module.css";

interface TraceStripProps {
  readonly trace: TraceSummary;
  /** 0..1 of the longest trace of the list. */
  readonly share: number;
  readonly colors: ReadonlyMap<string, ServiceColor>;
}

/** Lanes of a strip; further services share the last one. */
const LANES = 4;
const LANE_PX = 5;

/** What each service did when, in the width of the trace; below it how long the trace is beside the others. */
export function TraceStrip({ trace, share, colors }: TraceStripProps) {
  const strip = trace.strip ?? [];
  const lanes = laneOf(strip, LANES);
  return (
    <span className={styles.strip} title={`${formatDuration(parseNanos(trace.durationNano))}`}>
      <span className={styles.lanes} aria-hidden="true">
        {strip.map(({ service, startFraction, widthFraction, isError }, at) => (
          <i
            // oxlint-disable-next-line react/no-array-index-key -- pieces have no identity beyond their place
            key={at}
            className={cx(styles.piece, isError && styles.failedPiece)}
            style={{
              ...colorOf(colors.get(service)),
              left: `${(startFraction * 100).toFixed(2)}%`,
              width: `${(widthFraction * 100).toFixed(2)}%`,
              top: (lanes.get(service) ?? 0) * LANE_PX,
            }}
          />
        ))}
      </span>
      <span className={styles.track} aria-hidden="true">
        <span
          className={cx(styles.bar, trace.errorCount > 0 && styles.failedBar)}
          style={{ width: `${Math.max(0.6, share * 100)}%` }}
        />
      </span>
    </span>
  );
}

function colorOf(color: ServiceColor | undefined): Record<string, string> {
  return color === undefined ? {} : colorStyle(color);
}
