/** Goal: each service of a small waterfall has a line of its own while there are lines. */
import { expect, test } from "vitest";
import { laneOf } from "./strip-lanes.ts";

const strip = (services: string) => Array.from(services, (service) => ({ service }));

test("services come from the top as they begin, the last lane is shared", () => {
  expect([...laneOf(strip("abacbd"), 3)]).toEqual([
    ["a", 0],
    ["b", 1],
    ["c", 2],
    ["d", 2],
  ]);
  expect(laneOf([], 3).size).toBe(0);
});
