/** Goal: a trace id gives everything stored of it, whatever half is missing. Method: rows in a real ClickHouse. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFixture, type Fixture, HOUR, MINUTE, NOW, SECOND, spanId, traceId } from "../testing/fixtures.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture();
});
afterAll(() => fixture.close());

test("a trace has its spans depth-first with the logs of each inside", async () => {
  const id = traceId(1);
  await fixture.insertSpans([
    { traceId: id, spanId: spanId(1), start: NOW - MINUTE, name: "GET /", durationNano: 5n * SECOND },
    { traceId: id, spanId: spanId(3), parentSpanId: spanId(1), start: NOW - MINUTE + 20n },
    { traceId: id, spanId: spanId(2), parentSpanId: spanId(1), start: NOW - MINUTE + 10n },
    { traceId: id, spanId: spanId(4), parentSpanId: spanId(2), start: NOW - MINUTE + 15n, status: "Error" },
  ]);
  await fixture.insertLogs([
    { traceId: id, spanId: spanId(4), time: NOW - MINUTE + 17n, body: "later" },
    { traceId: id, spanId: spanId(4), time: NOW - MINUTE + 16n, body: "first" },
    { traceId: id, spanId: "", time: NOW - MINUTE + 18n, body: "no span" },
    { traceId: id, spanId: spanId(99), time: NOW - MINUTE + 19n, body: "span not stored" },
  ]);
  const { status, body } = await fixture.get(`/api/traces/${id.toUpperCase()}`);
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.spans.map((span: any) => span.spanId)).toEqual([1, 2, 4, 3].map(spanId));
  expect(body.spans[2].logs.map((log: any) => log.body)).toEqual(["first", "later"]);
  expect(body.logs.map((log: any) => log.body)).toEqual(["no span", "span not stored"]);
  expect(body.meta).toMatchObject({ complete: true });
  expect(body.meta.rowsRead).toBeGreaterThan(0);
});
