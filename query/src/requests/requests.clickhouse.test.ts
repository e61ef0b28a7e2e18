/** Goal: any id finds its request and says how. Method: requests with ids of every kind in a real ClickHouse. */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  MINUTE,
  NOW,
  SECOND,
  spanId,
  traceId,
} from "../testing/fixtures.ts";
import type { Problem, RequestAnswer, Trace } from "../wire.ts";
import { DEFAULT_LIMITS } from "../options.ts";
import { findRequest } from "./find-request.ts";

let fixture: Fixture;
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

beforeAll(async () => {
  fixture = await createFixture();
  const start = NOW - MINUTE;
  await fixture.insertSpans([
    {
      traceId: TRACE,
      spanId: "00f067aa0ba902b7",
      start,
      name: "GET /",
      attributes: { "correlation.id": "ticket-4711" },
    },
    { traceId: TRACE, spanId: spanId(2), parentSpanId: "00f067aa0ba902b7", start: start + 1n },
    {
      traceId: traceId(0xabc),
      spanId: spanId(3),
      start,
      attributes: { "http.request.header.x-request-id": '["r-1"]' },
    },
    {
      traceId: traceId(5),
      spanId: spanId(5),
      start: start - SECOND,
      attributes: { "request.id": "twice" },
    },
    { traceId: traceId(6), spanId: spanId(6), start, attributes: { "request.id": "twice" } },
    { traceId: traceId(7), spanId: spanId(7), start },
    {
      traceId: traceId(10),
      spanId: spanId(10),
      start,
      resource: { "request.id": "run-1", "host.name": "a" },
    },
    {
      traceId: traceId(11),
      spanId: spanId(12),
      start,
      attributes: { "request.id": spanId(12) },
    },
  ]);
  await fixture.insertLogs([
    {
      time: start,
      traceId: traceId(7),
      body: "has the id",
      attributes: { request_id: "only-in-logs" },
    },
    { time: start, traceId: traceId(8), spanId: spanId(88), body: "unsampled" },
    { time: start, body: "no trace at all", attributes: { "correlation.id": "alone" } },
    {
      time: start,
      traceId: TRACE,
      body: "in the trace",
      attributes: { "correlation.id": "ticket-4712" },
    },
    { time: start - SECOND, body: "of a job", attributes: { "correlation.id": "ticket-4712" } },
    {
      time: start,
      traceId: traceId(9),
      body: "of an unsampled trace",
      attributes: { "correlation.id": "ticket-4712" },
    },
    { time: start, body: "of an invocation", resource: { "request.id": "run-1" } },
    { time: start, body: "of another", resource: { "request.id": "run-2" } },
    { time: start, traceId: traceId(7), body: "in a trace", resource: { "request.id": "run-3" } },
  ]);
});
afterAll(() => fixture.close());

async function find(id: string, query = ""): Promise<RequestAnswer> {
  const url = `/api/requests/${encodeURIComponent(id)}${query}`;
  const response = await fixture.app.inject({ method: "GET", url });
  expect(response.body).toContain('"meta"');
  return response.json<RequestAnswer>();
}

test.each([
  [TRACE, "trace_id", "trace_id"],
  [TRACE.toUpperCase(), "trace_id", "trace_id"],
  [`00-${TRACE}-00f067aa0ba902b7-01`, "traceparent", "trace_id"],
  ["4bf92f35-77b3-4da6-a3ce-929d0e0e4736", "uuid", "trace_id"],
  ["Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Sampled=1", "x-amzn-trace-id", "trace_id"],
  ["00F067AA0BA902B7", "span_id", "span_id"],
  [String(0x00f067aa0ba902b7n), "decimal", "span_id"],
  ["ticket-4711", "text", "attribute"],
])("%s, read as %s, finds the request by its %s", async (id, form, by) => {
  const answer = await find(id);
  expect(answer.form).toBe(form);
  expect(answer.matches.map((match) => [match.by, match.traceId])).toEqual([[by, TRACE]]);
  expect(answer.traces.map((trace) => [trace.traceId, trace.spanCount])).toEqual([[TRACE, 2]]);
  expect(answer.trace?.spans.map((span) => span.name)).toEqual(["GET /", "op"]);
  expect(answer.logs).toEqual([]);
});

test("a 64-bit trace id finds the trace that is stored with zeros before it", async () => {
  expect((await find("0000000000000abc")).traces.map((trace) => trace.traceId)).toEqual([
    traceId(0xabc),
  ]);
});

test("the attribute is named; a header's is a list", async () => {
  expect((await find("r-1")).matches).toEqual([
    {
      by: "attribute",
      matched: 'http.request.header.x-request-id=["r-1"]',
      traceId: traceId(0xabc),
    },
  ]);
});

test("several requests are a list, newest first, without a tree", async () => {
  const answer = await find("twice");
  expect(answer.traces.map((trace) => trace.traceId)).toEqual([traceId(6), traceId(5)]);
  expect(answer.trace).toBeUndefined();
});

test("the tree is left out on request", async () => {
  const answer = await find(TRACE, "?tree=false");
  expect([answer.traces.length, answer.trace]).toEqual([1, undefined]);
});

test.each([TRACE, "r-1", "only-in-logs", traceId(5)])(
  "what is said of %s comes from its tree, and is what a list counts",
  async (id) => {
    const [opened, listed] = [await find(id), await find(id, "?tree=false")];
    expect(opened.traces).toHaveLength(1);
    expect(opened.traces).toEqual(listed.traces);
  },
);

test("how whole each request is, is said on request, as the opened trace says it", async () => {
  const { traces, meta } = await find("twice", "?tree=false&verdict=1");
  expect(traces).toHaveLength(2);
  for (const { traceId: id, verdict } of traces) {
    const { body } = await fixture.get(`/api/traces/${id}`);
    expect(verdict).toEqual((body as unknown as Trace).verdict);
    expect(verdict?.complete).toBe(true);
  }
  expect(meta.complete).toBe(true);
  const unasked = await find("twice", "?tree=false");
  expect(unasked.traces.map((trace) => trace.verdict)).toEqual([undefined, undefined]);
});

test("an id that only a log has leads to the log's trace", async () => {
  const answer = await find("only-in-logs");
  expect(answer.matches).toEqual([
    { by: "log_attribute", matched: "request_id=only-in-logs", traceId: traceId(7) },
  ]);
  expect(answer.trace?.spans.map((span) => span.spanId)).toEqual([spanId(7)]);
});

test("without spans the logs are the answer: by trace, by span, by attribute", async () => {
  for (const [id, body] of [
    [traceId(8), "unsampled"],
    [spanId(88), "unsampled"],
    ["alone", "no trace at all"],
  ] as const) {
    const answer = await find(id);
    expect([answer.traces, answer.logs.map((log) => log.body)]).toEqual([[], [body]]);
  }
});

test("logs with the id that no found trace has are given beside the traces", async () => {
  for (const query of ["", "?tree=false"]) {
    const answer = await find("ticket-4712", query);
    expect(answer.traces.map((trace) => trace.traceId)).toEqual([TRACE]);
    expect(answer.logs.map((log) => log.body)).toEqual(["of an unsampled trace", "of a job"]);
    expect(answer.meta.complete).toBe(true);
  }
});

test("an id of a resource leads to the spans and logs of what has it, as of an invocation", async () => {
  const answer = await find("run-1");
  expect(answer.matches).toEqual([
    { by: "attribute", matched: "request.id=run-1", traceId: traceId(10) },
    { by: "log_attribute", matched: "request.id=run-1" },
  ]);
  expect(answer.traces.map((trace) => trace.traceId)).toEqual([traceId(10)]);
  expect(answer.logs.map((log) => log.body)).toEqual(["of an invocation"]);
  expect((await find("run-2")).logs.map((log) => log.body)).toEqual(["of another"]);
  expect((await find("run-3")).trace?.spans.map((span) => span.spanId)).toEqual([spanId(7)]);
});

test("a span whose request id is its own finds its trace, also while that is read because of the attribute", async () => {
  const { asker } = fixture.service;
  const reading = Promise.withResolvers<void>();
  const spanFound = Promise.withResolvers<void>();
  const slowed: typeof asker = {
    ...asker,
    ask: async (question) => {
      if (question.sql.includes("startSeconds")) {
        reading.resolve();
        await spanFound.promise;
      }
      if (!question.sql.includes("SpanId IN")) return asker.ask(question);
      await reading.promise;
      const answer = await asker.ask(question);
      setImmediate(spanFound.resolve);
      return answer;
    },
  };
  const answer = await findRequest(
    { asker: slowed, limits: DEFAULT_LIMITS },
    { id: spanId(12), attributes: ["request.id"], tree: true },
    new AbortController().signal,
  );
  expect(answer.matches.map(({ by }) => by)).toEqual(["span_id"]);
  expect(answer.trace?.spans.map((span) => span.spanId)).toEqual([spanId(12)]);
});

test("nothing found says what was looked for", async () => {
  const response = await fixture.app.inject({
    method: "GET",
    url: "/api/requests/00000000000000ff",
  });
  const problem = response.json<Problem>();
  expect([problem.status, problem.code]).toEqual([404, "request_not_found"]);
  expect(problem.detail).toContain(`the span ${spanId(255)}`);
  expect(problem.detail).toContain("correlation.id");
});

test("ids are found through indexes, and an id that nothing has reads no granule", async () => {
  const explain = async (table: string, where: string): Promise<string> => {
    const result = await fixture.database.client.query({
      query: `EXPLAIN indexes = 1 SELECT TraceId FROM ${table} WHERE ${where}`,
      format: "TabSeparated",
    });
    return result.text();
  };
  expect(await explain("otel_traces", "SpanId IN ('a')")).toContain("idx_span");
  for (const [table, own, index] of [
    ["otel_traces", "SpanAttributeItems", "idx_span_attr_items"],
    ["otel_logs", "LogAttributeItems", "idx_log_attr_items"],
  ] as const) {
    const items = "['request.id=nobody', 'request_id=nobody']";
    const plan = await explain(
      table,
      `(hasAny(${own}, ${items}) OR hasAny(ResourceAttributeItems, ${items}))`,
    );
    expect(plan).toContain(index);
    expect(plan).toContain("idx_res_attr_items");
    expect(plan.match(/Granules: \S+/g)?.at(-1)).toBe("Granules: 0/1");
  }
});
