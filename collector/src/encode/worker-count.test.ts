/** Goal: the memory of the workers does not grow with the machine unless somebody says so. */
import { expect, test } from "vitest";
import { encodingWorkers } from "./worker-count.ts";

test.each([
  [1, 1],
  [2, 1],
  [3, 2],
  [16, 2],
  [128, 2],
])("%i cores have %i workers by default", (cores, workers) => {
  expect(encodingWorkers(0, cores)).toBe(workers);
});

test("a number that was set is kept to, whatever the cores", () => {
  expect(encodingWorkers(15, 4)).toBe(15);
  expect(encodingWorkers(1, 16)).toBe(1);
});
