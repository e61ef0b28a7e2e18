/** Pure: the answer about who calls whom as a drawing and as a table. */
import type { ServiceMap } from "@throughline/query/wire";
import { boxOf, curve, toSpots, type Box, type Flow, type Spots } from "./geometry.ts";

export type MapNode = ServiceMap["nodes"][number];
export type MapEdge = ServiceMap["edges"][number];

export interface DrawnNode {
  readonly node: MapNode;
  /** Left and top. */
  readonly x: number;
  readonly y: number;
}

/** All calls between two nodes, whatever their connection. */
export interface DrawnEdge {
  readonly key: string;
  readonly from: MapNode;
  readonly to: MapNode;
  readonly calls: number;
  readonly errors: number;
  /** An SVG path. */
  readonly path: string;
  /** Its middle, where a label stands. */
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
}

export interface Drawing {
  readonly flow: Flow;
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  readonly box: Box;
}

/** Between two layers: room for the label of a failing call, and no more than the eye follows. */
const GAP_PX: Readonly<Record<Flow, readonly [min: number, max: number]>> = {
  right: [54, 84],
  down: [40, 64],
};
const WIDTH_MIN_PX = 1;
const WIDTH_MAX_PX = 7;

/** Where the map is drawn, in pixels; a unit of the drawing is one. */
export interface Area {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** @returns how much larger than its area a drawing is; 1 where it fits */
export function overflow({ width, height }: Box, { widthPx, heightPx }: Area): number {
  return Math.max(1, width / Math.max(1, widthPx), height / Math.max(1, heightPx));
}

/** To the right, as people read, where that fits; else to the side where less is cut off. */
export function draw(map: Pick<ServiceMap, "nodes" | "edges">, area: Area): Drawing {
  const right = drawAlong(map, area, "right");
  if (overflow(right.box, area) === 1) return right;
  const down = drawAlong(map, area, "down");
  return overflow(down.box, area) < overflow(right.box, area) ? down : right;
}

function drawAlong(map: Pick<ServiceMap, "nodes" | "edges">, area: Area, flow: Flow): Drawing {
  const [gapMin, gapMax] = GAP_PX[flow];
  const ids = map.nodes.map(({ id }) => id);
  const edges = map.edges.map(({ from, to }) => [from, to] as const);
  const least = { width: area.widthPx, height: area.heightPx };
  const narrow = toSpots(ids, edges, gapMin, flow);
  const layers = new Set(narrow.all.map(({ x, y }) => (flow === "right" ? x : y))).size;
  const { width, height } = boxOf(narrow.all, { width: 0, height: 0 }, flow);
  const spare = flow === "right" ? area.widthPx - width : area.heightPx - height;
  const gap = gapMin + Math.min(gapMax - gapMin, Math.floor(spare / Math.max(1, layers - 1)));
  const spots = gap > gapMin ? toSpots(ids, edges, gap, flow) : narrow;
  const nodes = map.nodes.map((node): DrawnNode => ({ node, ...spots.of(node.id) }));
  return {
    flow,
    nodes,
    edges: drawEdges(map.edges, nodes, { spots, flow }),
    box: boxOf(nodes, least, flow),
  };
}

function drawEdges(
  edges: readonly MapEdge[],
  nodes: readonly DrawnNode[],
  { spots, flow }: { readonly spots: Spots; readonly flow: Flow },
): readonly DrawnEdge[] {
  const byId = new Map(nodes.map((drawn) => [drawn.node.id, drawn]));
  const groups = Map.groupBy(edges, ({ from, to }) => `${from}\n${to}`);
  const totals = [...groups].map(([key, group]) => ({
    key,
    calls: sum(group.map(({ calls }) => calls)),
    errors: sum(group.map(({ errors }) => errors)),
    from: byId.get(group[0]?.from ?? ""),
    to: byId.get(group[0]?.to ?? ""),
  }));
  const most = Math.max(1, ...totals.map(({ calls }) => calls));
  return totals.flatMap(({ key, calls, errors, from, to }) => {
    if (from === undefined || to === undefined) return [];
    const widthPx = WIDTH_MIN_PX + (WIDTH_MAX_PX - WIDTH_MIN_PX) * Math.sqrt(calls / most);
    const line = {
      ...curve(from, to, spots.between(from.node.id, to.node.id), flow),
      widthPx: Math.round(widthPx * 10) / 10,
    };
    return [{ key, from: from.node, to: to.node, calls, errors, ...line }];
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

export function errorShare({ calls, errors }: { readonly calls: number; readonly errors: number }) {
  return calls === 0 ? 0 : errors / calls;
}
