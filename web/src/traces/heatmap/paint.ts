import type { Rgb } from "../../ui/read-color.ts";
import { type Heat, strength } from "./heat.ts";

export interface HeatColors {
  /** Of the page: an empty cell. */
  readonly background: Rgb;
  readonly weak: Rgb;
  readonly strong: Rgb;
  readonly error: Rgb;
}

/** The weakest cell still differs from none. */
const WEAKEST = 0.16;
/** Up to here from the background to the accent, from here on to the text's colour: one hue, by lightness. */
const TURN = 0.72;
const MARK_PX = 3;

/** @param size in pixels of the device */
export function paintHeat(
  context: CanvasRenderingContext2D,
  heat: Heat,
  { colors, size }: { readonly colors: HeatColors; readonly size: HeatSize },
): void {
  context.clearRect(0, 0, size.width, size.height);
  const left = (column: number) => Math.round((column / heat.columns) * size.width);
  const top = (row: number) =>
    Math.round(((heat.rows.length - row) / heat.rows.length) * size.height);
  for (const { column, row, spans } of heat.cells) {
    context.fillStyle = css(rampColor(strength(spans, heat.spansMax), colors));
    const [x, y] = [left(column), top(row + 1)];
    context.fillRect(x, y, Math.max(1, left(column + 1) - x - 1), Math.max(1, top(row) - y - 1));
  }
  const mark = Math.round(MARK_PX * size.ratio);
  const gap = Math.max(1, Math.round(size.ratio));
  for (const { column, row, errors } of heat.cells) {
    if (errors === 0) continue;
    const x = Math.round((left(column) + left(column + 1) - mark - 1) / 2);
    const cellHeight = Math.max(1, top(row) - top(row + 1) - 1);
    const height = Math.min(cellHeight, 2 * mark);
    const y = top(row + 1) + Math.floor((cellHeight - height) / 2);
    // A gap of the page's colour sets the mark off from any strength of cell.
    context.fillStyle = css(colors.background);
    context.fillRect(x - gap, y - gap, mark + 2 * gap, height + 2 * gap);
    context.fillStyle = css(colors.error);
    context.fillRect(x, y, mark, height);
  }
}

interface HeatSize {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

/** @param level 0..1 */
function rampColor(level: number, { background, weak, strong }: HeatColors): Rgb {
  const at = WEAKEST + (1 - WEAKEST) * level;
  return at < TURN
    ? mix(background, weak, at / TURN)
    : mix(weak, strong, (at - TURN) / (1 - TURN) / 2);
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const part = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * share);
  return [part(0), part(1), part(2)];
}

function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}
