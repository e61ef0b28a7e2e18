/** Pure: layers and rows as places on paper, and the lines between them, around the nodes in their way. */
import { layOut, type Place } from "./layout.ts";

export const NODE = { width: 176, height: 46 };
const ROW = NODE.height + 26;
const MARGIN = 40;

/** Left and top of a node. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Spot {
  readonly width: number;
  readonly height: number;
}

type Edge = readonly [from: string, to: string];

export interface Spots {
  readonly of: (id: string) => Spot;
  readonly all: readonly Spot[];
  /** @returns the spots that a line goes through, in the layers between its ends */
  readonly between: (from: string, to: string) => readonly Spot[];
}

/** More spots that only lines go through would make rows longer than they help. */
const LINE_SPOTS_MAX = 300;

/** @param gapPx between two layers */
export function toSpots(ids: readonly string[], edges: readonly Edge[], gapPx: number): Spots {
  const places = layOut(ids, edges);
  const lineSpots = spotsOfLongLines(edges, places);
  const isMany = [...lineSpots.values()].flat().length > LINE_SPOTS_MAX;
  const routed = isMany ? places : layOutAround(ids, edges, lineSpots);
  const toSpot = (id: string): Spot => {
    const { layer, row } = routed.get(id) ?? { layer: 0, row: 0 };
    return { x: layer * (NODE.width + gapPx), y: Math.round(row * ROW) };
  };
  return {
    of: toSpot,
    all: ids.map(toSpot),
    between: (from, to) => (isMany ? [] : (lineSpots.get(lineKey([from, to])) ?? []).map(toSpot)),
  };
}

function lineKey(edge: Edge): string {
  return JSON.stringify(edge);
}

/** @returns by line: a name for each layer between its ends; lines back are drawn around everything */
function spotsOfLongLines(
  edges: readonly Edge[],
  places: ReadonlyMap<string, Place>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const edge of edges) {
    const [from, to] = edge.map((id) => places.get(id)?.layer ?? 0);
    const between = (to ?? 0) - (from ?? 0) - 1;
    if (between < 1) continue;
    const key = lineKey(edge);
    found.set(
      key,
      Array.from({ length: between }, (_, i) => `${key} ${i}`),
    );
  }
  return found;
}

/** The layout once more, in which what stands in the way of a long line makes room for it. */
function layOutAround(
  ids: readonly string[],
  edges: readonly Edge[],
  lineSpots: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, Place> {
  const parts = edges.flatMap((edge): readonly Edge[] => {
    const way = [edge[0], ...(lineSpots.get(lineKey(edge)) ?? []), edge[1]];
    return way.slice(1).map((to, i) => [way[i] ?? "", to]);
  });
  return layOut([...ids, ...[...lineSpots.values()].flat()], parts);
}

/** @returns what holds all nodes and a margin, at least as large as said, the nodes in its middle */
export function boxOf(
  spots: readonly Spot[],
  least: { readonly width: number; readonly height: number },
): Box {
  const right = Math.max(0, ...spots.map(({ x }) => x + NODE.width));
  const top = Math.min(0, ...spots.map(({ y }) => y));
  const bottom = Math.max(0, ...spots.map(({ y }) => y + NODE.height));
  const width = Math.max(least.width, right + 2 * MARGIN);
  const height = Math.max(least.height, bottom - top + 2 * MARGIN);
  return { x: (right - width) / 2, y: (top + bottom - height) / 2, width, height };
}

/** A line as an SVG path, and its middle, where a label stands. */
export interface Curve extends Spot {
  readonly path: string;
}

/**
 * From the right side to the left side; back around above where the callee stands left of or over its caller.
 * @param between of {@link Spots}
 */
export function curve(from: Spot, to: Spot, between: readonly Spot[] = []): Curve {
  const [x1, x2] = [from.x + NODE.width, to.x];
  if (from.x === to.x && from.y === to.y) {
    const x = from.x + NODE.width / 2;
    const path = `M${x - 20} ${from.y}C${x - 30} ${from.y - 34} ${x + 30} ${from.y - 34} ${x + 20} ${from.y}`;
    return { path, x, y: from.y - 26 };
  }
  if (x2 > x1) return { path: wayThrough(from, to, between), ...middleOf(from, to, between) };
  const over = Math.min(from.y, to.y) - 40;
  const [xa, xb] = [from.x + NODE.width / 2, to.x + NODE.width / 2];
  const path = `M${xa} ${from.y}C${xa} ${over} ${xb} ${over} ${xb} ${to.y}`;
  return { path, x: (xa + xb) / 2, y: over + 20 + Math.abs(from.y - to.y) / 8 };
}

const BEND_PX_MAX = 140;

function wayThrough(from: Spot, to: Spot, between: readonly Spot[]): string {
  let at = { x: from.x + NODE.width, y: middle(from) };
  const pieces = [`M${at.x} ${at.y}`];
  for (const spot of [...between, to]) {
    const y = middle(spot);
    const bend = Math.min(BEND_PX_MAX, (spot.x - at.x) / 2);
    pieces.push(`C${at.x + bend} ${at.y} ${spot.x - bend} ${y} ${spot.x} ${y}`);
    at = { x: spot === to ? spot.x : spot.x + NODE.width, y };
    if (spot !== to) pieces.push(`H${at.x}`);
  }
  return pieces.join("");
}

/** In the layer in the middle, where the line is level; between the ends of a short one. */
function middleOf(from: Spot, to: Spot, between: readonly Spot[]): Spot {
  const spot = between[Math.floor(between.length / 2)];
  if (spot !== undefined) return { x: spot.x + NODE.width / 2, y: middle(spot) };
  return { x: (from.x + NODE.width + to.x) / 2, y: (middle(from) + middle(to)) / 2 };
}

function middle({ y }: Spot): number {
  return y + NODE.height / 2;
}
