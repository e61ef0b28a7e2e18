import { useMemo, useState } from "react";
import { EDGES_PX, Plot, type ChartLine } from "../charts/plot.tsx";
import { highestOf, niceMax } from "../charts/scale.ts";
import { formatMoment } from "../lib/format.ts";
import { msToNanos } from "../lib/nanos.ts";
import { absoluteRange, type TimeRange } from "../lib/time-range.ts";
import { OneLine } from "../ui/visible-text.tsx";
import type { Series } from "./chart-data.ts";
import { formatNumber } from "./format-number.ts";
import styles from "./sql.module.css";
import { useSize } from "../charts/use-size.ts";

/** One for each line that a chart may have. */
export const SERIES_TOKENS = [0, 1, 2, 3, 4, 5, 7, 8].map((at) => `--svc-${at}`);

interface SeriesChartProps {
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly onRange: (range: TimeRange) => void;
}

/** Around a single moment, so that it stands in the middle. */
const ALONE_MS = 30_000;

/** Lines over time, as high as there is room. Dragging chooses a range. */
export function SeriesChart({ times, series, onRange }: SeriesChartProps) {
  const [box, { widthPx, heightPx }] = useSize();
  const [hovered, setHovered] = useState<number>();
  const lines = useMemo(() => series.map(toLine), [series]);
  const values = useMemo(() => series.map((line) => line.values), [series]);
  const max = useMemo(() => niceMax(highestOf(values), 0), [values]);
  const min = useMemo(() => lowestOf(values), [values]);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const [fromMs, toMs] = first === last ? [first - ALONE_MS, last + ALONE_MS] : [first, last];
  return (
    <div ref={box} className={styles.plot}>
      <Plot
        {...{ times, lines, fromMs, toMs, max, min, widthPx, heightPx }}
        format={formatNumber}
        onRange={(from, to) => onRange(absoluteRange(from, to))}
        onHover={setHovered}
      />
      {hovered === undefined || times[hovered] === undefined ? null : (
        <Tip
          at={hovered}
          ms={times[hovered]}
          share={(times[hovered] - fromMs) / (toMs - fromMs)}
          series={series}
        />
      )}
    </div>
  );
}

function toLine({ label, values }: Series, at: number): ChartLine {
  return { label, values, token: SERIES_TOKENS[at] ?? "--muted", widthPx: 1.5 };
}

/** @returns 0 where nothing lies below it */
function lowestOf(all: readonly (readonly (number | null)[])[]): number {
  const below = all.map((values) => values.map((value) => -(value ?? 0)));
  const depth = highestOf(below);
  return depth === 0 ? 0 : -niceMax(depth, 0);
}

interface TipProps {
  readonly at: number;
  readonly ms: number;
  /** Of the width of the plot. */
  readonly share: number;
  readonly series: readonly Series[];
}

function Tip({ at, ms, share, series }: TipProps) {
  const moment = formatMoment(msToNanos(ms));
  const place =
    share < 0.5
      ? { left: `calc(${EDGES_PX.left}px + ${(share * 95).toFixed(2)}% + 12px)` }
      : { right: `calc(${EDGES_PX.right}px + ${((1 - share) * 95).toFixed(2)}% + 12px)` };
  return (
    <div className={styles.tip} style={place} aria-hidden="true">
      <b>
        {moment.date} {moment.clock}
      </b>
      {series.map(({ label, values }, line) => {
        const value = values[at] ?? null;
        return (
          <span key={label}>
            <span className={styles.swatch} style={{ background: `var(${SERIES_TOKENS[line]})` }} />
            <em>
              <OneLine text={label} />
            </em>
            <i>{value === null ? "–" : formatNumber(value)}</i>
          </span>
        );
      })}
    </div>
  );
}
