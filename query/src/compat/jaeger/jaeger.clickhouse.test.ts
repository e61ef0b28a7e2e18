/**
 * Goal: Jaeger's clients are answered what is stored, logs inside the spans: the first API. Method: rows in a real
 * ClickHouse, asked as Grafana and the UI ask.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFixture, HOUR, MINUTE, NOW, spanId, traceId } from "../../testing/fixtures.ts";
import {
  createJaegerFixture,
  type JaegerFixture,
  micros,
  START,
} from "../testing/jaeger-fixture.ts";

let jaeger: JaegerFixture;
beforeAll(async () => {
  jaeger = await createJaegerFixture();
});
afterAll(() => jaeger.fixture.close());

const get = (path: string, prefix?: string) => jaeger.get(path, prefix);

async function foundIds(query: string): Promise<readonly string[]> {
  const { status, body } = await get(`/api/traces?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  // oxlint-disable-next-line typescript/no-unsafe-return, typescript/no-unsafe-call, typescript/no-unsafe-member-access -- as above
  return body.data.map((trace: { readonly traceID: string }) => trace.traceID);
}

describe("names", () => {
  test("services and operations are those of the spans", async () => {
    expect((await get("/api/services")).body).toEqual({
      data: ["lost", "pay", "shop"],
      total: 3,
      limit: 0,
      offset: 0,
      errors: null,
    });
    expect((await get("/api/services/shop/operations")).body).toMatchObject({
      data: ["GET /cart", "POST"],
    });
    expect((await get("/api/operations?service=shop&spanKind=server")).body).toMatchObject({
      data: [{ name: "GET /cart", spanKind: "server" }],
    });
    expect((await get("/api/v3/services")).body).toEqual({ services: ["lost", "pay", "shop"] });
    expect((await get("/api/v3/operations?service=shop&span_kind=client")).body).toEqual({
      operations: [{ name: "POST", spanKind: "client" }],
    });
  });

  test("a service with a slash and spaces in its name has its operations", async () => {
    const odd = { traceId: traceId(70), spanId: spanId(1), start: NOW - HOUR, service: "a/b c" };
    await jaeger.fixture.insertSpans([{ ...odd, name: "odd" }]);
    expect((await get("/api/services/a%2Fb%20c/operations")).body).toMatchObject({
      data: ["odd"],
    });
  });
});

describe("a trace of the first API", () => {
  test("has every field of its spans, types included, and the logs of the span among its own", async () => {
    const { status, body } = await get(`/api/traces/${traceId(1)}`);
    expect(status).toBe(200);
    const start = START - MINUTE;
    expect(body).toMatchObject({ errors: null, total: 1 });
    expect(body.data[0]).toEqual({
      traceID: traceId(1),
      warnings: ["1 log records of this trace belong to no stored span."],
      processes: {
        p1: {
          serviceName: "shop",
          tags: [{ key: "host.name", type: "string", value: "h1" }],
        },
        p2: {
          serviceName: "pay",
          tags: [{ key: "host.name", type: "string", value: "h1" }],
        },
      },
      spans: [
        {
          traceID: traceId(1),
          spanID: spanId(10),
          flags: 1,
          operationName: "GET /cart",
          references: [],
          startTime: micros(start),
          duration: 100_000,
          tags: [
            { key: "http.response.status_code", type: "int64", value: 200 },
            { key: "order.id", type: "string", value: "007" },
            { key: "error", type: "bool", value: false },
            { key: "span.kind", type: "string", value: "server" },
          ],
          logs: [],
          processID: "p1",
          warnings: [],
        },
        {
          traceID: traceId(1),
          spanID: spanId(11),
          flags: 1,
          operationName: "POST",
          references: [{ refType: "CHILD_OF", traceID: traceId(1), spanID: spanId(10) }],
          startTime: micros(start + 1_000_000n),
          duration: 50_000,
          tags: [{ key: "span.kind", type: "string", value: "client" }],
          logs: [],
          processID: "p1",
          warnings: [],
        },
        {
          traceID: traceId(1),
          spanID: spanId(12),
          flags: 1,
          operationName: "pay",
          references: [{ refType: "CHILD_OF", traceID: traceId(1), spanID: spanId(11) }],
          startTime: micros(start + 2_000_000n),
          duration: 30_000,
          tags: [
            { key: "span.kind", type: "string", value: "server" },
            { key: "otel.status_code", type: "string", value: "OK" },
          ],
          logs: [
            {
              timestamp: micros(start + 3_000_000n),
              fields: [
                { key: "event", type: "string", value: "log" },
                { key: "level", type: "string", value: "ERROR" },
                { key: "message", type: "string", value: "card declined" },
                { key: "card.brand", type: "string", value: "visa" },
              ],
            },
          ],
          processID: "p2",
          warnings: [],
        },
      ],
    });
  });

  test("has no log records under the other base path, nor where they are not asked for", async () => {
    for (const { body } of [
      await get(`/api/traces/${traceId(1)}`, "/jaeger/no-logs"),
      await get(`/api/traces/${traceId(1)}?logs=false`),
    ]) {
      expect(body.data[0]).toMatchObject({ warnings: [] });
      expect(body.data[0].spans[2]).toMatchObject({ logs: [] });
    }
  });

  test("is found by an id without its zeros, in any case", async () => {
    expect((await get("/api/traces/A")).status).toBe(404);
    await jaeger.fixture.insertSpans([
      { traceId: traceId(10), spanId: spanId(1), start: NOW - MINUTE, service: "hex" },
    ]);
    expect((await get("/api/traces/A")).body.data[0]).toMatchObject({ traceID: traceId(10) });
  });

  test("names a parent that is not stored", async () => {
    const { body } = await get(`/api/traces/${traceId(90)}`);
    expect(body.data[0].spans[0]).toMatchObject({
      warnings: [`The parent span ${spanId(900)} is not stored.`],
    });
  });
});

describe("a search of the first API", () => {
  test.each([
    ["service=shop", [1, 2, 3, 4, 5]],
    ["service=shop&limit=2", [1, 2]],
    ["service=shop&operation=GET%20%2Fcart&minDuration=300ms", [3, 4, 5]],
    ["service=shop&operation=GET%20%2Fcart&maxDuration=0.2s", [1, 2]],
    [`service=shop&tags=${encodeURIComponent('{"order.id":"007"}')}`, [1, 2, 3, 4, 5]],
    [`service=shop&tags=${encodeURIComponent('{"order.id":"7"}')}`, []],
    [`service=pay&tags=${encodeURIComponent('{"error":"true"}')}`, [2, 4]],
    [`service=pay&tags=${encodeURIComponent('{"error":"false"}')}`, [1, 3, 5]],
    [`service=pay&tags=${encodeURIComponent('{"otel.status_code":"OK"}')}`, [1, 3, 5]],
    [`service=shop&operation=POST&tags=${encodeURIComponent('{"span.kind":"server"}')}`, []],
    ["service=pay&tag=host.name:h1&tag=span.kind:server&limit=1", [1]],
    [`service=shop&start=${micros(START - 3n * MINUTE)}&end=${micros(START - MINUTE)}`, [2, 3]],
    ["service=lost&lookback=1h", []],
    ["service=lost&lookback=1d", [90]],
    [`traceID=${traceId(3)}&traceID=2`, [3, 2]],
  ])("%s finds whole traces, newest first", async (query, expected) => {
    expect(await foundIds(query)).toEqual(expected.map(traceId));
  });

  test("answers every span of a trace in which one span matched", async () => {
    const { body } = await get("/api/traces?service=pay&limit=1");
    expect(body.data[0].spans).toHaveLength(3);
  });

  test("leaves out and names what would be too much, and ids that nobody knows", async () => {
    const narrow = await createFixture({ compatRecordsMax: 3 });
    try {
      const span = { spanId: spanId(1), service: "many" };
      await narrow.insertSpans(
        [1, 2, 3, 4, 5].map((n) => ({ ...span, traceId: traceId(n), start: NOW - BigInt(n) })),
      );
      const found = await narrow.app.inject("/jaeger/api/traces?service=many");
      const body = found.json<{ data: unknown[]; errors: { msg: string }[] }>();
      expect(body.data).toHaveLength(3);
      expect(body.errors[0]?.msg).toContain("2 traces are left out");
      expect(body.errors[0]?.msg).toContain("compatRecordsMax");
    } finally {
      await narrow.close();
    }
    const unknown = await get(`/api/traces?traceID=${traceId(1)}&traceID=${traceId(77)}`);
    expect(unknown.body.data).toHaveLength(1);
    expect(unknown.body.errors).toEqual([
      { msg: `No span and no log has the trace id ${traceId(77)}.` },
    ]);
  });

  test.each([
    ["/api/traces?service=shop&start=soon", 400, "start"],
    ["/api/traces?service=shop&minDuration=100", 400, "minDuration"],
    ["/api/traces?service=shop&tags=%7B", 400, "tags"],
    ["/api/traces?service=shop&tag=novalue", 400, "tag"],
    ["/api/traces?service=shop&limit=-1", 400, "limit"],
    ["/api/traces/xyz", 400, "traceID"],
    ["/api/operations", 400, "service"],
    [`/api/traces/${traceId(77)}`, 404, traceId(77)],
    [`/api/traces/${traceId(50)}`, 404, "only log records"],
    ["/api/archive/1", 404, "/jaeger/api/archive/1"],
  ])("%s is refused in Jaeger's envelope", async (path, code, message) => {
    const { status, body } = await get(path);
    expect(status).toBe(code);
    expect(body).toMatchObject({
      data: null,
      errors: [{ code, msg: expect.stringContaining(message) }],
    });
  });
});
