import { Type } from "typebox";
import { rowDecoder } from "../clickhouse/ask.ts";
import { NANOS_PER_MILLISECOND, NANOS_PER_SECOND } from "../params/nanos.ts";
import type { QueryLimits } from "../options.ts";
import type { TimeRange } from "../search/time-range.ts";

/** When a trace's spans start, in the whole seconds that the id table keeps. */
export interface TraceWindow {
  readonly startSeconds: number;
  /** Start of the last span to start; not the end of anything. */
  readonly endSeconds: number;
}

/** And when they were stored; 0 for a trace of before this was kept. */
export interface StoredWindow extends TraceWindow {
  readonly storedFirstSeconds: number;
  readonly storedLastSeconds: number;
}

const WindowSchema = Type.Object({
  startSeconds: Type.Number(),
  endSeconds: Type.Number(),
  storedFirstSeconds: Type.Number(),
  storedLastSeconds: Type.Number(),
});
export const windowRows = rowDecoder(WindowSchema);

/** @returns the window over all rows that the id table has of a trace; undefined of none */
export function wholeWindow(rows: readonly StoredWindow[]): StoredWindow | undefined {
  const [first, ...others] = rows;
  if (first === undefined) return undefined;
  return others.reduce(
    (a, b) => ({
      startSeconds: Math.min(a.startSeconds, b.startSeconds),
      endSeconds: Math.max(a.endSeconds, b.endSeconds),
      storedFirstSeconds: Math.min(a.storedFirstSeconds, b.storedFirstSeconds),
      storedLastSeconds: Math.max(a.storedLastSeconds, b.storedLastSeconds),
    }),
    first,
  );
}

/** Every span of the trace starts in here. */
export function spanRange(window: TraceWindow): TimeRange {
  return {
    from: BigInt(window.startSeconds) * NANOS_PER_SECOND,
    to: BigInt(window.endSeconds + 1) * NANOS_PER_SECOND,
  };
}

/**
 * Where the trace's logs are looked for: around the starts of its spans, and around the end of the last when that is
 * known and later. List and opened trace both count in here.
 */
export function logRange(window: TraceWindow, spansEnd: bigint, limits: QueryLimits): TimeRange {
  const padding = BigInt(limits.traceLogPaddingMs) * NANOS_PER_MILLISECOND;
  const spans = spanRange(window);
  const to = spans.to + padding;
  // Only a trace that outlasts the padding moves the end, so that most need one log query.
  return { from: spans.from - padding, to: spansEnd > to ? spansEnd + padding : to };
}
