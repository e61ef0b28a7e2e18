import type { TimeRange } from "./time-range.ts";

const MINUTE = 60_000_000_000n;
/** The first window is small because most questions are about now; each that did not fill the page looks further. */
const SIZES = [15n * MINUTE, 60n * MINUTE, 360n * MINUTE, 1_440n * MINUTE] as const;

/**
 * Cuts a range into windows to search one after the other, newest first: 15 min, 1 h, 6 h, 24 h, then each twice the
 * one before. They touch, do not overlap, and cover the range.
 */
export function* windowsNewestFirst(range: TimeRange): Generator<TimeRange> {
  let to = range.to;
  let size: bigint = 0n;
  for (let i = 0; to > range.from; i += 1) {
    size = SIZES[i] ?? size * 2n;
    const from = to - size > range.from ? to - size : range.from;
    yield { from, to };
    to = from;
  }
}
