/** Pure: how often a pattern is now, against an earlier time. */

/** Logs of one pattern that were looked at, among how many minutes, and of how many each stands for. */
export interface Seen {
  readonly looked: number;
  readonly minutes: number;
  readonly every: number;
}

export type Change = "new" | "gone" | "changed" | "same";

/** Chi-square with one degree of freedom passes this once in a thousand by chance. */
const ONCE_IN_A_THOUSAND = 10.83;
const RATIO = 2;

export function perMinute({ looked, minutes, every }: Seen): number {
  return (looked * every) / minutes;
}

export function compareSeen(
  now: Seen,
  before: Seen,
): { readonly change: Change; readonly surprise: number } {
  const surprise = surpriseOf(now, before);
  const isSure = surprise >= ONCE_IN_A_THOUSAND;
  // What a sample has not may still be there: there it takes as many elsewhere as chance does not explain.
  if (before.looked === 0 && now.looked > 0) {
    return { change: before.every === 1 || isSure ? "new" : "same", surprise };
  }
  if (now.looked === 0 && before.looked > 0) {
    return { change: now.every === 1 || isSure ? "gone" : "same", surprise };
  }
  const ratio = perMinute(now) / perMinute(before);
  const isLarge = ratio >= RATIO || ratio <= 1 / RATIO;
  return { change: isLarge && isSure ? "changed" : "same", surprise };
}

/** The G-test of two counts against the same rate. */
function surpriseOf(now: Seen, before: Seen): number {
  const exposure = { now: now.minutes / now.every, before: before.minutes / before.every };
  const all = now.looked + before.looked;
  if (all === 0) return 0;
  const share = exposure.now / (exposure.now + exposure.before);
  return g(now.looked, all * share) + g(before.looked, all * (1 - share));
}

function g(observed: number, expected: number): number {
  return observed === 0 ? 0 : 2 * observed * Math.log(observed / expected);
}
