import { isFailureItem } from "./trace-rows.ts";
import type { TraceIndex } from "./trace-index.ts";

/** Red, green, blue, 0..255. */
export type Rgb = readonly [number, number, number];

export interface MinimapColors {
  readonly ofService: (name: string) => Rgb;
  readonly error: Rgb;
  readonly log: Rgb;
}

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The whole trace as pixels: nodes top to bottom share the height. The ends of failed spans and the logs are painted
 * last, so that many rows in one pixel never hide them. The lowest rows are a lane for logs.
 * @returns RGBA, width * height * 4 bytes, transparent where nothing is
 */
export function paintMinimap(
  index: TraceIndex,
  colors: MinimapColors,
  size: PixelSize,
): Uint8ClampedArray<ArrayBuffer> {
  const { width, height } = size;
  const pixels = new Uint8ClampedArray(width * height * 4);
  const laneHeight = 5;
  const barsHeight = Math.max(1, height - laneHeight - 2);
  const perNode = barsHeight / Math.max(1, index.nodes.length);
  const thickness = Math.min(6, Math.max(1, Math.floor(perNode) - 1));
  const column = (ns: number) => Math.floor((ns / index.totalNs) * (width - 1));
  const ofNode = (i: number) => {
    const from = column(index.startNs[i] ?? 0);
    const to = column((index.startNs[i] ?? 0) + (index.durationNs[i] ?? 0));
    return { from, to, y: Math.floor(i * perNode) };
  };
  index.nodes.forEach((node, i) => {
    if (node.kind !== "span") return;
    const { from, to, y } = ofNode(i);
    const box = { x: from, y, width: Math.max(2, to - from + 1), height: thickness };
    fill(pixels, size, box, colors.ofService(node.span.serviceName));
  });
  index.nodes.forEach((node, i) => {
    if (node.kind !== "span" || !node.isError) return;
    const { to, y } = ofNode(i);
    fill(pixels, size, { x: to - 2, y: y - 1, width: 4, height: thickness + 2 }, colors.error);
  });
  for (const pass of [false, true])
    for (const node of index.nodes)
      for (const item of node.items) {
        if (isFailureItem(item) !== pass) continue;
        const box = {
          x: column(item.atNs),
          y: height - laneHeight,
          width: pass ? 2 : 1,
          height: laneHeight,
        };
        fill(pixels, size, box, pass ? colors.error : colors.log);
      }
  return pixels;
}

function fill(
  pixels: Uint8ClampedArray,
  size: PixelSize,
  box: { readonly x: number; readonly y: number } & PixelSize,
  color: Rgb,
): void {
  const right = Math.min(size.width, box.x + box.width);
  const bottom = Math.min(size.height, box.y + box.height);
  for (let y = Math.max(0, box.y); y < bottom; y++)
    for (let x = Math.max(0, box.x); x < right; x++) {
      const at = (y * size.width + x) * 4;
      pixels[at] = color[0];
      pixels[at + 1] = color[1];
      pixels[at + 2] = color[2];
      pixels[at + 3] = 255;
    }
}
