import type { LogHistogram } from "@throughline/query/wire";
import { nanosToMs, parseNanos } from "./nanos.ts";
import { isSeverity, SEVERITIES, type Severity } from "./severity.ts";

export interface HistogramBar {
  readonly startMs: number;
  readonly total: number;
  readonly counts: ReadonlyMap<Severity, number>;
}

export interface Histogram {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
  /** The highest bar, at least 1, so that it can divide. */
  readonly max: number;
  readonly bars: readonly HistogramBar[];
  readonly totals: ReadonlyMap<Severity, number>;
}

/** @param range what was asked for: the axis covers it even where nothing was found */
export function toHistogram(
  answer: LogHistogram,
  range: { readonly fromMs: number; readonly toMs: number },
): Histogram {
  const totals = new Map<Severity, number>();
  const bars = answer.buckets.map((bucket) => {
    const counts = new Map<Severity, number>();
    let total = 0;
    for (const [name, count] of Object.entries(bucket.counts)) {
      const severity = isSeverity(name) ? name : "UNSET";
      counts.set(severity, (counts.get(severity) ?? 0) + count);
      totals.set(severity, (totals.get(severity) ?? 0) + count);
      total += count;
    }
    return { startMs: nanosToMs(parseNanos(bucket.timeUnixNano)), total, counts };
  });
  return {
    ...range,
    bucketMs: Math.max(1, answer.bucketSeconds * 1000),
    max: Math.max(1, ...bars.map((bar) => bar.total)),
    bars,
    totals,
  };
}

/**
 * One SVG path per severity instead of one element per bar and severity; the highest severity stands at the bottom,
 * on the axis, where its changes can be compared.
 * @param size in user units
 */
export function histogramPaths(
  histogram: Histogram,
  size: { readonly width: number; readonly height: number },
): ReadonlyMap<Severity, string> {
  const paths = new Map<Severity, string[]>();
  const perMs = size.width / Math.max(1, histogram.toMs - histogram.fromMs);
  const barWidth = Math.max(1, histogram.bucketMs * perMs - 1);
  for (const bar of histogram.bars) {
    const x = (bar.startMs - histogram.fromMs) * perMs;
    let y = size.height;
    for (const severity of SEVERITIES.toReversed()) {
      const count = bar.counts.get(severity) ?? 0;
      if (count === 0) continue;
      const height = Math.max(1, (count / histogram.max) * size.height);
      y -= height;
      const path = paths.get(severity) ?? [];
      path.push(
        `M${round(x)} ${round(y)}h${round(barWidth)}v${round(height)}h${round(-barWidth)}z`,
      );
      paths.set(severity, path);
    }
  }
  return new Map([...paths].map(([severity, path]) => [severity, path.join("")]));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** @returns the bar under a moment, undefined between bars */
export function barAt(histogram: Histogram, ms: number): HistogramBar | undefined {
  return histogram.bars.find((bar) => bar.startMs <= ms && ms < bar.startMs + histogram.bucketMs);
}

const STEPS_MS = [1, 2, 5, 10, 15, 30]
  .flatMap((n) => [n * 1000, n * 60_000])
  .concat(
    [1, 2, 3, 6, 12].map((hours) => hours * 3_600_000),
    [1, 2, 7, 14, 28].map((days) => days * 86_400_000),
  )
  .toSorted((a, b) => a - b);

const HOUR_MS = 3_600_000;

/** @returns round local moments inside the range, at most `ticksMax` */
export function timeTicks(fromMs: number, toMs: number, ticksMax: number): readonly number[] {
  const step =
    STEPS_MS.find((candidate) => (toMs - fromMs) / candidate <= ticksMax) ?? toMs - fromMs;
  const zoneMs = new Date(fromMs).getTimezoneOffset() * 60_000;
  const first = Math.ceil((fromMs - zoneMs) / step) * step;
  const ticks: number[] = [];
  for (let shown = first; ticks.length < ticksMax; shown += step) {
    // Clocks change by an hour: what is longer is counted on the clock, what is not stays round as it is.
    const tick = step > HOUR_MS ? fromClock(shown) : shown + zoneMs;
    if (tick >= toMs) break;
    if (tick >= fromMs) ticks.push(tick);
  }
  return ticks;
}

/** @param shown what the local clock shows, as if it were UTC */
function fromClock(shown: number): number {
  const clock = new Date(shown);
  return new Date(
    clock.getUTCFullYear(),
    clock.getUTCMonth(),
    clock.getUTCDate(),
    clock.getUTCHours(),
    clock.getUTCMinutes(),
    clock.getUTCSeconds(),
    clock.getUTCMilliseconds(),
  ).getTime();
}
