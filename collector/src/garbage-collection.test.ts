/**
 * Goal: bytes that died outside of V8's heap do not pile up until the whole heap is searched for them. Method: some are made and
 * let go, and what the process holds is read.
 */
import { expect, test } from "vitest";
import { noteDeadBytes, tuneGarbageCollection } from "./garbage-collection.ts";

const MIB = 1024 * 1024;

/** @returns the most that was held above what was there before, in bytes */
function letGo(pieces: number, note: (bytes: number) => void): number {
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (let piece = 0; piece < pieces; piece++) {
    note(Buffer.allocUnsafeSlow(MIB).length);
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  return most;
}

test("dead bytes are found when they are noted, without a search of the whole heap", () => {
  tuneGarbageCollection();
  // 136 MiB where nobody says so.
  expect(letGo(300, noteDeadBytes)).toBeLessThan(100 * MIB);
});

test("other code does not get the function that collects", () => {
  tuneGarbageCollection();
  expect(globalThis.gc).toBeUndefined();
});
