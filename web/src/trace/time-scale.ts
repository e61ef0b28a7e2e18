/** The part of a trace on screen, in nanoseconds since its start; half-open, at least {@link ZOOM_MIN_NS} wide. */
export interface TimeScale {
  readonly fromNs: number;
  readonly toNs: number;
}

export const ZOOM_MIN_NS = 1000;

/** Nanoseconds since the trace's start. */
export interface Stretch {
  readonly fromNs: number;
  readonly toNs: number;
}

/** @returns 0..1 inside the scale, beyond outside it */
export function toFraction(scale: TimeScale, ns: number): number {
  return (ns - scale.fromNs) / (scale.toNs - scale.fromNs);
}

/** Shares of the width, 0..1. `openStart`: the bar goes on to the left of the screen. */
export interface Bar {
  readonly left: number;
  readonly width: number;
  readonly openStart: boolean;
  readonly openEnd: boolean;
}

/** @returns the visible part, undefined when none is */
export function toBar(scale: TimeScale, startNs: number, durationNs: number): Bar | undefined {
  const start = toFraction(scale, startNs);
  const end = toFraction(scale, startNs + durationNs);
  if (end < 0 || start > 1) return undefined;
  const left = Math.max(0, start);
  return { left, width: Math.min(1, end) - left, openStart: start < 0, openEnd: end > 1 };
}

/** @returns round positions (1, 2 or 5 times a power of ten) inside the scale, at most about `ticksMax` */
export function scaleTicks(scale: TimeScale, ticksMax: number): readonly number[] {
  const rough = (scale.toNs - scale.fromNs) / ticksMax;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const ticks: number[] = [];
  for (let n = Math.ceil(scale.fromNs / step); n * step < scale.toNs; n++) ticks.push(n * step);
  return ticks;
}

/** @param around the fraction of the screen that stays where it is; `factor` below 1 zooms in */
export function zoomBy(scale: TimeScale, totalNs: number, factor: number, around = 0.5): TimeScale {
  const center = scale.fromNs + (scale.toNs - scale.fromNs) * around;
  const width = (scale.toNs - scale.fromNs) * factor;
  return clampScale(
    { fromNs: center - width * around, toNs: center + width * (1 - around) },
    totalNs,
  );
}

/** @param share of the screen to move by; negative to the left */
export function panBy(scale: TimeScale, totalNs: number, share: number): TimeScale {
  const width = scale.toNs - scale.fromNs;
  const fromNs = Math.min(Math.max(0, scale.fromNs + width * share), Math.max(0, totalNs - width));
  return { fromNs, toNs: fromNs + width };
}

export function clampScale(scale: TimeScale, totalNs: number): TimeScale {
  const width = Math.min(
    Math.max(scale.toNs - scale.fromNs, ZOOM_MIN_NS),
    Math.max(totalNs, ZOOM_MIN_NS),
  );
  const fromNs = Math.min(Math.max(0, scale.fromNs), Math.max(0, totalNs - width));
  return { fromNs, toNs: fromNs + width };
}

/** `z=<from>-<to>` of the URL; the whole trace when empty or unreadable */
export function parseZoom(text: string, totalNs: number): TimeScale {
  const match = /^(\d{1,16})-(\d{1,16})$/.exec(text);
  if (match === null) return clampScale({ fromNs: 0, toNs: totalNs }, totalNs);
  return clampScale({ fromNs: Number(match[1]), toNs: Number(match[2]) }, totalNs);
}

/** @returns undefined for the whole trace, so that the parameter is left out */
export function formatZoom(scale: TimeScale, totalNs: number): string | undefined {
  if (scale.fromNs <= 0 && scale.toNs >= totalNs) return undefined;
  return `${Math.round(scale.fromNs)}-${Math.round(scale.toNs)}`;
}

/** Gaps narrower than this share of the screen cannot be seen. */
const MERGE_SHARE = 0.0006;

/**
 * @param stretches in order of their start
 * @returns the visible parts, cut to the scale; what stands too close to be told apart is one
 */
export function mergeStretches(
  scale: TimeScale,
  stretches: readonly Stretch[],
): readonly Stretch[] {
  const nearNs = (scale.toNs - scale.fromNs) * MERGE_SHARE;
  const merged: { fromNs: number; toNs: number }[] = [];
  for (const stretch of stretches) {
    const fromNs = Math.max(stretch.fromNs, scale.fromNs);
    const toNs = Math.min(stretch.toNs, scale.toNs);
    if (toNs < fromNs) continue;
    const last = merged.at(-1);
    if (last !== undefined && fromNs - last.toNs <= nearNs) last.toNs = Math.max(last.toNs, toNs);
    else merged.push({ fromNs, toNs });
  }
  return merged;
}
