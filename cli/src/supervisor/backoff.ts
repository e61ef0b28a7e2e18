/** How long to wait before the next attempt: 200 ms, doubled each time, at most 10 s. */
const FIRST_MS = 200;
const MAX_MS = 10_000;
/** A role that was well for this long starts over with the short wait. */
export const STABLE_MS = 60_000;

/** @param attempt 1 for the first failure */
export function backoffMs(attempt: number): number {
  return Math.min(FIRST_MS * 2 ** (attempt - 1), MAX_MS);
}
