import { parseDuration } from "./duration.ts";
import { UNIX_NANO_MAX } from "./nanos.ts";
import { invalid, value, type Parsed } from "./result.ts";

const EXPECTED =
  "a time such as 2026-11-20T14:05:00Z, now-1h, or unix seconds, milliseconds, microseconds or nanoseconds";

const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|z|[+-]\d{2}:\d{2})$/;

/**
 * Reads a point in time. Digits are told apart by their count: up to 11 are seconds (until the year 5138), up to 14
 * milliseconds, up to 17 microseconds, up to 19 nanoseconds.
 * @param now what `now` means, nanoseconds since 1970
 * @returns nanoseconds since 1970, 0 <= value < 2^63
 */
export function parseTime(text: string, now: bigint): Parsed<bigint> {
  if (/^\d{1,19}$/.test(text)) return bounded(BigInt(text) * nanosPerDigitCount(text.length));
  if (text.startsWith("now")) return parseRelative(text, now);
  return parseRfc3339(text);
}

function nanosPerDigitCount(digits: number): bigint {
  if (digits <= 11) return 1_000_000_000n;
  if (digits <= 14) return 1_000_000n;
  if (digits <= 17) return 1_000n;
  return 1n;
}

function parseRelative(text: string, now: bigint): Parsed<bigint> {
  if (text === "now") return value(now);
  // A `+` in a query string that nobody encoded arrives as a space.
  const sign = text.charAt(3);
  if (sign !== "-" && sign !== "+" && sign !== " ") return invalid(EXPECTED);
  const offset = text.slice(4);
  if (/^\d+$/.test(offset)) return invalid(`${EXPECTED}; give the offset a unit: now-${offset}s`);
  const duration = parseDuration(offset);
  if (duration.kind === "invalid") return invalid(EXPECTED);
  return bounded(sign === "-" ? now - duration.value : now + duration.value);
}

function parseRfc3339(text: string): Parsed<bigint> {
  const match = RFC3339.exec(text);
  if (match === null) return invalid(EXPECTED);
  const [, year = "", month = "", day = "", hour = "", minute = "", second = "", fraction = ""] =
    match;
  const zone = match[8] ?? "Z";
  // Built and compared back, because Date rolls 31 February over into March.
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) return invalid(EXPECTED);
  const nanos = BigInt(date.getTime()) * 1_000_000n + BigInt(fraction.padEnd(9, "0") || "0");
  return bounded(nanos - zoneNanos(zone));
}

function zoneNanos(zone: string): bigint {
  if (zone === "Z" || zone === "z") return 0n;
  const minutes = BigInt(zone.slice(1, 3)) * 60n + BigInt(zone.slice(4, 6));
  return (zone.startsWith("-") ? -minutes : minutes) * 60_000_000_000n;
}

function bounded(nanos: bigint): Parsed<bigint> {
  return nanos >= 0n && nanos <= UNIX_NANO_MAX
    ? value(nanos)
    : invalid(`${EXPECTED}, between 1970 and 2262`);
}
