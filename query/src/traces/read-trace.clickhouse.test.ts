/** Goal: a trace id gives everything stored of it, whatever half is missing. Method: rows in a real ClickHouse. */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  HOUR,
  MINUTE,
  NOW,
  SECOND,
  spanId,
  traceId,
} from "../testing/fixtures.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture();
});
afterAll(() => fixture.close());

test("a trace has its spans depth-first with the logs of each inside", async () => {
  const id = traceId(1);
  await fixture.insertSpans([
    {
      traceId: id,
      spanId: spanId(1),
      start: NOW - MINUTE,
      name: "GET /",
      durationNano: 5n * SECOND,
    },
    { traceId: id, spanId: spanId(3), parentSpanId: spanId(1), start: NOW - MINUTE + 20n },
    { traceId: id, spanId: spanId(2), parentSpanId: spanId(1), start: NOW - MINUTE + 10n },
    {
      traceId: id,
      spanId: spanId(4),
      parentSpanId: spanId(2),
      start: NOW - MINUTE + 15n,
      status: "Error",
    },
  ]);
  await fixture.insertLogs([
    { traceId: id, spanId: spanId(4), time: NOW - MINUTE + 17n, body: "later" },
    { traceId: id, spanId: spanId(4), time: NOW - MINUTE + 16n, body: "first" },
    { traceId: id, spanId: "", time: NOW - MINUTE + 18n, body: "no span" },
    { traceId: id, spanId: spanId(99), time: NOW - MINUTE + 19n, body: "span not stored" },
  ]);
  const { status, body } = await fixture.get(`/api/traces/${id.toUpperCase()}`);
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.spans.map((span) => span.spanId)).toEqual([1, 2, 4, 3].map(spanId));
  expect(body.spans[2]!.logs.map((log) => log.body)).toEqual(["first", "later"]);
  expect(body.logs.map((log) => log.body)).toEqual(["no span", "span not stored"]);
  expect(body.meta).toMatchObject({ complete: true });
  expect(body.meta.rowsRead).toBeGreaterThan(0);
});

test("logs of a trace without any span are an answer", async () => {
  const id = traceId(2);
  await fixture.insertLogs([
    { traceId: id, spanId: spanId(1), time: NOW - 5n * 24n * HOUR, body: "long ago" },
  ]);
  const { status, body } = await fixture.get(`/api/traces/${id}`);
  expect(status).toBe(200);
  expect(body.spans).toEqual([]);
  expect(body.logs.map((log) => log.body)).toEqual(["long ago"]);
});

test("spans that the id table does not know are found beside their logs", async () => {
  const id = traceId(3);
  await fixture.insertSpans([{ traceId: id, spanId: spanId(1), start: NOW - HOUR }]);
  await fixture.insertLogs([{ traceId: id, spanId: spanId(1), time: NOW - HOUR + 5n }]);
  await fixture.database.client.command({
    query: "TRUNCATE TABLE otel_traces_trace_id_ts",
  });
  const { body } = await fixture.get(`/api/traces/${id}`);
  expect(body.spans).toHaveLength(1);
  expect(body.spans[0]!.logs).toHaveLength(1);
});

test("a log at the end of a span that outlasts the padding is found", async () => {
  const id = traceId(4);
  await fixture.insertSpans([
    { traceId: id, spanId: spanId(1), start: NOW - 10n * HOUR, durationNano: 5n * HOUR },
  ]);
  await fixture.insertLogs([
    { traceId: id, spanId: spanId(1), time: NOW - 5n * HOUR, body: "done" },
    { traceId: id, spanId: spanId(1), time: NOW - 10n * HOUR, body: "begun" },
  ]);
  const { body } = await fixture.get(`/api/traces/${id}`);
  expect(body.spans[0]!.logs.map((log) => log.body)).toEqual(["begun", "done"]);
});

test("a trace whose window in the id table is wrong is found all the same", async () => {
  const id = traceId(9);
  await fixture.insertSpans([{ traceId: id, spanId: spanId(1), start: NOW - 20n * HOUR }]);
  await fixture.insertLogs([{ traceId: id, spanId: spanId(1), time: NOW - 20n * HOUR }]);
  await fixture.database.client.command({ query: "TRUNCATE TABLE otel_traces_trace_id_ts" });
  await fixture.database.client.insert({
    table: "otel_traces_trace_id_ts",
    format: "JSONEachRow",
    values: [{ TraceId: id, Start: "2026-11-20 01:00:00", End: "2026-11-20 01:00:00" }],
  });
  const { body } = await fixture.get(`/api/traces/${id}`);
  expect(body.spans).toHaveLength(1);
  expect(body.spans[0]?.logs).toHaveLength(1);
});

test("an unknown trace id is a 404 that says where it was looked for", async () => {
  const { status, body } = await fixture.get(`/api/traces/${traceId(404)}`);
  expect(status).toBe(404);
  expect(body.code).toBe("trace_not_found");
  expect(body.detail).toContain("otel_traces_trace_id_ts");
  expect(body.detail).toContain("otel_logs");
  expect(body.detail).toContain("retention");
});

test("something that is no trace id is refused with what one looks like", async () => {
  const { status, body } = await fixture.get("/api/traces/xyz");
  expect(status).toBe(400);
  expect(body).toMatchObject({ code: "invalid_parameter" });
  expect(body.detail).toContain("32 hex digits");
});

test("64-bit numbers come back digit for digit", async () => {
  const id = traceId(5);
  const start = 1_795_175_999_123_456_789n;
  await fixture.insertSpans([
    { traceId: id, spanId: spanId(1), start, durationNano: 9_007_199_254_740_993n },
  ]);
  await fixture.insertLogs([{ traceId: id, spanId: spanId(1), time: start + 2n }]);
  const { body } = await fixture.get(`/api/traces/${id}`);
  expect(body.spans[0]!.startTimeUnixNano).toBe("1795175999123456789");
  expect(body.spans[0]!.durationNano).toBe("9007199254740993");
  expect(body.spans[0]!.logs[0]?.timeUnixNano).toBe("1795175999123456791");
});

test("events, links, status, scope and odd attribute keys are read back whole", async () => {
  const id = traceId(6);
  await fixture.database.client.insert({
    table: "otel_traces",
    format: "JSONEachRow",
    clickhouse_settings: { date_time_input_format: "best_effort" },
    values: [
      {
        Timestamp: "2026-11-20T11:00:00.000000001Z",
        TraceId: id,
        SpanId: spanId(1),
        ParentSpanId: spanId(77),
        TraceState: "a=b",
        SpanName: "op",
        SpanKind: "Server",
        ServiceName: "shop",
        ResourceAttributes: { "service.name": "shop" },
        SpanAttributes: {
          "line\nbreak": "tab\there",
          "": "empty key",
          __proto__x: "1",
          ключ: "значение",
        },
        ScopeName: "scope",
        ScopeVersion: "1.2.3",
        Duration: "1000",
        StatusCode: "Error",
        StatusMessage: "card declined",
        "Events.Timestamp": ["2026-11-20T11:00:00.000000002Z"],
        "Events.Name": ["exception"],
        "Events.Attributes": [{ "exception.type": "TypeError" }],
        "Links.TraceId": [traceId(1)],
        "Links.SpanId": [spanId(1)],
        "Links.TraceState": ["x=y"],
        "Links.Attributes": [{ why: "batch" }],
      },
    ],
  });
  const { body } = await fixture.get(`/api/traces/${id}`);
  expect(body.missingParents).toEqual([spanId(77)]);
  expect(body.spans[0]).toMatchObject({
    traceState: "a=b",
    kind: "Server",
    status: { code: "Error", message: "card declined" },
    attributes: { "line\nbreak": "tab\there", "": "empty key", __proto__x: "1", ключ: "значение" },
    resource: { "service.name": "shop" },
    scopeName: "scope",
    scopeVersion: "1.2.3",
    events: [
      {
        timeUnixNano: "1795172400000000002",
        name: "exception",
        attributes: { "exception.type": "TypeError" },
      },
    ],
    links: [
      { traceId: traceId(1), spanId: spanId(1), traceState: "x=y", attributes: { why: "batch" } },
    ],
  });
});

test("a trace larger than the limit says that it is cut, and where", async () => {
  const small = await createFixture({ traceSpansMax: 3, traceLogsMax: 2 });
  try {
    const id = traceId(7);
    const numbers = [1, 2, 3, 4, 5];
    // Stored by their names, the last first: which ones are kept is not what is read first.
    await small.insertSpans(
      numbers.map((n) => ({
        traceId: id,
        spanId: spanId(n),
        start: NOW - MINUTE + BigInt(n),
        name: `step ${9 - n}`,
      })),
    );
    await small.insertLogs(numbers.map((n) => ({ traceId: id, time: NOW - MINUTE + BigInt(n) })));
    const { body } = await small.get(`/api/traces/${id}`);
    expect(body.spans.map((span) => span.spanId)).toEqual([1, 2, 3].map(spanId));
    expect(body.logs).toHaveLength(2);
    expect(body.meta.complete).toBe(false);
    expect(body.meta.reason).toContain("traceSpansMax");
    expect(body.meta.reason).toContain("traceLogsMax");
  } finally {
    await small.close();
  }
});

test("a half that cannot be read leaves the other, and says so", async () => {
  const broken = await createFixture();
  try {
    const id = traceId(8);
    await broken.insertSpans([{ traceId: id, spanId: spanId(1), start: NOW - MINUTE }]);
    await broken.database.client.command({ query: "DROP TABLE otel_logs SYNC" });
    const { status, body } = await broken.get(`/api/traces/${id}`);
    expect(status).toBe(200);
    expect(body.spans).toHaveLength(1);
    expect(body.meta.complete).toBe(false);
    expect(body.meta.reason).toContain("logs could not be read");
  } finally {
    await broken.close();
  }
});
