/** Goal: the drawing shows every node and every call once, the busiest call as the widest line. */
import type { ServiceMap } from "@throughline/query/wire";
import { expect, test } from "vitest";
import { NODE } from "./geometry.ts";
import { draw, errorShare, overflow, type MapEdge, type MapNode } from "./map-model.ts";

function node(name: string, kind: MapNode["kind"] = "service"): MapNode {
  const figures = { requests: 1, errors: 0, p50Nano: null, p95Nano: null, p99Nano: null };
  return { id: `${kind}:${name}`, kind, name, system: "", ...figures };
}

function edge(from: MapNode, to: MapNode, over: Partial<MapEdge> = {}): MapEdge {
  const figures = { durationSumNano: "0", p50Nano: "1", p95Nano: "2", p99Nano: "3" };
  const ends = { from: from.id, to: to.id, connection: "http" as const };
  return { ...ends, calls: 100, errors: 0, ...figures, ...over };
}

const SCREEN = { widthPx: 1384, heightPx: 772 };
const [web, pay, db] = [node("web"), node("pay"), node("accounts", "database")];
const map: Pick<ServiceMap, "nodes" | "edges"> = {
  nodes: [web, pay, db],
  edges: [
    edge(web, pay, { calls: 300, errors: 3 }),
    edge(web, pay, { connection: "messaging", calls: 100, errors: 1 }),
    edge(pay, db, { calls: 4 }),
    edge(pay, node("forgotten")),
  ],
};

test("connections between the same two are one line, lines to nowhere none", () => {
  const { edges } = draw(map, SCREEN);
  expect(edges.map(({ from, to, calls, errors }) => [from.name, to.name, calls, errors])).toEqual([
    ["web", "pay", 400, 4],
    ["pay", "accounts", 4, 0],
  ]);
  expect(errorShare(edges[0]!)).toBe(0.01);
});

test("the busiest line is the widest, none is invisible", () => {
  const [busy, quiet] = draw(map, SCREEN).edges.map(({ widthPx }) => widthPx);
  expect(busy).toBe(7);
  expect(quiet).toBeGreaterThanOrEqual(1);
  expect(quiet).toBeLessThan(busy ?? 0);
});

test("everything lies inside the box, and no two nodes on each other", () => {
  const { nodes, box } = draw(map, SCREEN);
  for (const a of nodes) {
    expect(a.x).toBeGreaterThanOrEqual(box.x);
    expect(a.x + NODE.width).toBeLessThanOrEqual(box.x + box.width);
    expect(a.y + NODE.height).toBeLessThanOrEqual(box.y + box.height);
    for (const b of nodes.filter((other) => other !== a))
      expect(Math.abs(a.x - b.x) >= NODE.width || Math.abs(a.y - b.y) >= NODE.height).toBe(true);
  }
});

test("a map without a node is an empty drawing", () => {
  expect(draw({ nodes: [], edges: [] }, SCREEN)).toMatchObject({ nodes: [], edges: [] });
});

/** Each calls the next. */
function chain(length: number): Pick<ServiceMap, "nodes" | "edges"> {
  const nodes = Array.from({ length }, (_, i) => node(`s${i}`));
  return { nodes, edges: nodes.slice(1).map((to, i) => edge(nodes[i]!, to)) };
}

test("what fits is drawn in its own size, so that words keep theirs: to the right, else downwards", () => {
  const small = { widthPx: 968, heightPx: 571 };
  for (const [length, flow] of [
    [4, "right"],
    [6, "down"],
  ] as const) {
    const drawing = draw(chain(length), small);
    expect(drawing.flow).toBe(flow);
    expect(drawing.box).toMatchObject({ width: small.widthPx, height: small.heightPx });
    expect(overflow(drawing.box, small)).toBe(1);
  }
});

test("what fits neither way says by how much it is too large", () => {
  const drawing = draw(chain(40), SCREEN);
  expect(drawing.flow).toBe("down");
  expect(overflow(drawing.box, SCREEN)).toBeCloseTo(drawing.box.height / SCREEN.heightPx);
});
