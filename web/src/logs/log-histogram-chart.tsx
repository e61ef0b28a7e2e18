import { RotateCw } from "lucide-react";
import { useMemo, useRef, useState, type PointerEvent } from "react";
import { useLogHistogram } from "../api/queries.ts";
import { formatExact } from "../lib/format.ts";
import { barAt, histogramPaths, timeTicks, toHistogram, type Histogram } from "../lib/histogram.ts";
import { SEVERITIES } from "../lib/severity.ts";
import { absoluteRange, type TimeRange } from "../lib/time-range.ts";
import { logHistogramSql } from "../sql/log-sql.ts";
import { SqlLinkIcon } from "../traces/sql-link-icon.tsx";
import controls from "../ui/controls.module.css";
import { cx } from "../ui/cx.ts";
import text from "../ui/text.module.css";
import { HistogramTable } from "./histogram-table.tsx";
import { useInEnvironment } from "../ui/use-environment.ts";
import styles from "./logs.module.css";

interface LogHistogramChartProps {
  /** The filter. */
  readonly q: string;
  readonly range: TimeRange;
  readonly onRange: (range: TimeRange) => void;
}

/** The chart's own units; it is stretched to the width there is. */
const SIZE = { width: 1200, height: 56 };

/** Logs over time by severity. Dragging over it chooses a time range; the range control is the keyboard's way. */
export function LogHistogramChart({ q, range, onRange }: LogHistogramChartProps) {
  const asked = useInEnvironment(q, "logs");
  const query = useLogHistogram(q, range);
  const { data } = query;
  const histogram = useMemo(
    () => (data === undefined ? undefined : toHistogram(data.counts, data.range)),
    [data],
  );
  return (
    <figure className={styles.chart} aria-label="Logs over time by severity">
      <figcaption className={styles.legend}>
        {query.isError ? (
          <NotCounted error={query.error} onRetry={() => void query.refetch()} />
        ) : histogram === undefined ? (
          <span>Counting…</span>
        ) : (
          <>
            <Legend histogram={histogram} reason={data?.counts.meta.reason} />
            <SqlLinkIcon
              sql={logHistogramSql(asked, histogram.bucketMs / 1000)}
              range={range}
              what="the histogram"
            />
          </>
        )}
      </figcaption>
      {histogram === undefined || query.isError ? (
        <div className={styles.plot} />
      ) : (
        <Plot histogram={histogram} onRange={onRange} />
      )}
    </figure>
  );
}

interface NotCountedProps {
  readonly error: Error;
  readonly onRetry: () => void;
}

function NotCounted({ error, onRetry }: NotCountedProps) {
  return (
    <>
      <span role="alert" className={styles.cut}>
        Not counted: {error.message}
      </span>
      <button type="button" className={cx(controls.button, styles.recount)} onClick={onRetry}>
        <RotateCw size={13} aria-hidden="true" /> Try again
      </button>
    </>
  );
}

interface LegendProps {
  readonly histogram: Histogram;
  /** Why not all was counted; undefined when it was. */
  readonly reason: string | undefined;
}

/** The chart in words: exact counts by severity, and the table for those who cannot see it. */
function Legend({ histogram, reason }: LegendProps) {
  const total = [...histogram.totals.values()].reduce((sum, count) => sum + count, 0);
  return (
    <>
      <span>
        <b>{formatExact(total)}</b> logs
      </span>
      {SEVERITIES.toReversed().map((severity) => {
        const count = histogram.totals.get(severity) ?? 0;
        if (count === 0) return null;
        return (
          <span key={severity} className={cx(styles.legendItem, text[severity])}>
            <i aria-hidden="true" /> {severity === "UNSET" ? "no severity" : severity.toLowerCase()}{" "}
            {formatExact(count)}
          </span>
        );
      })}
      {reason === undefined ? null : (
        <span className={styles.cut} title={reason}>
          {reason}
        </span>
      )}
      <HistogramTable histogram={histogram} />
    </>
  );
}

interface PlotProps {
  readonly histogram: Histogram;
  readonly onRange: (range: TimeRange) => void;
}

/** Shares of the width. */
interface Drag {
  readonly from: number;
  readonly to: number;
}

function Plot({ histogram, onRange }: PlotProps) {
  const ref = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag>();
  const [hover, setHover] = useState<number>();
  const paths = useMemo(() => histogramPaths(histogram, SIZE), [histogram]);
  const toMs = (share: number) => histogram.fromMs + share * (histogram.toMs - histogram.fromMs);
  const shareOf = (event: PointerEvent) => {
    const box = ref.current?.getBoundingClientRect();
    return box === undefined ? 0 : Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const finish = () => {
    if (drag !== undefined && Math.abs(drag.to - drag.from) > 0.005) {
      const [from, to] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
      onRange(absoluteRange(toMs(from), toMs(to)));
    }
    setDrag(undefined);
  };
  const bar = hover === undefined ? undefined : barAt(histogram, toMs(hover));
  return (
    <div
      ref={ref}
      className={styles.plot}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ from: shareOf(event), to: shareOf(event) });
      }}
      onPointerMove={(event) => {
        setHover(shareOf(event));
        if (drag !== undefined) setDrag({ from: drag.from, to: shareOf(event) });
      }}
      onPointerUp={finish}
      onPointerLeave={() => setHover(undefined)}
    >
      <svg
        viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {[...paths].map(([severity, path]) => (
          <path key={severity} d={path} className={text[severity]} fill="var(--sev)" />
        ))}
      </svg>
      {drag === undefined ? null : (
        <span
          className={styles.drag}
          style={{
            left: `${Math.min(drag.from, drag.to) * 100}%`,
            width: `${Math.abs(drag.to - drag.from) * 100}%`,
          }}
        />
      )}
      {bar === undefined || hover === undefined ? null : (
        <span
          className={styles.tip}
          style={
            hover < 0.5
              ? { left: `calc(${hover * 100}% + 12px)` }
              : { right: `calc(${(1 - hover) * 100}% + 12px)` }
          }
        >
          {clock(bar.startMs, true)} · {formatExact(bar.total)} logs
        </span>
      )}
      <Axis histogram={histogram} />
    </div>
  );
}

const DAY_MS = 86_400_000;

function clock(ms: number, seconds: boolean): string {
  return new Date(ms).toLocaleTimeString("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
  });
}

function Axis({ histogram }: { readonly histogram: Histogram }) {
  const width = histogram.toMs - histogram.fromMs;
  const label = (ms: number) =>
    width > 2 * DAY_MS
      ? new Date(ms).toLocaleDateString("en-GB", { day: "2-digit", month: "short" })
      : clock(ms, width < 10 * 60_000);
  return (
    <div className={styles.axis} aria-hidden="true">
      {timeTicks(histogram.fromMs, histogram.toMs, 10).map((ms) => (
        <span key={ms} style={{ left: `${((ms - histogram.fromMs) / width) * 100}%` }}>
          {label(ms)}
        </span>
      ))}
    </div>
  );
}
