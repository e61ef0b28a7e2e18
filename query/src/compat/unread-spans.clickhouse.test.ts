/**
 * Goal: a trace whose spans could not be read is not said to have none, and one that is cut is not taken for whole. Method: a trace of
 * more rows than a query may read, one of more spans than an answer has, one of logs only and one that is whole, asked for at every door.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFixture, type Fixture, HOUR, NOW, spanId, traceId } from "../testing/fixtures.ts";

const ROWS_MAX = 1_000;
const SPANS_MAX = 4;
const [UNREAD, CUT, WHOLE, LOGS_ONLY] = [1, 2, 3, 4].map(traceId) as [
  string,
  string,
  string,
  string,
];

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture({ queryRowsReadMax: ROWS_MAX, traceSpansMax: SPANS_MAX });
  // Of another day, so that searches do not read it.
  const longAgo = NOW - 100n * HOUR;
  await fixture.insertSpans(
    Array.from({ length: ROWS_MAX + 1 }, (_, n) => ({
      traceId: UNREAD,
      spanId: spanId(n + 1),
      start: longAgo,
    })),
  );
  await fixture.insertSpans([
    ...Array.from({ length: SPANS_MAX + 1 }, (_, n) => ({
      traceId: CUT,
      spanId: spanId(n + 1),
      start: NOW - 2_000n,
    })),
    { traceId: WHOLE, spanId: spanId(1), start: NOW - 1_000n },
  ]);
  await fixture.insertLogs([
    { traceId: UNREAD, spanId: spanId(1), time: longAgo },
    { traceId: LOGS_ONLY, spanId: spanId(1), time: NOW - 1_000n },
  ]);
});
afterAll(() => fixture.close());

const SINGLE = [
  (id: string) => `/api/traces/${id}/spans/${spanId(1)}`,
  (id: string) => `/jaeger/api/traces/${id}`,
  (id: string) => `/jaeger/api/v3/traces/${id}`,
  (id: string) => `/zipkin/api/v2/trace/${id}`,
] as const;

test.each(SINGLE.map((of) => of(UNREAD)))("%s is refused with the limit it met", async (url) => {
  const { statusCode, body } = await fixture.app.inject(url);
  expect(statusCode, body).toBe(422);
  expect(body).toContain("queryRowsReadMax");
});

test.each(SINGLE.map((of) => of(LOGS_ONLY)))("%s, of logs only, has no spans", async (url) => {
  const { statusCode, body } = await fixture.app.inject(url);
  expect(statusCode, body).toBe(404);
});

const many = (...ids: readonly string[]): string =>
  `/zipkin/api/v2/traceMany?traceIds=${ids.join(",")}`;

test.each([
  [many(UNREAD, WHOLE), 1, "queryRowsReadMax"],
  [many(CUT, WHOLE), 2, "traceSpansMax"],
  ["/zipkin/api/v2/traces", 2, "traceSpansMax"],
])("%s gives the others, and says what is missing", async (url, traces, limit) => {
  const { statusCode, body, headers } = await fixture.app.inject(url);
  expect(statusCode, body).toBe(200);
  expect(JSON.parse(body)).toHaveLength(traces);
  expect(headers["throughline-missing"]).toContain(limit);
});

test("where nothing is missing no header says so", async () => {
  const { headers } = await fixture.app.inject(many(WHOLE));
  expect(headers["throughline-missing"]).toBeUndefined();
});
