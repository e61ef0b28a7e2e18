/** Goal: what the load sends is fresh and otherwise untouched. Method: the bytes that differ between two renewals are counted and read. */
import { sampleLogs, sampleSpans } from "@throughline/collector/sample-requests";
import { expect, test } from "vitest";
import { RenewableRequest } from "./request-template.ts";

const NOW = 1_800_000_000_000;

test.each([
  ["logs", sampleLogs],
  ["traces", sampleSpans],
] as const)("%s keep their length and get times within the last second", (signal, sample) => {
  const original = Buffer.from(sample(40));
  const request = new RenewableRequest(signal, original);
  expect(request.records).toBe(40);
  request.renew(NOW);
  expect(request.bytes).toHaveLength(original.length);
  // Half an id and two times: at most 8 + 16 bytes of each record.
  const changed = request.bytes.filter((byte, index) => byte !== original[index]).length;
  expect(changed).toBeGreaterThan(40 * 8);
  expect(changed).toBeLessThanOrEqual(40 * 24);
});

test("a span keeps its duration, also where its start is about to carry into the upper half", () => {
  const request = new RenewableRequest("traces", sampleSpans(400));
  const before = durations(request.bytes);
  for (const now of [NOW, NOW + 4_295]) {
    request.renew(now);
    expect(durations(request.bytes)).toEqual(before);
  }
});

/** Of all spans: `start_time_unix_nano` (tag 0x39) is followed by `end_time_unix_nano` (tag 0x41). */
function durations(bytes: Buffer): readonly bigint[] {
  const found: bigint[] = [];
  for (let at = 0; at + 18 <= bytes.length; at++) {
    if (bytes[at] !== 0x39 || bytes[at + 9] !== 0x41) continue;
    const start = bytes.readBigUInt64LE(at + 1);
    if (start < 1_700_000_000_000_000_000n || start > 1_900_000_000_000_000_000n) continue;
    found.push(bytes.readBigUInt64LE(at + 10) - start);
    at += 17;
  }
  return found;
}
