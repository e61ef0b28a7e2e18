/** Goal: a disk that failed is let alone for a moment, and only for that. */
import { expect, test } from "vitest";
import { FakeDisk } from "./testing/fake-disk.ts";
import { block, openTestSpool } from "./testing/test-spool.ts";

const refused = expect.objectContaining({ kind: "refused" });

test("setting the wall clock back does not prolong the pause after a failed write", async () => {
  const disk = new FakeDisk();
  let now = 0;
  let unixMs = 7_200_000;
  const clock = { unixMs: () => unixMs, monotonicMs: () => now };
  const { spool } = await openTestSpool({ disk, directory: "/s", clock });
  disk.faults.failingSyncs = 1;
  expect(await spool.append([block("lost")])).toEqual(refused);
  unixMs -= 3_600_000;
  now = 999;
  expect(await spool.append([block("during the pause")])).toEqual(refused);
  now = 1000;
  expect(await spool.append([block("next")])).toEqual({ kind: "stored" });
});
