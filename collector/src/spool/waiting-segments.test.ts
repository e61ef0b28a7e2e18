/** Goal: what waits on disk is bounded in number, too: each segment takes memory. */
import { expect, test } from "vitest";
import { FakeDisk } from "./testing/fake-disk.ts";
import { block, openTestSpool } from "./testing/test-spool.ts";

test("as many segments wait as may, however small they are", async () => {
  const limits = { spoolSegmentsMax: 3, openSegmentsMax: 1 };
  const { spool, sealed } = await openTestSpool({ disk: new FakeDisk(), directory: "/s", limits });
  for (const day of [1, 2, 3, 4]) {
    expect(await spool.append([block("x", { day })])).toEqual({ kind: "stored" });
  }
  // The fourth is open.
  expect(sealed.length).toBe(3);
  const refusal = await spool.append([block("x", { day: 5 })]);
  expect(JSON.stringify(refusal)).toContain("THROUGHLINE_SPOOL_SEGMENTS_MAX");
  await spool.release(sealed[0]?.id ?? "");
  expect(await spool.append([block("x", { day: 5 })])).toEqual({ kind: "stored" });
});
