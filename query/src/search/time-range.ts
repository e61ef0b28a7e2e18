import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { type Where, loadSql } from "../sql/sql.ts";

/** Nanoseconds since 1970, half-open: from <= t < to. */
export interface TimeRange {
  readonly from: bigint;
  readonly to: bigint;
}

export const CONDITIONS = loadSql("conditions.sql", [
  "time",
  "buckets",
  "service",
  "trace-id",
  "trace-ids",
  "span-id",
  "operation",
  "duration-min",
  "duration-max",
  "status",
  "severity",
  "span-attribute",
  "log-attribute",
  "body-words",
  "body-phrase",
]);

/** What DateTime64(9) can hold; a wider range means the same. */
const UNIX_NANO_MAX = 9_223_372_036_000_000_000n;

export function inTime(range: TimeRange): Where {
  return {
    conditions: [CONDITIONS.time],
    params: { from: String(clamp(range.from)), to: String(clamp(range.to)) },
  };
}

const BUCKET_SECONDS = 300n;
/** More are not worth naming. */
const BUCKETS_MAX = 400;

/** For ranges that lie far apart: all of them, and of what is between only what shares a bucket of the sort key. */
export function inRanges(ranges: readonly TimeRange[]): Where {
  const all = spanning(ranges) ?? { from: 0n, to: 0n };
  const buckets = bucketsOf(ranges);
  if (buckets === undefined) return inTime(all);
  return both(inTime(all), { conditions: [CONDITIONS.buckets], params: { buckets } });
}

/** @returns from the first to the last; undefined of none */
export function spanning(ranges: readonly TimeRange[]): TimeRange | undefined {
  const [first, ...others] = ranges;
  if (first === undefined) return undefined;
  return others.reduce(
    (a, b) => ({ from: a.from < b.from ? a.from : b.from, to: a.to > b.to ? a.to : b.to }),
    first,
  );
}

/** @returns seconds since 1970 at which a bucket begins, each once; undefined for too many */
function bucketsOf(ranges: readonly TimeRange[]): readonly number[] | undefined {
  const buckets = new Set<number>();
  for (const range of ranges) {
    const first = clamp(range.from) / NANOS_PER_SECOND / BUCKET_SECONDS;
    const last = clamp(range.to) / NANOS_PER_SECOND / BUCKET_SECONDS;
    if (last - first > BigInt(BUCKETS_MAX)) return undefined;
    for (let at = first; at <= last; at += 1n) buckets.add(Number(at * BUCKET_SECONDS));
    if (buckets.size > BUCKETS_MAX) return undefined;
  }
  return [...buckets];
}

const MINUTE = 60n * NANOS_PER_SECOND;

/** @returns undefined when no minute lies wholly in the range */
export function wholeMinutes(range: TimeRange): TimeRange | undefined {
  const from = ((range.from + MINUTE - 1n) / MINUTE) * MINUTE;
  const to = (range.to / MINUTE) * MINUTE;
  return from < to ? { from, to } : undefined;
}

/** 2106-02-07: the `Bucket` of a rollup is a DateTime of 32 bits. */
const ROLLUP_SECONDS_MAX = 2 ** 32 - 1;

/**
 * Nothing of a rollup lies later, and what does not fit would wrap around to 1970.
 * @param seconds since 1970, or a width
 */
export function rollupSeconds(seconds: number | bigint): string {
  return String(seconds > ROLLUP_SECONDS_MAX ? ROLLUP_SECONDS_MAX : seconds);
}

const HOUR = 60n * MINUTE;

/** So wide that the sort key alone leaves out nearly all that the index of times would. */
export function isWide(range: TimeRange): boolean {
  return range.to - range.from > 2n * HOUR;
}

export function clamp(nanos: bigint): bigint {
  if (nanos < 0n) return 0n;
  return nanos > UNIX_NANO_MAX ? UNIX_NANO_MAX : nanos;
}

export function both(...wheres: readonly Where[]): Where {
  return {
    conditions: wheres.flatMap((where) => where.conditions),
    params: Object.fromEntries(wheres.flatMap((where) => Object.entries(where.params))),
  };
}
