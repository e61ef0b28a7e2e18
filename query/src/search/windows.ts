import type { TimeRange } from "./time-range.ts";

const MINUTE = 60_000_000_000n;
/** The first window is small because most questions are about now; each that did not fill the page looks further. */
const SIZES = [15n * MINUTE, 60n * MINUTE, 360n * MINUTE, 1_440n * MINUTE] as const;

/** One window of a search, and its place in the row of sizes. */
export interface Window extends TimeRange {
  readonly step: number;
}

/** Beyond this the windows are longer than any range. */
export const WINDOW_STEP_MAX = 20;

/**
 * Cuts a range into windows to search one after the other, newest first: 15 min, 1 h, 6 h, 24 h, then each twice the
 * one before. They touch, do not overlap, and cover the range.
 * @param firstStep where in the row of sizes to begin: a page that goes on begins as wide as the one before ended
 */
export function* windowsNewestFirst(range: TimeRange, firstStep = 0): Generator<Window> {
  let to = range.to;
  for (let step = firstStep; to > range.from; step = Math.min(step + 1, WINDOW_STEP_MAX)) {
    const size = windowSize(step);
    const from = to - size > range.from ? to - size : range.from;
    yield { from, to, step };
    to = from;
  }
}

/** Where to go on after a window that cost too much: with a shorter one. */
export function narrower(step: number): number {
  return Math.max(0, step - 2);
}

function windowSize(step: number): bigint {
  const day = 1_440n * MINUTE;
  return SIZES[step] ?? day * 2n ** BigInt(step - SIZES.length + 1);
}
