import { expect, test } from "vitest";
import { freeMemory, ownedMemory } from "./owned-memory.ts";

const LARGE = 2 * Buffer.poolSize;

test("bytes that fill their memory own it, and so do those that leave a few bytes of it", () => {
  const buffer = new ArrayBuffer(LARGE);
  expect(ownedMemory(new Uint8Array(buffer))).toBe(buffer);
  expect(ownedMemory(new Uint8Array(buffer, 5))).toBe(buffer);
});

test("a part of somebody's memory, a small buffer and shared memory are not owned", () => {
  expect(ownedMemory(new Uint8Array(new ArrayBuffer(LARGE), 0, LARGE / 2))).toBeUndefined();
  expect(ownedMemory(Buffer.from("from Node's pool"))).toBeUndefined();
  expect(ownedMemory(new Uint8Array(new SharedArrayBuffer(LARGE)))).toBeUndefined();
});

test("memory that is given back is empty, and what is not owned stays as it is", () => {
  const owned = new Uint8Array(LARGE).fill(7);
  freeMemory(owned);
  expect(owned).toHaveLength(0);
  const part = new Uint8Array(new ArrayBuffer(LARGE), 0, LARGE / 2).fill(7);
  freeMemory(part);
  expect(part).toHaveLength(LARGE / 2);
});
