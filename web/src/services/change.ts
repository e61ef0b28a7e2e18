/** Pure: a figure beside the same of an earlier time, in few words. */
import { formatPercent } from "../lib/format.ts";

export interface Change {
  /** `+12 %`, `×3.4`, `new`; empty where there is nothing to say. */
  readonly words: string;
  /** Whether somebody should look. */
  readonly isWorse: boolean;
}

const NOTHING: Change = { words: "", isWorse: false };
/** Smaller changes of a figure are noise. */
const RATIO_MIN = 0.05;
const WORSE_RATIO = 0.25;
/** From here a factor says more than percent. */
const FACTOR_MIN = 2;
const POINTS_MIN = 0.002;
const WORSE_POINTS = 0.01;

/** Of a rate: neither more nor less is worse. */
export function changeOf(now: number | null, before: number | null): Change {
  if (now === null || before === null) return NOTHING;
  if (before === 0) return now === 0 ? NOTHING : { words: "new", isWorse: false };
  const ratio = now / before - 1;
  if (Math.abs(ratio) < RATIO_MIN) return NOTHING;
  if (ratio >= FACTOR_MIN) return { words: `×${(ratio + 1).toFixed(1)}`, isWorse: false };
  return {
    words: `${ratio < 0 ? "−" : "+"}${Math.round(Math.abs(ratio) * 100)} %`,
    isWorse: false,
  };
}

/** Of a duration: longer is worse. */
export function durationChange(now: number | null, before: number | null): Change {
  if (before === 0) return NOTHING;
  const change = changeOf(now, before);
  if (now === null || before === null) return change;
  return { ...change, isWorse: now / before - 1 >= WORSE_RATIO };
}

/** Of two shares, 0..1: in points of percent, because 0.1 % and 0.2 % are the same to who is paged. */
export function shareChange(now: number | null, before: number | null): Change {
  if (now === null || before === null) return NOTHING;
  const points = now - before;
  if (Math.abs(points) < POINTS_MIN) return NOTHING;
  const words = formatPercent(Math.abs(points)).replace(" %", " pp");
  return { words: `${points < 0 ? "−" : "+"}${words}`, isWorse: points >= WORSE_POINTS };
}
