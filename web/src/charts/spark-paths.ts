/** Pure: a small line without axes as two SVG paths. */

interface Size {
  readonly width: number;
  readonly height: number;
}

/** So that a line at the top or at the bottom is not cut. */
const INSET = 1;

/**
 * @param max what stands at the top; above 0
 * @returns a line with gaps where values are null, and the area below it; a lone value is a short dash
 */
export function sparkPaths(
  values: readonly (number | null)[],
  max: number,
  { width, height }: Size,
): { readonly line: string; readonly area: string } {
  const step = values.length < 2 ? 0 : (width - 2 * INSET) / (values.length - 1);
  const line: string[] = [];
  const area: string[] = [];
  for (const run of runsOf(values)) {
    const points = run.values.map((value, i) => ({
      x: round(INSET + (run.first + i) * step),
      y: round(INSET + (1 - Math.min(1, value / max)) * (height - 2 * INSET)),
    }));
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined) continue;
    const rest = points.slice(1).map(({ x, y }) => `L${x} ${y}`);
    const path = `M${first.x} ${first.y}${rest.length === 0 ? "h1" : rest.join("")}`;
    line.push(path);
    if (rest.length > 0) area.push(`${path}L${last.x} ${height}L${first.x} ${height}z`);
  }
  return { line: line.join(""), area: area.join("") };
}

interface Run {
  readonly first: number;
  readonly values: number[];
}

function runsOf(values: readonly (number | null)[]): readonly Run[] {
  const runs: Run[] = [];
  let open: Run | undefined;
  for (const [at, value] of values.entries()) {
    if (value === null) open = undefined;
    else if (open === undefined) runs.push((open = { first: at, values: [value] }));
    else open.values.push(value);
  }
  return runs;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
