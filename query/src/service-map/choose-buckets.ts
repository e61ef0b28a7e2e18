/** Pure: which buckets of the map are taken as computed, and which are counted from spans now. */

/** A bucket of five minutes as the `built` statement tells of it. */
export interface BucketState {
  /** Unix seconds of its beginning. */
  readonly bucket: number;
  /** Of the computed rows; `0` when it was never computed. */
  readonly version: string;
  /** Spans inside it when it was computed, and now. */
  readonly spansThen: number;
  readonly spansNow: number;
  /** Of how many equal parts of its time one was counted; 0 or 1 for all of it. */
  readonly sampledEvery: number;
}

/** An hour as the `hours` statement tells of it. */
export interface HourState {
  /** Unix seconds of its beginning. */
  readonly hour: number;
  readonly version: string;
  /** Sum of the versions of the buckets that it was made of. */
  readonly source: string;
}

export interface BucketChoice {
  readonly hours: readonly HourState[];
  /** Those outside the hours. */
  readonly built: readonly BucketState[];
  /** Unix seconds. */
  readonly raw: readonly number[];
  /** Spans in buckets that were never computed and are too many to count now. */
  readonly spansLeftOut: number;
  /** Computed buckets that got spans since: they will be computed again. */
  readonly staleBuckets: number;
  /** Computed buckets of which a part of the time was counted, and the most parts that one stands for. */
  readonly sampled: { readonly buckets: number; readonly every: number };
  /** End of the newest computed bucket, in unix seconds. */
  readonly computedUpTo: number | undefined;
}

export const BUCKET_SECONDS = 300;

const HOUR_SECONDS = 3_600;

/**
 * @param hours those within the range
 * @param rawSpansMax how many spans may be counted for one answer; the newest buckets come first
 */
export function chooseBuckets(
  states: readonly BucketState[],
  hours: readonly HourState[],
  rawSpansMax: number,
): BucketChoice {
  const built = states.filter((state) => state.version !== "0");
  const raw: number[] = [];
  let spansRaw = 0;
  let spansLeftOut = 0;
  for (const state of states.toReversed()) {
    if (state.version !== "0") continue;
    if (spansRaw + state.spansNow > rawSpansMax) spansLeftOut += state.spansNow;
    else {
      spansRaw += state.spansNow;
      raw.push(state.bucket);
    }
  }
  const newest = built.at(-1);
  const holding = hours.filter((hour) => holds(hour, states));
  const within = new Set(holding.map(({ hour }) => hour));
  return {
    hours: holding,
    built: built.filter(({ bucket }) => !within.has(bucket - (bucket % HOUR_SECONDS))),
    raw,
    spansLeftOut,
    staleBuckets: built.filter((state) => state.spansNow !== state.spansThen).length,
    sampled: {
      buckets: built.filter((state) => state.sampledEvery > 1).length,
      every: Math.max(1, ...built.map((state) => state.sampledEvery)),
    },
    computedUpTo: newest === undefined ? undefined : newest.bucket + BUCKET_SECONDS,
  };
}

/** Whether the hour was made of what its buckets are now, and all of them were computed. */
function holds({ hour, source }: HourState, states: readonly BucketState[]): boolean {
  const inside = states.filter(({ bucket }) => bucket >= hour && bucket < hour + HOUR_SECONDS);
  const sum = inside.reduce((total, { version }) => total + BigInt(version), 0n);
  return inside.every(({ version }) => version !== "0") && String(sum) === source;
}
