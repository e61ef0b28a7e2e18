/** Pure: which cells of the rollups hold a range. */
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { type TimeRange, clamp } from "../search/time-range.ts";

const HOUR = 3_600;
const FIVE_MINUTES = 300;
/** Up to here a range is answered to the minute; beyond, to five minutes. */
const MINUTES_UP_TO = 2 * HOUR;

/** Unix seconds, half-open. */
export interface CellRange {
  readonly from: number;
  readonly to: number;
  /** Whether the ends are of minutes; else of cells. */
  readonly minutes: boolean;
}

/** The range, its ends rounded outward to minutes, or to five minutes where it is longer than two hours. */
export function toCellRange(range: TimeRange): CellRange {
  const minutes = range.to - range.from <= BigInt(MINUTES_UP_TO) * NANOS_PER_SECOND;
  return { ...roundOutward(range, minutes ? 60 : FIVE_MINUTES), minutes };
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

/** From when on, in unix seconds, what a migration added is whole; 0 where it is as old as the rates. */
export interface RollupMarks {
  /** Cells of five minutes and of an hour. */
  readonly cellsFrom: number;
  /** Minutes of whole services. */
  readonly minutesFrom: number;
}

/** Half-open, in unix seconds. */
export type Span = readonly [from: number, to: number];

/** Where each part of a range is read from; together they are the range, and none is empty. */
export interface CellPlan {
  /** Cells of an hour, at most one piece. */
  readonly hours: readonly Span[];
  /** Cells of five minutes, at most two. */
  readonly fives: readonly Span[];
  /** Minutes of whole services, at most two. */
  readonly minutes: readonly Span[];
  /** Minutes of every operation, where there is nothing coarser: at most two. */
  readonly rates: readonly Span[];
}

/**
 * Hours where whole hours fit, five minutes around them, and minutes at the ends that begin or end between two of these.
 * @param range of whole minutes
 * @param hours whether cells of an hour may be read: not where narrower buckets are asked for
 */
export function planCells(
  range: { readonly from: number; readonly to: number },
  marks: RollupMarks,
  hours: boolean,
): CellPlan {
  const from = Math.min(Math.max(range.from, marks.cellsFrom), range.to);
  const fives = within(from, range.to, FIVE_MINUTES);
  const whole = hours ? within(fives[0], fives[1], HOUR) : ([fives[1], fives[1]] as const);
  const ends = some([from, fives[0]], [fives[1], range.to]);
  return {
    hours: some(whole),
    fives: some([fives[0], whole[0]], [whole[1], fives[1]]),
    minutes: ends.filter((span) => span[0] >= marks.minutesFrom),
    rates: joined([
      ...some([range.from, from]),
      ...ends.filter((span) => span[0] < marks.minutesFrom),
    ]),
  };
}

/** For buckets narrower than five minutes. */
export function planMinutes(
  range: { readonly from: number; readonly to: number },
  { minutesFrom }: RollupMarks,
): CellPlan {
  const from = Math.min(Math.max(range.from, minutesFrom), range.to);
  return {
    hours: [],
    fives: [],
    minutes: some([from, range.to]),
    rates: some([range.from, from]),
  };
}

/** The whole steps inside; where there is none, nothing, at the end. */
function within(from: number, to: number, step: number): Span {
  const first = Math.ceil(from / step) * step;
  const last = Math.floor(to / step) * step;
  return first < last ? [first, last] : [to, to];
}

function some(...spans: readonly Span[]): readonly Span[] {
  return spans.filter(([from, to]) => from < to);
}

/** Neighbours become one. */
function joined(spans: readonly Span[]): readonly Span[] {
  const all: Span[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (last !== undefined && last[1] === span[0]) all[all.length - 1] = [last[0], span[1]];
    else all.push(span);
  }
  return all;
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
