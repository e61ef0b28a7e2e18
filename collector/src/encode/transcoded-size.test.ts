/**
 * Goal: what a request becomes as OTLP protobuf is bounded as a request is, because it is held beside it: numbers of one digit in
 * JSON become eight bytes, and a Zipkin span of two ids three times its length.
 */
import { expect, test } from "vitest";
import { encode, json, rowsOf } from "./testing/requests.ts";

const LIMITS = { bodyMaxBytes: 100_000 };

const counts = (buckets: number) => ({
  resourceMetrics: [
    {
      scopeMetrics: [
        {
          metrics: [
            {
              name: "sizes",
              histogram: {
                dataPoints: [{ bucketCounts: Array.from({ length: buckets }, () => 1) }],
              },
            },
          ],
        },
      ],
    },
  ],
});

const zipkin = (spans: number) => {
  const ids = Array.from({ length: spans }, (_, n) => ({
    traceId: "a1",
    id: (n + 1).toString(16),
  }));
  return {
    signal: "traces",
    encoding: "zipkin-json",
    body: Buffer.from(JSON.stringify(ids)),
  } as const;
};

test.each([
  ["counts in JSON", json("metrics", JSON.stringify(counts(12_000)))],
  ["spans of Zipkin", zipkin(2_000)],
])("%s that would become more are refused, and the next request is read", (_, large) => {
  expect(large.body.length).toBeLessThan(LIMITS.bodyMaxBytes);
  const result = encode([large, zipkin(3)], LIMITS);
  expect(result.outcomes).toMatchObject([{ kind: "too_large" }, { kind: "encoded", records: 3 }]);
  expect(result.outcomes[0]).toHaveProperty(
    "message",
    `The request has ${large.body.length} bytes, and as OTLP protobuf more than the limit of 100000 (THROUGHLINE_OTLP_BODY_MAX_BYTES); send smaller batches.`,
  );
  expect(rowsOf(result)).toHaveLength(3);
});

test("one that stays below is read", () => {
  const result = encode([json("metrics", JSON.stringify(counts(9_000))), zipkin(900)], LIMITS);
  expect(result.outcomes).toMatchObject([
    { kind: "encoded", records: 1 },
    { kind: "encoded", records: 900 },
  ]);
});
