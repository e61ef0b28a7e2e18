import type { TimeRange } from "./time-range.ts";

const MINUTE = 60_000_000_000n;
const DAY = 1_440n * MINUTE;

/**
 * The sizes of windows, by what looking through one costs. All begin small, because most questions are about now.
 */
export const LADDERS = {
  /** Each row is counted anyway: windows only keep a part of the answer when the time ends. */
  count: [15n * MINUTE, 60n * MINUTE, 360n * MINUTE, DAY],
  /** A page is looked for by reading rows: of a busy system a minute fills it, and a quarter of an hour is a million rows. */
  page: [MINUTE, 15n * MINUTE, 60n * MINUTE, 360n * MINUTE, DAY],
  /** An index finds what matches wherever it is: each further window asks all indexes once more. */
  index: [MINUTE, 60n * MINUTE, DAY],
} as const;

export type Ladder = keyof typeof LADDERS;

/** One window of a search, and its place in the row of sizes. */
export interface Window extends TimeRange {
  readonly step: number;
}

/** Beyond this the windows are longer than any range. */
export const WINDOW_STEP_MAX = 20;

/** Of a search that ends as soon as it has found enough. */
export interface Progress {
  readonly found: number;
  readonly wanted: number;
}

/**
 * Cuts a range into windows to search one after the other, newest first: the sizes of the ladder, then each twice the
 * one before. They touch, do not overlap, and cover the range.
 * @param firstStep where on the ladder to begin: a page that goes on begins as wide as the one before ended
 * @param progress leaves a size out where, by what was found so far, it would not be enough. Never two: what matches may lie
 *   dense just behind, and a window that is too wide is read for nothing. The sizes of `index` are far enough apart as they are.
 */
export function* windowsNewestFirst(
  range: TimeRange,
  ladder: Ladder,
  firstStep = 0,
  progress?: () => Progress,
): Generator<Window> {
  const sizes = LADDERS[ladder];
  let to = range.to;
  let step = firstStep;
  while (to > range.from) {
    const size = windowSize(sizes, step);
    const from = to - size > range.from ? to - size : range.from;
    yield { from, to, step };
    to = from;
    step += 1;
    if (ladder === "page" && progress !== undefined) {
      if (windowSize(sizes, step) < missing(range.to - to, progress())) step += 1;
    }
    step = Math.min(step, WINDOW_STEP_MAX);
  }
}

/** @returns how far behind what was searched the rest would be, if it lay as dense */
function missing(searched: bigint, { found, wanted }: Progress): bigint {
  return (searched * BigInt(Math.max(0, wanted - found))) / BigInt(Math.max(1, found));
}

/** Where to go on after a window that cost too much: with a shorter one. */
export function narrower(step: number): number {
  return Math.max(0, step - 2);
}

function windowSize(sizes: readonly bigint[], step: number): bigint {
  return sizes[step] ?? DAY * 2n ** BigInt(step - sizes.length + 1);
}
