import type { ServiceColor } from "../lib/service-color.ts";
import { inSlices } from "../lib/slices.ts";
import { readColor, type Rgb } from "../ui/read-color.ts";
import { minimapSteps } from "./minimap.ts";
import type { TraceIndex } from "./trace-index.ts";

export const MINIMAP_PX = 48;

interface Painting {
  readonly index: TraceIndex;
  readonly colors: ReadonlyMap<string, ServiceColor>;
  /** In CSS pixels. */
  readonly width: number;
}

/** Paints in slices, in the colours of the theme. Fails with the signal's reason when that is aborted. */
export async function drawMinimap(
  canvas: HTMLCanvasElement,
  { index, colors, width }: Painting,
  signal: AbortSignal,
): Promise<void> {
  const ratio = window.devicePixelRatio;
  const size = { width: Math.round(width * ratio), height: Math.round(MINIMAP_PX * ratio) };
  const context = canvas.getContext("2d");
  if (context === null) return;
  const rgb = new Map<string, Rgb>();
  for (const [name, color] of colors) rgb.set(name, readColor(`--svc-${color.index ?? "none"}`));
  const error = readColor("--error-fill");
  const log = readColor("--control");
  const palette = { ofService: (name: string) => rgb.get(name) ?? log, error, log };
  const pixels = await inSlices(minimapSteps(index, palette, size), signal);
  signal.throwIfAborted();
  canvas.width = size.width;
  canvas.height = size.height;
  context.putImageData(new ImageData(pixels, size.width, size.height), 0, 0);
}
