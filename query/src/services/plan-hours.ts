/** Pure: which parts of ranges are in computed hours, and which are read from the minutes. */
import type { Span } from "./cells.ts";

const HOUR = 3_600;

/** An hour of a service whose operations are computed. */
export interface ComputedHour {
  /** Unix seconds of its beginning. */
  readonly hour: number;
  readonly version: string;
}

export interface HourPlan {
  readonly hours: readonly ComputedHour[];
  readonly minutes: readonly Span[];
}

/** @param ranges apart from each other; an hour counts where one of them has all of it */
export function planHours(ranges: readonly Span[], computed: readonly ComputedHour[]): HourPlan {
  const hours: ComputedHour[] = [];
  const minutes: Span[] = [];
  for (const [from, to] of ranges) {
    let at = from;
    for (const each of computed) {
      if (each.hour < at || each.hour + HOUR > to) continue;
      if (at < each.hour) minutes.push([at, each.hour]);
      hours.push(each);
      at = each.hour + HOUR;
    }
    if (at < to) minutes.push([at, to]);
  }
  return { hours, minutes };
}
