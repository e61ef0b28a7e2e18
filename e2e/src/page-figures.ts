/** Figures as pages write them, and how they may differ from what SQL counts. */
import { expect } from "vitest";

const UNIT_NS: Readonly<Record<string, number>> = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 };

/** `318 ms` as nanoseconds. */
export function durationNs(text: string): number {
  const match = /([\d.]+) (ns|µs|ms|s)\b/.exec(text);
  return match === null ? Number.NaN : Number(match[1]) * (UNIT_NS[match[2] ?? ""] ?? Number.NaN);
}

/** Percentiles of the rollups are sketches, and three digits are shown. */
const SKETCH_ERROR = 0.05;

/** Among few values a percentile lies anywhere between the two beside it, by whatever rule it is interpolated. */
export function expectQuantile(shown: number, level: number, sorted: readonly number[]): void {
  const at = (sorted.length - 1) * level;
  const low = sorted[Math.max(0, Math.floor(at) - 1)] ?? Number.NaN;
  const high = sorted[Math.min(sorted.length - 1, Math.ceil(at) + 1)] ?? Number.NaN;
  expect(shown, `${level} of ${sorted.length}`).toBeGreaterThan(low * (1 - SKETCH_ERROR));
  expect(shown, `${level} of ${sorted.length}`).toBeLessThan(high * (1 + SKETCH_ERROR));
}

/** A share as the pages write it. */
export function percent(part: number, whole: number): string {
  const share = whole === 0 ? 0 : (part / whole) * 100;
  if (share === 0) return "0 %";
  return share < 10 ? `${share.toFixed(1)} %` : `${share.toFixed(0)} %`;
}
