import { useMemo, useState, type ReactNode } from "react";
import { Link } from "wouter";
import { absoluteRange, type TimeRange } from "../lib/time-range.ts";
import { formatMinute, formatMoment } from "../lib/format.ts";
import { msToNanos } from "../lib/nanos.ts";
import { cx } from "../ui/cx.ts";
import { ChartTable } from "./chart-table.tsx";
import { placeFlags } from "./flag-lanes.ts";
import { EDGES_PX, Plot, type ChartLine } from "./plot.tsx";
import { highestOf, niceMax, thinOut } from "./scale.ts";
import { useWidth } from "./use-width.ts";
import styles from "./charts.module.css";

/** A moment of a chart that leads to one request. */
export interface ChartDot {
  readonly kind: "failed" | "slow";
  readonly atMs: number;
  /** On the chart's axis; what is higher stands at the top. */
  readonly value: number;
  readonly href: string;
  /** What it is, for whom does not see where it stands: `failed POST /pay, 318 ms`. */
  readonly words: string;
}

/** A version that came. */
export interface ChartMark {
  readonly atMs: number;
  /** What can be shown as it is: `2.0 in staging`. */
  readonly version: string;
}

export interface TimeChartProps {
  readonly title: string;
  /** The chart in words; always read, also by whom sees the chart. */
  readonly summary: ReactNode;
  /** Middles of the buckets, unix milliseconds. */
  readonly times: readonly number[];
  readonly bucketMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly lines: readonly ChartLine[];
  readonly format: (value: number) => string;
  /** The axis is at least this high. */
  readonly leastMax: number;
  /** In the order of their importance: where there is no room for all, the first ones are shown. */
  readonly dots?: readonly ChartDot[];
  /** In the order of time. */
  readonly marks?: readonly ChartMark[];
  readonly onRange: (range: TimeRange) => void;
}

const HEIGHT_PX = 164;
const NO_DOTS: readonly ChartDot[] = [];
const NO_MARKS: readonly ChartMark[] = [];

/**
 * A chart over time: in words, as lines, as a table; with links to single requests. Dragging over it chooses a range,
 * the range control is the keyboard's way.
 */
export function TimeChart(props: TimeChartProps) {
  const { title, summary, times, lines, fromMs, toMs, format, leastMax } = props;
  const { dots = NO_DOTS, marks = NO_MARKS, onRange } = props;
  const [box, widthPx] = useWidth();
  const [hovered, setHovered] = useState<number>();
  const max = useMemo(
    () => niceMax(highestOf(lines.map(({ values }) => values)), leastMax),
    [lines, leastMax],
  );
  return (
    <figure className={styles.chart} aria-label={title}>
      <figcaption className={styles.caption}>
        <h2>{title}</h2>
        <span className={styles.summary}>{summary}</span>
        <ChartTable {...props} />
      </figcaption>
      <div ref={box} className={styles.plot} style={{ height: HEIGHT_PX }}>
        <Plot
          {...{ times, lines, fromMs, toMs, max, widthPx, format }}
          heightPx={HEIGHT_PX}
          onRange={(from, to) => onRange(absoluteRange(from, to))}
          onHover={setHovered}
        />
        <div
          className={styles.over}
          style={{
            top: EDGES_PX.top,
            right: EDGES_PX.right,
            bottom: EDGES_PX.bottom,
            left: EDGES_PX.left,
          }}
        >
          <Marks marks={marks} {...{ fromMs, toMs, widthPx }} />
          <Dots dots={dots} {...{ fromMs, toMs, max, widthPx }} />
          {hovered === undefined ? null : <Tip {...props} at={hovered} />}
        </div>
      </div>
    </figure>
  );
}

function share(ms: number, fromMs: number, toMs: number): number {
  return Math.min(1, Math.max(0, (ms - fromMs) / Math.max(1, toMs - fromMs)));
}

function percent(part: number): string {
  return `${(part * 100).toFixed(3)}%`;
}

interface MarksProps {
  readonly marks: readonly ChartMark[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly widthPx: number;
}

const DEPLOYED = "deployed ";

/** Each a line with its words, which whom does not see the axis hears with their time. */
function Marks({ marks, fromMs, toMs, widthPx }: MarksProps) {
  const plotPx = widthPx - EDGES_PX.left - EDGES_PX.right;
  const flags = marks.map(({ atMs, version }) => ({
    x: share(atMs, fromMs, toMs),
    chars: DEPLOYED.length + version.length,
  }));
  const places = placeFlags(flags, plotPx);
  return marks.map(({ atMs, version }, i) => {
    const { lane, isLeft } = places[i] ?? { lane: undefined, isLeft: false };
    const time = formatMinute(atMs);
    return (
      <span
        key={`${atMs} ${version}`}
        className={cx(styles.mark, isLeft && styles.markLeft)}
        style={{ left: percent(flags[i]?.x ?? 0), "--lane": lane ?? 0 }}
        data-testid="deploy-mark"
      >
        <span
          className={lane === undefined ? "visually-hidden" : styles.flag}
          title={`${DEPLOYED}${version}, ${time}`}
        >
          {DEPLOYED}
          {version}
          <span className="visually-hidden">, {time}</span>
        </span>
      </span>
    );
  });
}

interface DotsProps {
  readonly dots: readonly ChartDot[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly max: number;
  readonly widthPx: number;
}

function Dots({ dots, fromMs, toMs, max, widthPx }: DotsProps) {
  const shown = useMemo(() => {
    const spots = dots.map(({ atMs, value }) => ({
      x: share(atMs, fromMs, toMs),
      y: Math.min(1, Math.max(0, value / max)),
    }));
    const size = {
      widthPx: widthPx - EDGES_PX.left - EDGES_PX.right,
      heightPx: HEIGHT_PX - EDGES_PX.top - EDGES_PX.bottom,
    };
    return thinOut(spots, size).flatMap((at) => {
      const [dot, spot] = [dots[at], spots[at]];
      return dot === undefined || spot === undefined ? [] : [{ dot, spot }];
    });
  }, [dots, fromMs, toMs, max, widthPx]);
  if (widthPx === 0 || shown.length === 0) return null;
  const inTime = shown.toSorted((a, b) => a.dot.atMs - b.dot.atMs);
  return (
    <ul aria-label="Example traces">
      {inTime.map(({ dot, spot }) => (
        <li key={dot.href + dot.kind}>
          <Link
            href={dot.href}
            className={styles.dot}
            style={{ left: percent(spot.x), bottom: percent(spot.y) }}
            title={dot.words}
            aria-label={dot.words}
            data-testid={`exemplar-${dot.kind}`}
          >
            <Symbol kind={dot.kind} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Told apart by shape as well as by colour: what failed is a square, what was slow a circle. */
function Symbol({ kind }: { readonly kind: ChartDot["kind"] }) {
  return (
    <svg width={10} height={10} viewBox="0 0 10 10" aria-hidden="true">
      {kind === "failed" ? (
        <rect x={1} y={1} width={8} height={8} className={styles.failed} />
      ) : (
        <circle cx={5} cy={5} r={3.75} className={styles.slow} />
      )}
    </svg>
  );
}

/** What the moment under the pointer says. */
function Tip({ times, fromMs, toMs, lines, format, at }: TimeChartProps & { readonly at: number }) {
  const ms = times[at];
  if (ms === undefined) return null;
  const x = share(ms, fromMs, toMs);
  const place = x < 0.5 ? { left: `calc(${percent(x)} + 10px)` } : { right: percent(1 - x + 0.03) };
  return (
    <>
      <span className={styles.cross} style={{ left: percent(x) }} aria-hidden="true" />
      <span className={styles.tip} style={place} aria-hidden="true">
        <b>{formatMoment(msToNanos(ms)).clock}</b>
        {lines.map((line) => {
          const value = line.values[at] ?? null;
          return (
            <span key={line.label}>
              {line.label}
              <i>{value === null ? "–" : format(value)}</i>
            </span>
          );
        })}
      </span>
    </>
  );
}
