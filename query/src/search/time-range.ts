import { type Where, loadSql } from "../sql/sql.ts";

/** Nanoseconds since 1970, half-open: from <= t < to. */
export interface TimeRange {
  readonly from: bigint;
  readonly to: bigint;
}

export const CONDITIONS = loadSql("conditions.sql", [
  "time",
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
