/**
 * Goal: a span whose end does not fit into a signed 64-bit count of nanoseconds makes its trace as long as these have room for, at every
 * door the same. Method: clients that send an end of all ones, or a duration of all ones, in a real ClickHouse.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  HOUR,
  MINUTE,
  NOW,
  spanId,
  traceId,
} from "../testing/fixtures.ts";
import { decodeTraceColumns } from "../trace-columns/index.ts";
import type { Meta, RequestAnswer, TraceVerdict } from "../wire.ts";

let fixture: Fixture;
const START = NOW - MINUTE;
const UINT64_MAX = 2n ** 64n - 1n;
const INT64_MAX = 2n ** 63n - 1n;

/** By the duration of the span that is longest. */
const TRACES = [UINT64_MAX - START, UINT64_MAX, INT64_MAX - START + 1n, INT64_MAX - START, 5n];
/** Those that last until the end of time. */
const ENDLESS = [1, 2, 3, 4].map(traceId);

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertSpans(
    TRACES.flatMap((durationNano, n) => [
      { traceId: traceId(n + 1), spanId: spanId(1), start: START, durationNano },
      {
        traceId: traceId(n + 1),
        spanId: spanId(2),
        parentSpanId: spanId(1),
        start: START + 2n,
        durationNano: 2n,
      },
    ]),
  );
  await fixture.insertLogs(ENDLESS.map((id) => ({ traceId: id, time: NOW + 2n * HOUR })));
});
afterAll(() => fixture.close());

const EXPECTED = TRACES.map((duration, n) => {
  const length = duration > INT64_MAX - START ? INT64_MAX - START : duration;
  return [traceId(n + 1), String(length)] as const;
});

test.each([
  "/api/traces",
  "/api/traces?strip=1",
  "/api/traces?verdict=1",
  "/api/traces?sort=longest",
  "/api/traces?sort=longest&strip=1",
])("%s", async (url) => {
  const { body } = await fixture.get(url);
  expect(body.meta.complete).toBe(true);
  const found = body.traces.map((trace) => [trace.traceId, trace.durationNano] as const);
  expect(new Map(found)).toEqual(new Map(EXPECTED));
});

test("one at a time, the longest first", async () => {
  const found: string[] = [];
  let cursor = "";
  do {
    // oxlint-disable-next-line no-await-in-loop -- a page after the other
    const { body } = await fixture.get(`/api/traces?sort=longest&limit=1${cursor}`);
    found.push(...body.traces.map((trace) => trace.traceId));
    cursor = body.nextCursor === undefined ? "" : `&cursor=${body.nextCursor}`;
  } while (cursor !== "");
  expect(found).toEqual([4, 3, 2, 1, 5].map(traceId));
});

test.each(EXPECTED)("the opened trace %s", async (id, length) => {
  const { rawPayload } = await fixture.app.inject(`/api/traces/${id}/columns`);
  const { about } = decodeTraceColumns<TraceVerdict, Meta>(Uint8Array.from(rawPayload));
  expect(about.durationNs).toBe(Number(length));
  const answer = await fixture.app.inject(`/api/requests/${id}?tree=true`);
  const { traces } = answer.json<RequestAnswer>();
  expect(traces.map((trace) => trace.durationNano)).toEqual([length]);
});

test.each(ENDLESS)("the logs of %s while it lasts", async (id) => {
  const { body } = await fixture.get(`/api/traces/${id}/logs`);
  expect(body.logs).toHaveLength(1);
});
