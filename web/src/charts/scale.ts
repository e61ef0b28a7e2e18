/** Pure: the numbers on a chart's axes. */

/** Their halves, which the middle of the axis says, are short as well. */
const STEPS = [1, 2, 4, 6, 8, 10];

/** @returns the next number above that people read well; `least` where nothing is higher */
export function niceMax(highest: number, least: number): number {
  const wanted = Math.max(highest, least);
  if (!Number.isFinite(wanted) || wanted <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = STEPS.find((candidate) => candidate * power >= wanted * 0.999_999) ?? 10;
  return step * power;
}

/** @returns the highest of several series; 0 without any number */
export function highestOf(series: readonly (readonly (number | null)[])[]): number {
  let highest = 0;
  for (const values of series)
    for (const value of values) if (value !== null && value > highest) highest = value;
  return highest;
}

/** Where a mark stands: shares of the plot's width and height, from its left and its bottom. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** A target of a pointer must be this large, and must not lie under another. */
export const TARGET_PX = 24;

/**
 * Which marks have room, the first ones first.
 * @returns the numbers of those whose targets do not overlap
 */
export function thinOut(
  spots: readonly Spot[],
  size: { readonly widthPx: number; readonly heightPx: number },
): readonly number[] {
  const kept: number[] = [];
  for (const [number, spot] of spots.entries()) {
    const isFree = kept.every((other) => {
      const there = spots[other];
      if (there === undefined) return true;
      return (
        Math.abs(there.x - spot.x) * size.widthPx >= TARGET_PX ||
        Math.abs(there.y - spot.y) * size.heightPx >= TARGET_PX
      );
    });
    if (isFree) kept.push(number);
  }
  return kept;
}
