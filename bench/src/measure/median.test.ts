/** Goal: what stands for several runs hides neither a loss nor a run that did not end. */
import { expect, test } from "vitest";
import { median, medianResult } from "./median.ts";
import type { Result } from "./result.ts";

const RUN: Result = {
  seconds: 20,
  acceptedRecords: 100,
  acceptedPerSecond: 5,
  storedPerSecond: 4,
  refusedRequests: 0,
  failedRequests: 0,
  bytesPerRecord: 380,
  ackMs: { p50: 1, p95: 2, p99: 3, max: 4 },
  dueMs: { p50: 1, p95: 2, p99: 3, max: 4 },
  collectorMicrosPerRecord: { main: 1, encode: 2, disk: 3, other: 4, sum: 10 },
  engineMicrosPerRecord: 5,
  cores: { collector: 1, engine: 0.5, load: 0.2, others: 0 },
  collectorResidentMaxBytes: 200,
  engineResidentMaxBytes: 900,
  waitingRecords: [1, 2, 3],
  drainSeconds: 3,
  parts: { max: 5, end: 2 },
  difference: 0,
};

test("of three the middle one, of two their mean", () => {
  expect([median([9, 1, 2]), median([4, 1])]).toEqual([2, 2.5]);
});

test("each figure is the median of its own, also inside of others", () => {
  const runs = [1, 9, 2].map((n) => ({
    ...RUN,
    acceptedPerSecond: 10 - n,
    ackMs: { ...RUN.ackMs, p95: n },
    waitingRecords: [0, n, 0] as const,
  }));
  expect(medianResult([runs[0]!, ...runs.slice(1)])).toEqual({
    ...RUN,
    acceptedPerSecond: 8,
    ackMs: { ...RUN.ackMs, p95: 2 },
    waitingRecords: [0, 2, 0],
  });
});

test("one loss among runs without stands, and one run that was not stored in time", () => {
  const lost = { ...RUN, difference: -7, drainSeconds: undefined };
  expect(medianResult([RUN, RUN, lost])).toMatchObject({
    difference: -7,
    drainSeconds: undefined,
  });
});
