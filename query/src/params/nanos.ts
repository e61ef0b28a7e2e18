/** Decimal strings of 64-bit numbers, as ClickHouse and the API write them: compared and added without losing digits. */

/** Order of two non-negative decimal strings without leading zeros: by length, then by digits. */
export function compareDecimal(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** In the year 2262: the last moment of a signed 64-bit count of nanoseconds since 1970, as of ClickHouse's DateTime64(9). */
export const UNIX_NANO_MAX = 2n ** 63n - 1n;

/** When a span ends; some clients send an end of all ones, and what is later than the last moment ends with it. */
export function endOf(startUnixNano: bigint, durationNano: bigint): bigint {
  const end = startUnixNano + durationNano;
  return end > UNIX_NANO_MAX ? UNIX_NANO_MAX : end;
}

export const NANOS_PER_SECOND = 1_000_000_000n;
export const NANOS_PER_MILLISECOND = 1_000_000n;
