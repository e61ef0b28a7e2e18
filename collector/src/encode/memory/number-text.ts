import type { Region } from "./region.ts";

/** Digits of the longest safe integer, its sign and a length byte. */
const BYTES_MAX = 18;

/** Appends a safe integer as a String of decimal digits, without making a JavaScript string. */
export function writeSafeInteger(region: Region, value: number): void {
  region.reserve(BYTES_MAX);
  const { bytes } = region.memory;
  const negative = value < 0;
  let rest = negative ? -value : value;
  let digits = 1;
  for (let bound = 10; rest >= bound; bound *= 10) digits++;
  const length = digits + (negative ? 1 : 0);
  let { position } = region;
  bytes[position++] = length;
  if (negative) bytes[position] = 0x2d;
  const end = position + length;
  region.position = end;
  position = end;
  while (rest > 0x7fffffff) {
    const quotient = Math.floor(rest / 10);
    bytes[--position] = 48 + (rest - quotient * 10);
    rest = quotient;
    digits--;
  }
  let small = rest | 0;
  for (; digits > 0; digits--) {
    const quotient = (small / 10) | 0;
    bytes[--position] = 48 + (small - quotient * 10);
    small = quotient;
  }
}

/** A 64-bit integer, given as two signed halves, as decimal digits. */
export function int64Text(low: number, high: number): string {
  return ((BigInt(high) << 32n) | BigInt(low >>> 0)).toString();
}

/**
 * The shortest digits that give the same double, as JSON writes numbers; the same text as the OpenTelemetry
 * Collector's, for what JSON has no number for included.
 */
export function doubleText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  const name = Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  return `json: unsupported value: ${name}`;
}
