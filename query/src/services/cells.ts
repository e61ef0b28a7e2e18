/** Pure: which cells of the rollups hold a range. */
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { type TimeRange, clamp } from "../search/time-range.ts";

const HOUR = 3_600;
/** Up to here a range is answered to the minute; beyond, to five minutes. */
const MINUTES_UP_TO = 2 * HOUR;

/** Unix seconds, half-open. */
export interface CellRange {
  readonly from: number;
  readonly to: number;
  /** Whether minutes are read, and not the coarser cells. */
  readonly minutes: boolean;
}

/** The range, its ends rounded outward to minutes, or to five minutes where it is longer than two hours. */
export function toCellRange(range: TimeRange): CellRange {
  const minutes = range.to - range.from <= BigInt(MINUTES_UP_TO) * NANOS_PER_SECOND;
  return { ...roundOutward(range, minutes ? 60 : 300), minutes };
}

export function roundOutward(
  range: TimeRange,
  width: number,
): { readonly from: number; readonly to: number } {
  const step = BigInt(width) * NANOS_PER_SECOND;
  return {
    from: Number(clamp(range.from) / step) * width,
    to: Number((clamp(range.to) + step - 1n) / step) * width,
  };
}

/**
 * Parameters of the `cells` statement.
 * @param hours whether cells of an hour may be read: not where narrower buckets are asked for
 */
export function cellParams(range: CellRange, hours: boolean): Readonly<Record<string, string>> {
  const first = Math.ceil(range.from / HOUR) * HOUR;
  const last = Math.floor(range.to / HOUR) * HOUR;
  const whole = hours && first < last;
  return {
    from_seconds: String(range.from),
    to_seconds: String(range.to),
    minutes_until: String(range.minutes ? range.to : 0),
    hours_from: String(whole ? first : range.to),
    hours_to: String(whole ? last : range.to),
  };
}

/** The same length of time, earlier. */
export function earlier(range: CellRange, compare: "previous" | "day" | "week"): CellRange {
  const shift = { previous: range.to - range.from, day: 24 * HOUR, week: 7 * 24 * HOUR }[compare];
  const from = Math.max(0, range.from - shift);
  return { ...range, from, to: Math.max(from, range.to - shift) };
}

export function toUnixNano(seconds: number): string {
  return String(BigInt(seconds) * NANOS_PER_SECOND);
}
