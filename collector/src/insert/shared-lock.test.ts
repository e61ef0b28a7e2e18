/** Goal: who holds the lock alone is alone, and nobody waits for ever. */
import { expect, test } from "vitest";
import { SharedLock } from "./shared-lock.ts";

const turns = (count: number) =>
  Array.from({ length: count }).reduce<Promise<void>>((before) => before.then(), Promise.resolve());

test("sharers run together, holders one by one and without sharers, and all come to their turn", async () => {
  const lock = new SharedLock();
  let shares = 0;
  let alone = 0;
  let together = 0;
  let done = 0;
  const share = (length: number) =>
    lock.share(async () => {
      shares += 1;
      together = Math.max(together, shares);
      expect(alone).toBe(0);
      await turns(length);
      shares -= 1;
      done += 1;
    });
  const hold = (length: number) =>
    lock.holdAlone(async () => {
      alone += 1;
      expect(alone).toBe(1);
      expect(shares).toBe(0);
      await turns(length);
      alone -= 1;
      done += 1;
    });
  const all = Array.from({ length: 200 }, (_, n) => (n % 3 === 0 ? hold(n % 7) : share(n % 11)));
  await Promise.all(all);
  expect(done).toBe(200);
  expect(together).toBeGreaterThan(1);
});

test("a failure gives the lock back", async () => {
  const lock = new SharedLock();
  await expect(lock.holdAlone(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await expect(lock.share(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await lock.holdAlone(() => Promise.resolve("yes"))).toBe("yes");
});
