/** Words at a moment of a chart, beside its line: to the left of it near the right edge. */
export interface Flag {
  /** Share of the plot's width. */
  readonly x: number;
  readonly chars: number;
}

const LANES_MAX = 3;
const CHAR_PX = 5.8;
const AROUND_PX = 14;
const LEFT_FROM = 0.7;

export interface FlagPlace {
  /** From the top; undefined where there is no room for the words. */
  readonly lane: number | undefined;
  readonly isLeft: boolean;
}

/** @returns for each where its words stand, so that they do not lie over each other; the first ones first */
export function placeFlags(flags: readonly Flag[], widthPx: number): readonly FlagPlace[] {
  const lanes: (readonly [number, number])[][] = Array.from({ length: LANES_MAX }, () => []);
  return flags.map(({ x, chars }) => {
    const isLeft = x > LEFT_FROM;
    const linePx = x * widthPx;
    const wordsPx = chars * CHAR_PX + AROUND_PX;
    const from = isLeft ? linePx - wordsPx : linePx;
    const to = from + wordsPx;
    const free = lanes.findIndex((taken) => taken.every(([a, b]) => to <= a || from >= b));
    lanes[free]?.push([from, to]);
    return { lane: free < 0 ? undefined : free, isLeft };
  });
}
