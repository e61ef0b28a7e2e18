/** Decimal strings of 64-bit numbers, as ClickHouse and the API write them: compared and added without losing digits. */

/** Order of two non-negative decimal strings without leading zeros: by length, then by digits. */
export function compareDecimal(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export const NANOS_PER_SECOND = 1_000_000_000n;
export const NANOS_PER_MILLISECOND = 1_000_000n;
