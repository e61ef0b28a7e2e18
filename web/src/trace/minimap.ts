import type { Steps } from "../lib/slices.ts";
import type { Rgb } from "../ui/read-color.ts";
import { isFailureItem } from "./trace-rows.ts";
import type { TraceIndex } from "./trace-index.ts";
import { hasTrait, Trait } from "./traits.ts";

export interface MinimapColors {
  readonly ofService: (name: string) => Rgb;
  readonly error: Rgb;
  readonly log: Rgb;
}

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** Nodes that are painted before the page may do something else. */
const STEP_NODES = 4000;

/**
 * The whole trace as pixels: nodes top to bottom share the height. The ends of failed spans and the logs are painted
 * last, so that many rows in one pixel never hide them. The lowest rows are a lane for logs.
 * @returns RGBA, width * height * 4 bytes, transparent where nothing is
 */
export function* minimapSteps(
  index: TraceIndex,
  colors: MinimapColors,
  size: PixelSize,
): Steps<Uint8ClampedArray<ArrayBuffer>> {
  const { width, height } = size;
  // One number for each pixel: a wide bar is one fill.
  const words = new Uint32Array(width * height);
  const paper = { words, ...size };
  const laneHeight = 5;
  const barsHeight = Math.max(1, height - laneHeight - 2);
  const count = index.nodes.length;
  const perNode = barsHeight / Math.max(1, count);
  const thickness = Math.min(6, Math.max(1, Math.floor(perNode) - 1));
  const perNs = (width - 1) / index.totalNs;
  const ofOperation: number[] = [];
  const colorOf = (node: number) => {
    const operation = index.operation[node] ?? -1;
    const known = ofOperation[operation];
    if (known !== undefined) return known;
    const current = index.nodes[node];
    const service = current?.kind === "span" ? current.span.serviceName : "";
    return (ofOperation[operation] = toWord(colors.ofService(service)));
  };
  for (let node = 0; node < count; node++) {
    if (node % STEP_NODES === 0) yield;
    if (!hasTrait(index, node, Trait.span)) continue;
    const startNs = index.startNs[node] ?? 0;
    const x = Math.floor(startNs * perNs);
    const right = Math.floor((startNs + (index.durationNs[node] ?? 0)) * perNs) + 1;
    const box = {
      x,
      y: Math.floor(node * perNode),
      width: Math.max(2, right - x),
      height: thickness,
    };
    fill(paper, box, colorOf(node));
  }
  const errorWord = toWord(colors.error);
  for (let node = 0; node < count; node++) {
    if (node % STEP_NODES === 0) yield;
    if (!hasTrait(index, node, Trait.error)) continue;
    const x = Math.floor(((index.startNs[node] ?? 0) + (index.durationNs[node] ?? 0)) * perNs) - 2;
    const y = Math.floor(node * perNode) - 1;
    fill(paper, { x, y, width: 4, height: thickness + 2 }, errorWord);
  }
  yield* paintLogs(index, paper, { perNs, laneHeight, log: toWord(colors.log), error: errorWord });
  return new Uint8ClampedArray(words.buffer);
}

interface Lane {
  readonly perNs: number;
  readonly laneHeight: number;
  /** Colours. */
  readonly log: number;
  readonly error: number;
}

/** Failures last, so that others never hide them. */
function* paintLogs(
  index: TraceIndex,
  paper: Paper,
  { perNs, laneHeight, log, error }: Lane,
): Steps<void> {
  const y = paper.height - laneHeight;
  const failures: number[] = [];
  for (const [node, { items }] of index.nodes.entries()) {
    if (node % STEP_NODES === 0) yield;
    for (const item of items) {
      const x = Math.floor(item.atNs * perNs);
      if (isFailureItem(item)) failures.push(x);
      else fill(paper, { x, y, width: 1, height: laneHeight }, log);
    }
  }
  for (const x of failures) fill(paper, { x, y, width: 2, height: laneHeight }, error);
}

interface Paper extends PixelSize {
  readonly words: Uint32Array;
}

/** As a pixel's four bytes are read as one number on this machine. */
function toWord(color: Rgb): number {
  return new Uint32Array(Uint8Array.of(...color, 255).buffer)[0] ?? 0;
}

function fill(
  { words, width, height }: Paper,
  box: { readonly x: number; readonly y: number } & PixelSize,
  word: number,
): void {
  const left = Math.max(0, box.x);
  const right = Math.min(width, box.x + box.width);
  const bottom = Math.min(height, box.y + box.height);
  if (right <= left) return;
  for (let y = Math.max(0, box.y); y < bottom; y++)
    words.fill(word, y * width + left, y * width + right);
}
