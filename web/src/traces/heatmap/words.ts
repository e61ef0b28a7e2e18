/** Times of a heatmap in words, in the reader's time zone. */
import { formatDuration } from "../../lib/format.ts";
import type { HeatSelection } from "./selection.ts";

const DAY_MS = 86_400_000;
const MINUTES_10 = 600_000;

export function clockOf(ms: number): string {
  return new Date(ms).toLocaleTimeString("en-GB", { hourCycle: "h23" });
}

export function dayOf(ms: number): string {
  return new Date(ms).toLocaleDateString("en-GB", { day: "2-digit", month: "short" });
}

/** Of a number that is round: `30 s`, `100 ms`. */
export function roundDuration(ns: number): string {
  return formatDuration(ns).replace(/\.0+(?= )/u, "");
}

/** @param widthMs of the whole axis: days, minutes or seconds are told */
export function axisLabel(ms: number, widthMs: number): string {
  if (widthMs > 2 * DAY_MS) return dayOf(ms);
  return widthMs < MINUTES_10 ? clockOf(ms) : clockOf(ms).slice(0, 5);
}

/** `14:05:00 – 14:10:00, 100 ms – 2.15 s`; with days when it is longer than one. */
export function selectionWords({ fromMs, toMs, minNs, maxNs }: HeatSelection): string {
  const day = (ms: number) => (dayOf(fromMs) === dayOf(toMs) ? "" : `${dayOf(ms)} `);
  const time = `${day(fromMs)}${clockOf(fromMs)} – ${day(toMs)}${clockOf(toMs)}`;
  return `${time}, ${formatDuration(minNs)} – ${formatDuration(maxNs)}`;
}
