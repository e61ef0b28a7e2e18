/** Goal: no segment is larger than what ClickHouse can take in one INSERT beside everything else. */
import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../limits.ts";
import { fitToMemory } from "./fit-to-memory.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const segmentMaxBytes = (limit: number, memoryBytes: number): number =>
  fitToMemory({ ...DEFAULT_LIMITS.spool, segmentMaxBytes: limit }, memoryBytes).segmentMaxBytes;

test("segments grow with the machine's memory, between a floor and the setting", () => {
  expect(segmentMaxBytes(192 * MIB, 1 * GIB)).toBe(48 * MIB);
  expect(segmentMaxBytes(192 * MIB, 7 * GIB)).toBe(64 * MIB);
  expect(segmentMaxBytes(192 * MIB, 64 * GIB)).toBe(192 * MIB);
});

test("a setting below the floor stays what it is", () => {
  expect(segmentMaxBytes(1 * MIB, 1 * GIB)).toBe(1 * MIB);
  expect(segmentMaxBytes(1 * MIB, 64 * GIB)).toBe(1 * MIB);
});
