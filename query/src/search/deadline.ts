import { QueryError } from "../problem/query-error.ts";

/** The time one search has, over all its queries. */
export interface Deadline {
  readonly started: number;
  remainingMs(): number;
  /** True once the time is up. The first window is asked all the same, so that every page gets somewhere. */
  isOver(): boolean;
  /** True after twice the time: what was found may use the second half to be made sure of. */
  isLongOver(): boolean;
  /** Says, for `meta.reason`, that the time ended at this point of the search. */
  reason(reached: bigint): string;
}

export function startDeadline(searchTimeMs: number): Deadline {
  const started = performance.now();
  return {
    started,
    remainingMs: () => Math.max(0, searchTimeMs - (performance.now() - started)),
    isOver: () => performance.now() - started >= searchTimeMs,
    isLongOver: () => performance.now() - started >= 2 * searchTimeMs,
    reason: (reached) =>
      `The time for a search (searchTimeMs, ${searchTimeMs} ms) or for one of its queries (queryTimeMs) ended; what is older than ${isoTime(reached)} was not searched. Go on with nextCursor, or narrow the range.`,
  };
}

/** A limit that ends a search early instead of failing it. */
export function isLimit(error: unknown): error is QueryError {
  return error instanceof QueryError && error.code === "query_limit";
}

export function isoTime(nanos: bigint): string {
  return new Date(Number(nanos / 1_000_000n)).toISOString();
}
