/** Pure: the answer about who calls whom as a drawing and as a table. */
import type { ServiceMap } from "@throughline/query/wire";
import { boxOf, curve, toSpots, type Box, type Spots } from "./geometry.ts";

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
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  readonly box: Box;
}

/** Room for the label of a failing call. */
const GAP_PX = 84;
/** A small map is not drawn larger than this many units across. */
const BOX_MIN = { width: 1240, height: 600 };
const WIDTH_MIN_PX = 1;
const WIDTH_MAX_PX = 7;

export function draw(map: Pick<ServiceMap, "nodes" | "edges">): Drawing {
  const spots = toSpots(
    map.nodes.map(({ id }) => id),
    map.edges.map(({ from, to }) => [from, to]),
    GAP_PX,
  );
  const nodes = map.nodes.map((node): DrawnNode => {
    return { node, ...spots.of(node.id) };
  });
  return { nodes, edges: drawEdges(map.edges, nodes, spots), box: boxOf(nodes, BOX_MIN) };
}

function drawEdges(
  edges: readonly MapEdge[],
  nodes: readonly DrawnNode[],
  spots: Spots,
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
      ...curve(from, to, spots.between(from.node.id, to.node.id)),
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
