/** Ids and times as the tests write them. */

/** 2026-11-20T12:00:00Z, what `now` means in the tests. */
export const NOW = 1_795_176_000_000_000_000n;
export const SECOND = 1_000_000_000n;
export const MINUTE = 60n * SECOND;
export const HOUR = 60n * MINUTE;

/** A trace id that ends in the number. */
export function traceId(n: number): string {
  return n.toString(16).padStart(32, "0");
}

export function spanId(n: number): string {
  return n.toString(16).padStart(16, "0");
}

/** DateTime64(9) as text, which JSON numbers cannot hold. */
export function toTime(nanos: bigint): string {
  const whole = new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, 19);
  return `${whole}.${String(nanos % SECOND).padStart(9, "0")}Z`;
}
