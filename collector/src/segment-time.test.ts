import { expect, test } from "vitest";
import { segmentAgeMs } from "./segment-time.ts";

const OPENED_MS = 1_790_000_000_000;
const id = (BigInt(OPENED_MS) * 1000n).toString(16).padStart(16, "0") + "0".repeat(16);

test("a segment of an earlier process is as old as the wall clock says", () => {
  expect(segmentAgeMs(id, { unixMs: OPENED_MS + 200_000, heldMs: 1000 })).toBe(200_000);
});

test("a segment ages on while the wall clock, set back, catches up", () => {
  const unixMs = OPENED_MS - 3_600_000;
  expect(segmentAgeMs(id, { unixMs, heldMs: 180_000 })).toBe(180_000);
});
