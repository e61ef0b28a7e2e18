/**
 * Times travel as decimal strings of nanoseconds, because JavaScript's numbers cannot hold them. They become `bigint`
 * here; only differences inside one trace become numbers (exact below 2^53 ns, 104 days).
 */

/** @returns 0n for anything that is not a run of decimal digits: a page must show a broken record, not fail on it */
export function parseNanos(text: string): bigint {
  return /^\d{1,20}$/.test(text) ? BigInt(text) : 0n;
}

export function nanosToMs(nanos: bigint): number {
  return Number(nanos / 1_000_000n);
}

export function msToNanos(ms: number): bigint {
  return BigInt(Math.round(ms)) * 1_000_000n;
}
