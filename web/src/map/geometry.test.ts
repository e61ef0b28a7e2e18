/** Goal: lines go around the nodes in their way, and end where their nodes are. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { boxOf, curve, NODE, toSpots, type Spot } from "./geometry.ts";

const isOver = (a: Spot, b: Spot) =>
  Math.abs(a.x - b.x) < NODE.width && Math.abs(a.y - b.y) < NODE.height;

test("a line past a layer goes through a spot that no node stands on", () => {
  const spots = toSpots(
    ["a", "b", "c"],
    [
      ["a", "b"],
      ["b", "c"],
      ["a", "c"],
    ],
    100,
  );
  const [way, ...more] = spots.between("a", "c");
  expect(more).toEqual([]);
  expect(way?.x).toBe(spots.of("b").x);
  expect(isOver(way!, spots.of("b"))).toBe(false);
  expect(spots.between("a", "b")).toEqual([]);
});

test("whatever calls whatever, no node and no line's way stand on another, and all nodes are in the box", () => {
  const ids = ["a", "b", "c", "d", "e", "f", "g"];
  const edges = fc.array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(edges, fc.constantFrom("right", "down"), (all, flow) => {
      const spots = toSpots(ids, all, 100, flow);
      const lines = new Map(all.map((edge) => [edge.join(), edge]));
      const ways = [...lines.values()].flatMap(([from, to]) => spots.between(from, to));
      const places = [...ids.map((id) => spots.of(id)), ...ways];
      places.forEach((one, i) => {
        for (const other of places.slice(i + 1)) expect(isOver(one, other)).toBe(false);
      });
      const box = boxOf(spots.all, { width: 0, height: 0 }, flow);
      for (const { x, y } of spots.all) {
        expect(x).toBeGreaterThanOrEqual(box.x);
        expect(y).toBeGreaterThanOrEqual(box.y);
        expect(x + NODE.width).toBeLessThanOrEqual(box.x + box.width);
        expect(y + NODE.height).toBeLessThanOrEqual(box.y + box.height);
      }
      for (const [from, to] of lines.values()) {
        const { path } = curve(spots.of(from), spots.of(to), spots.between(from, to), flow);
        expect(path).toMatch(/^M-?[\d.]+ -?[\d.]+C/);
        expect(path).not.toContain("NaN");
      }
    }),
  );
});

test("a line down leaves its caller below and comes to its callee from above", () => {
  const { path, x, y } = curve({ x: 0, y: 0 }, { x: 300, y: 146 }, [], "down");
  expect(path.startsWith(`M${NODE.width / 2} ${NODE.height}C`)).toBe(true);
  expect(path.endsWith(`${300 + NODE.width / 2} 146`)).toBe(true);
  expect({ x, y }).toEqual({ x: 150 + NODE.width / 2, y: 96 });
});
