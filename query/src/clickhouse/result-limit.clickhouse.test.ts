/** Goal: `queryResultBytes` never cuts without a word. Method: texts larger than it, at doors that give what fits and at others. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFixture, type Fixture, NOW, SECOND, spanId, traceId } from "../testing/fixtures.ts";
import type { LogContext, RequestAnswer } from "../wire.ts";

const RESULT_BYTES = 20_000;
const large = (n: number) => ({
  time: NOW - BigInt(n + 1) * SECOND,
  service: "large",
  body: `${n} ${"x".repeat(6_000)}`,
  attributes: { "request.id": "large-1" },
});

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture({ queryResultBytes: RESULT_BYTES });
  await fixture.insertLogs([
    ...Array.from({ length: 5 }, (_, n) => large(n)),
    { time: NOW - 100n * SECOND, service: "beside", body: "small" },
    { time: NOW - 99n * SECOND, service: "beside", body: "x".repeat(30_000) },
    {
      time: NOW - SECOND,
      service: "huge",
      body: "x".repeat(30_000),
      attributes: { "request.id": "huge-1" },
    },
  ]);
  await fixture.insertSpans([
    {
      traceId: traceId(1),
      spanId: spanId(1),
      start: NOW - SECOND,
      attributes: { "request.id": "large-1" },
    },
  ]);
});
afterAll(() => fixture.close());

test("of a question without a place to say it, the question is refused", async () => {
  const { status, body } = await fixture.get("/api/fields/values?signal=logs&field=body&prefix=");
  expect([status, body.code]).toEqual([422, "query_limit"]);
  expect(body.detail).toContain(`${RESULT_BYTES} bytes (queryResultBytes)`);
});

test("the logs of a request id are those that fit", async () => {
  const answer = (await fixture.get("/api/requests/large-1")).body as unknown as RequestAnswer;
  expect(answer.traces).toHaveLength(1);
  expect(answer.logs).toHaveLength(3);
  expect(answer.meta.complete).toBe(false);
  expect(answer.meta.reason).toContain("queryResultBytes");
});

test("a request id of nothing that fits is not called unknown", async () => {
  const { status, body } = await fixture.get("/api/requests/huge-1");
  const { logs, meta } = body as unknown as RequestAnswer;
  expect([status, logs, meta.complete]).toEqual([200, [], false]);
  expect(meta.reason).toContain("queryResultBytes");
});

test("the lines around a log end before one that does not fit", async () => {
  const to = NOW - 99n * SECOND;
  const { body } = await fixture.get(`/api/logs?service=beside&from=now-1h&to=${to}`);
  const [small] = body.logs;
  const { status, body: context } = await fixture.get(`/api/logs/context?id=${small?.id}`);
  const { after, hasMoreAfter, meta } = context as unknown as LogContext;
  expect([status, after, hasMoreAfter, meta.complete]).toEqual([200, [], true, false]);
  expect(meta.reason).toContain("queryResultBytes");
});
