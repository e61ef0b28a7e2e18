import { NANOS_PER_SECOND } from "../params/nanos.ts";
import type { TimeRange } from "../search/time-range.ts";

/** The first is small because the neighbours of a line are mostly within seconds of it. */
const SIZES = [10n, 120n, 1_800n, 21_600n, 86_400n].map((seconds) => seconds * NANOS_PER_SECOND);

/**
 * Ranges to search one after the other, away from a moment: they touch, do not overlap, grow, and cover the reach.
 * @param at nanoseconds; in the first range of both directions
 * @param reach nanoseconds, how far from it the last one ends
 */
export function* windowsOutward(
  at: bigint,
  direction: "before" | "after",
  reach: bigint,
): Generator<TimeRange> {
  let done = 0n;
  for (let step = 0; done < reach; step += 1) {
    const size = SIZES[Math.min(step, SIZES.length - 1)] ?? reach;
    const next = done + size < reach ? done + size : reach;
    const range =
      direction === "before"
        ? { from: at - next, to: done === 0n ? at + 1n : at - done }
        : { from: done === 0n ? at : at + done, to: at + next };
    if (range.to <= 0n) return;
    yield { from: range.from > 0n ? range.from : 0n, to: range.to };
    done = next;
  }
}
