/** Pure: the answer about who calls whom as a drawing and as a table. */
import type { ServiceMap } from "@throughline/query/wire";
import { layOut } from "./layout.ts";

export type MapNode = ServiceMap["nodes"][number];
export type MapEdge = ServiceMap["edges"][number];

export const NODE = { width: 176, height: 46 };
const COLUMN = NODE.width + 84;
const ROW = NODE.height + 26;
const MARGIN = 40;

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

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Drawing {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  readonly box: Box;
}

/** A small map is not drawn larger than this many units across. */
const BOX_MIN = { width: 1240, height: 600 };
const WIDTH_MIN_PX = 1;
const WIDTH_MAX_PX = 7;

export function draw(map: Pick<ServiceMap, "nodes" | "edges">): Drawing {
  const places = layOut(
    map.nodes.map(({ id }) => id),
    map.edges.map(({ from, to }) => [from, to]),
  );
  const nodes = map.nodes.map((node): DrawnNode => {
    const { layer, row } = places.get(node.id) ?? { layer: 0, row: 0 };
    return { node, x: layer * COLUMN, y: Math.round(row * ROW) };
  });
  return { nodes, edges: drawEdges(map.edges, nodes), box: boxOf(nodes) };
}

function boxOf(nodes: readonly DrawnNode[]): Box {
  const right = Math.max(0, ...nodes.map(({ x }) => x + NODE.width));
  const bottom = Math.max(0, ...nodes.map(({ y }) => y + NODE.height));
  const width = Math.max(BOX_MIN.width, right + 2 * MARGIN);
  const height = Math.max(BOX_MIN.height, bottom + 2 * MARGIN);
  return { x: (right - width) / 2, y: (bottom - height) / 2, width, height };
}

function drawEdges(edges: readonly MapEdge[], nodes: readonly DrawnNode[]): readonly DrawnEdge[] {
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
    const line = { ...curve(from, to), widthPx: Math.round(widthPx * 10) / 10 };
    return [{ key, from: from.node, to: to.node, calls, errors, ...line }];
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** From the right side to the left side; back around above where the callee stands left of or over its caller. */
function curve(from: DrawnNode, to: DrawnNode): Pick<DrawnEdge, "path" | "x" | "y"> {
  const [y1, y2] = [from.y + NODE.height / 2, to.y + NODE.height / 2];
  const [x1, x2] = [from.x + NODE.width, to.x];
  if (from === to) {
    const x = from.x + NODE.width / 2;
    const path = `M${x - 20} ${from.y}C${x - 30} ${from.y - 34} ${x + 30} ${from.y - 34} ${x + 20} ${from.y}`;
    return { path, x, y: from.y - 26 };
  }
  if (x2 > x1) {
    const bend = Math.min(140, (x2 - x1) / 2);
    const path = `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
    return { path, x: (x1 + x2) / 2, y: (y1 + y2) / 2 };
  }
  const over = Math.min(from.y, to.y) - 40;
  const [xa, xb] = [from.x + NODE.width / 2, to.x + NODE.width / 2];
  const path = `M${xa} ${from.y}C${xa} ${over} ${xb} ${over} ${xb} ${to.y}`;
  return { path, x: (xa + xb) / 2, y: over + 20 + Math.abs(from.y - to.y) / 8 };
}

export function errorShare({ calls, errors }: { readonly calls: number; readonly errors: number }) {
  return calls === 0 ? 0 : errors / calls;
}
