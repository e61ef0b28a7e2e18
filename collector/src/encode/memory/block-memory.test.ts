import { expect, test } from "vitest";
import { BlockMemory } from "./block-memory.ts";

const MIB = 1024 * 1024;

test("what came back is used again, by what fits into it", () => {
  const memory = new BlockMemory(16 * MIB);
  const large = memory.take(4 * MIB).buffer;
  const small = memory.take(MIB).buffer;
  memory.giveBack(large);
  memory.giveBack(small);
  const again = memory.take(MIB - 1000);
  expect(again.buffer).toBe(small);
  expect(again).toHaveLength(MIB - 1000);
  expect(memory.take(4 * MIB + 1000).buffer).toBe(large);
});

test("what is lent lies in nothing else, and small blocks do not hold large memory", () => {
  const memory = new BlockMemory(16 * MIB);
  const { buffer } = memory.take(4 * MIB);
  memory.giveBack(buffer);
  expect(memory.take(1000).buffer).not.toBe(buffer);
  expect(memory.take(4 * MIB).buffer).toBe(buffer);
  expect(memory.take(4 * MIB).buffer).not.toBe(buffer);
});

test("more than may lie unused is given back at once, the oldest first", () => {
  const memory = new BlockMemory(10 * MIB);
  const [first, second, third] = [1, 2, 3].map(() => memory.take(4 * MIB).buffer);
  for (const buffer of [first!, second!, third!]) memory.giveBack(buffer);
  expect(first!.detached).toBe(true);
  expect(memory.takeAll()).toEqual([second, third]);
  expect(memory.takeAll()).toEqual([]);
});
