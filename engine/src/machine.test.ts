/** Goal: the engine fits the machine, from a small container to a large server. */
import { expect, test } from "vitest";
import { engineLimits } from "./machine.ts";

const GIB = 1024 ** 3;

test.each([
  { machineGib: 1, expectedGib: 1, why: "never less than a gibibyte" },
  { machineGib: 8, expectedGib: 4, why: "half" },
  { machineGib: 512, expectedGib: 32, why: "never more than 32" },
])("of $machineGib GiB it takes $expectedGib: $why", ({ machineGib, expectedGib }) => {
  const limits = engineLimits(undefined, { memoryBytes: machineGib * GIB, cores: 2 });
  expect(limits.memoryBytes).toBe(expectedGib * GIB);
  expect(limits.queryMemoryBytes).toBeLessThan(limits.memoryBytes / 2);
});

test("a given limit is taken as it is", () => {
  const limits = engineLimits(700_000_000, { memoryBytes: 8 * GIB, cores: 2 });
  expect(limits.memoryBytes).toBe(700_000_000);
});
