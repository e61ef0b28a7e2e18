/** Goal: a map reads from left to right, nodes never lie on each other, and a large one is there at once. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layOut } from "./layout.ts";

const layerOf = (places: ReturnType<typeof layOut>, id: string) => places.get(id)?.layer;

describe("layers", () => {
  test("are the longest ways from a start", () => {
    const places = layOut(
      ["web", "pay", "db", "mail"],
      [
        ["web", "pay"],
        ["web", "db"],
        ["pay", "db"],
        ["pay", "mail"],
      ],
    );
    expect(["web", "pay", "db", "mail"].map((id) => layerOf(places, id))).toEqual([0, 1, 2, 2]);
  });

  test("of a cycle begin with who is called by nobody", () => {
    const places = layOut(
      ["b", "c", "a"],
      [
        ["a", "b"],
        ["b", "c"],
        ["c", "b"],
      ],
    );
    expect(["a", "b", "c"].map((id) => layerOf(places, id))).toEqual([0, 1, 2]);
  });

  test("of a cycle that nobody enters still differ", () => {
    const places = layOut(
      ["a", "b"],
      [
        ["a", "b"],
        ["b", "a"],
      ],
    );
    expect(layerOf(places, "a")).not.toBe(layerOf(places, "b"));
  });

  test("of a chain of thousands are as many", () => {
    const ids = Array.from({ length: 5000 }, (_, i) => String(i));
    const places = layOut(
      ids,
      ids.slice(1).map((id, i) => [String(i), id] as const),
    );
    expect(layerOf(places, "4999")).toBe(4999);
  });
});

test("the order in a layer avoids the crossing that the names would make", () => {
  const places = layOut(
    ["a", "b", "x", "y"],
    [
      ["a", "y"],
      ["b", "x"],
    ],
  );
  const row = (id: string) => places.get(id)?.row ?? Number.NaN;
  expect(Math.sign(row("a") - row("b"))).toBe(Math.sign(row("y") - row("x")));
});

test("who calls itself, or what is not there, is a node without an edge", () => {
  const places = layOut(
    ["a"],
    [
      ["a", "a"],
      ["a", "gone"],
    ],
  );
  expect([...places]).toEqual([["a", { layer: 0, row: 0 }]]);
});

const graph = fc.integer({ min: 0, max: 40 }).chain((count) =>
  fc.tuple(
    fc.constant(Array.from({ length: count }, (_, i) => `n${i}`)),
    fc.array(fc.tuple(fc.nat(Math.max(0, count - 1)), fc.nat(Math.max(0, count - 1))), {
      maxLength: 120,
    }),
  ),
);

test("of any graph every node has one place, and no two nodes of a layer are closer than a row", () => {
  fc.assert(
    fc.property(graph, ([ids, pairs]) => {
      const places = layOut(
        ids,
        pairs.map(([from, to]) => [`n${from}`, `n${to}`] as const),
      );
      expect([...places.keys()].toSorted()).toEqual([...ids].toSorted());
      const layers = Map.groupBy(places.values(), ({ layer }) => layer);
      for (const inLayer of layers.values()) {
        const rows = inLayer.map(({ row }) => row).toSorted((a, b) => a - b);
        expect(rows[0]).toBeGreaterThanOrEqual(-1e-9);
        for (const [i, row] of rows.entries())
          if (i > 0) expect(row - (rows[i - 1] ?? 0)).toBeGreaterThan(0.999);
      }
    }),
  );
});
