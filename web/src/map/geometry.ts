/** Pure: layers and rows as places on paper, and the lines between them, around the nodes in their way. */
import { layOut, type Place } from "./layout.ts";

export const NODE = { width: 176, height: 46 };
/** From one node of a layer to the next. */
const ROW: Readonly<Record<Flow, number>> = { right: NODE.height + 26, down: NODE.width + 28 };
/** Around everything: before the first layer and after the last, and at the sides, where lines come back. */
const MARGIN = { along: 24, across: 40 };

/** Where callees stand: right of their callers, or below them. */
export type Flow = "right" | "down";

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
export function toSpots(
  ids: readonly string[],
  edges: readonly Edge[],
  gapPx: number,
  flow: Flow = "right",
): Spots {
  const places = layOut(ids, edges);
  const lineSpots = spotsOfLongLines(edges, places);
  const isMany = [...lineSpots.values()].flat().length > LINE_SPOTS_MAX;
  const routed = isMany ? places : layOutAround(ids, edges, lineSpots);
  const toSpot = (id: string): Spot => {
    const { layer, row } = routed.get(id) ?? { layer: 0, row: 0 };
    const [along, across] = [layer * (lengthOf(flow) + gapPx), Math.round(row * ROW[flow])];
    return turn({ x: along, y: across }, flow);
  };
  return {
    of: toSpot,
    all: ids.map(toSpot),
    between: (from, to) => (isMany ? [] : (lineSpots.get(lineKey([from, to])) ?? []).map(toSpot)),
  };
}

/** Of a node, along the flow. */
function lengthOf(flow: Flow): number {
  return flow === "right" ? NODE.width : NODE.height;
}

/** To the coordinates of a flow to the right, and back. */
function turn<T extends Spot>(spot: T, flow: Flow): T {
  return flow === "right" ? spot : { ...spot, x: spot.y, y: spot.x };
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
  flow: Flow = "right",
): Box {
  const margin = turn({ x: MARGIN.along, y: MARGIN.across }, flow);
  const left = Math.min(0, ...spots.map(({ x }) => x));
  const right = Math.max(0, ...spots.map(({ x }) => x + NODE.width));
  const top = Math.min(0, ...spots.map(({ y }) => y));
  const bottom = Math.max(0, ...spots.map(({ y }) => y + NODE.height));
  const width = Math.max(least.width, right - left + 2 * margin.x);
  const height = Math.max(least.height, bottom - top + 2 * margin.y);
  return { x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height };
}

/** A line as an SVG path, and its middle, where a label stands. */
export interface Curve extends Spot {
  readonly path: string;
}

/**
 * From the side of the caller to that of the callee; back around beside everything where the callee stands before its
 * caller, or in its layer.
 * @param between of {@link Spots}
 */
export function curve(
  from: Spot,
  to: Spot,
  between: readonly Spot[] = [],
  flow: Flow = "right",
): Curve {
  const size = turn({ x: NODE.width, y: NODE.height }, flow);
  const [start, end] = [turn(from, flow), turn(to, flow)];
  const way = between.map((spot) => turn(spot, flow));
  const { pieces, label } = bend(start, end, way, size);
  const write = (spot: Spot) => {
    const { x, y } = turn(spot, flow);
    return `${x} ${y}`;
  };
  const path = pieces.map(([letter, ...spots]) => `${letter}${spots.map(write).join(" ")}`);
  return { path: path.join(""), ...turn(label, flow) };
}

type Piece = readonly [letter: "M" | "C" | "L", ...spots: Spot[]];

interface Bent {
  readonly pieces: readonly Piece[];
  readonly label: Spot;
}

/** As if the flow were to the right. @param size of a node */
function bend(from: Spot, to: Spot, between: readonly Spot[], size: Spot): Bent {
  const at = (x: number, y: number): Spot => ({ x, y });
  const [xa, xb] = [from.x + size.x / 2, to.x + size.x / 2];
  if (from.x === to.x && from.y === to.y) {
    const { y } = from;
    const loop = [at(xa - 30, y - 34), at(xa + 30, y - 34), at(xa + 20, y)];
    return {
      pieces: [
        ["M", at(xa - 20, y)],
        ["C", ...loop],
      ],
      label: at(xa, y - 26),
    };
  }
  if (to.x > from.x + size.x)
    return {
      pieces: wayThrough(from, to, between, size),
      label: middleOf(from, to, between, size),
    };
  const over = Math.min(from.y, to.y) - 40;
  return {
    pieces: [
      ["M", at(xa, from.y)],
      ["C", at(xa, over), at(xb, over), at(xb, to.y)],
    ],
    label: at((xa + xb) / 2, over + 20 + Math.abs(from.y - to.y) / 8),
  };
}

const BEND_PX_MAX = 140;

function wayThrough(from: Spot, to: Spot, between: readonly Spot[], size: Spot): readonly Piece[] {
  const middle = ({ y }: Spot) => y + size.y / 2;
  let at = { x: from.x + size.x, y: middle(from) };
  const pieces: Piece[] = [["M", at]];
  for (const spot of [...between, to]) {
    const end = { x: spot.x, y: middle(spot) };
    const reach = Math.min(BEND_PX_MAX, (end.x - at.x) / 2);
    pieces.push(["C", { x: at.x + reach, y: at.y }, { x: end.x - reach, y: end.y }, end]);
    at = spot === to ? end : { x: end.x + size.x, y: end.y };
    if (spot !== to) pieces.push(["L", at]);
  }
  return pieces;
}

/** In the layer in the middle, where the line is level; between the ends of a short one. */
function middleOf(from: Spot, to: Spot, between: readonly Spot[], size: Spot): Spot {
  const middle = ({ y }: Spot) => y + size.y / 2;
  const spot = between[Math.floor(between.length / 2)];
  if (spot !== undefined) return { x: spot.x + size.x / 2, y: middle(spot) };
  return { x: (from.x + size.x + to.x) / 2, y: (middle(from) + middle(to)) / 2 };
}
