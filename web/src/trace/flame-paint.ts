import { NO_COLOR, type ServiceColor } from "../lib/service-color.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { readColor } from "../ui/read-color.ts";
import type { FlameLayout } from "./flame-layout.ts";
import { toFraction, type TimeScale } from "./time-scale.ts";
import type { TraceModel } from "./trace-model.ts";

export const FLAME_ROW_PX = 20;
const BAR_PX = FLAME_ROW_PX - 2;
/** A narrower bar has no room for words. */
const WORDS_MIN_PX = 44;
/** Names are cut by their number of characters before they are measured against the bar. */
const CHAR_PX = 6.4;
const PAD_PX = 5;

interface Drawn {
  readonly index: TraceModel;
  readonly layout: FlameLayout;
  readonly scale: TimeScale;
}

interface Painted extends Drawn {
  readonly colors: ReadonlyMap<string, ServiceColor>;
  /** The selected node, -1 for none. */
  readonly current: number;
}

/** Draws what is on screen of the flame graph; of spans that share a pixel, one. */
export function paintFlame(canvas: HTMLCanvasElement, painted: Painted, view: HTMLElement): void {
  const { index, layout } = painted;
  const context = canvas.getContext("2d");
  if (context === null) return;
  const size = { width: view.clientWidth, height: view.clientHeight };
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(size.width * ratio);
  canvas.height = Math.round(size.height * ratio);
  canvas.style.width = `${size.width}px`;
  canvas.style.height = `${size.height}px`;
  canvas.style.transform = `translateY(${view.scrollTop}px)`;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  context.textBaseline = "middle";
  const palette = readPalette(painted.colors);
  const drawnTo = new Float64Array(layout.rowCount).fill(-1);
  for (let node = 0; node < index.nodes.length; node++) {
    const current = index.nodes[node];
    if (current?.kind !== "span") continue;
    const row = layout.row[node] ?? 0;
    const y = row * FLAME_ROW_PX - view.scrollTop;
    if (y + FLAME_ROW_PX < 0 || y > size.height) continue;
    const bar = barOf(painted, node, size.width);
    if (bar === undefined || (bar.to <= (drawnTo[row] ?? -1) && node !== painted.current)) continue;
    drawnTo[row] = bar.to;
    const fill = palette.ofService(current.span.serviceName);
    context.fillStyle = fill.css;
    context.fillRect(bar.from, y + 1, bar.to - bar.from, BAR_PX);
    if (current.isError) {
      context.fillStyle = palette.error;
      context.fillRect(bar.from, y + 1, Math.min(3, bar.to - bar.from), BAR_PX);
    }
    if (node === painted.current) {
      context.strokeStyle = palette.text;
      context.lineWidth = 2;
      context.strokeRect(bar.from + 1, y + 2, Math.max(1, bar.to - bar.from - 2), BAR_PX - 2);
    }
    if (bar.to - bar.from < WORDS_MIN_PX) continue;
    const room = Math.floor((bar.to - bar.from - PAD_PX * 2) / CHAR_PX);
    context.fillStyle = fill.label;
    const words = toVisibleLine(current.span.name, room);
    paintWords(context, words, { x: bar.from, y: y + 1, width: bar.to - bar.from });
  }
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Inside its bar only: there are letters that are wider, or higher, than others. */
function paintWords(
  context: CanvasRenderingContext2D,
  words: string,
  { x, y, width }: Place,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, BAR_PX);
  context.clip();
  context.fillText(words, x + PAD_PX, y + BAR_PX / 2);
  context.restore();
}

/** @returns the span drawn at a place, -1 for none; `x` from 0 to 1 */
export function spanAt(drawn: Drawn, x: number, row: number, widthPx: number): number {
  const { index, layout } = drawn;
  for (let node = index.nodes.length - 1; node >= 0; node--) {
    if (layout.row[node] !== row || index.nodes[node]?.kind !== "span") continue;
    const bar = barOf(drawn, node, widthPx);
    if (bar !== undefined && x * widthPx >= bar.from && x * widthPx <= bar.to) return node;
  }
  return -1;
}

/** At least a pixel wide, so that no span is too short to be seen. */
function barOf(
  { index, scale }: Drawn,
  node: number,
  widthPx: number,
): { readonly from: number; readonly to: number } | undefined {
  const startNs = index.startNs[node] ?? 0;
  const from = toFraction(scale, startNs) * widthPx;
  const to = toFraction(scale, startNs + (index.durationNs[node] ?? 0)) * widthPx;
  if (to < 0 || from > widthPx) return undefined;
  const left = Math.max(0, from);
  return { from: left, to: Math.max(left + 1, Math.min(widthPx, to) - 1) };
}

interface Fill {
  readonly css: string;
  readonly label: string;
}

function readPalette(colors: ReadonlyMap<string, ServiceColor>) {
  const fills = new Map<string, Fill>();
  const ofService = (service: string): Fill => {
    const known = fills.get(service);
    if (known !== undefined) return known;
    const { index } = colors.get(service) ?? NO_COLOR;
    const [red, green, blue] = readColor(`--svc-${index ?? "none"}`);
    // The darker or the lighter word, whichever stands out more: WCAG's own luminance decides.
    const isLight = luminance(red, green, blue) > LIGHT_ABOVE;
    const fill = { css: `rgb(${red} ${green} ${blue})`, label: isLight ? "#000" : "#fff" };
    fills.set(service, fill);
    return fill;
  };
  const css = (token: string) => `rgb(${readColor(token).join(" ")})`;
  return { ofService, error: css("--error-fill"), text: css("--text") };
}

/** Above this luminance black has more contrast than white. */
const LIGHT_ABOVE = 0.179;

function luminance(...rgb: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
