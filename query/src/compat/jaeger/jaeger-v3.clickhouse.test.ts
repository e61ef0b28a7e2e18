/**
 * Goal: Jaeger's clients are answered what is stored: the third API, dependencies and the monitor page. Method: rows in
 * a real ClickHouse, asked as Grafana and the UI ask.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MINUTE, NOW, SECOND, spanId, traceId } from "../../testing/fixtures.ts";
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

describe("the third API", () => {
  const range = "query.startTimeMin=2026-11-20T00:00:00Z&query.startTimeMax=2026-11-20T12:00:00Z";

  test("gives a trace as OTLP in one result", async () => {
    const { body } = await get(`/api/v3/traces/${traceId(1)}`);
    const start = START - MINUTE;
    expect(body.result.resourceSpans).toHaveLength(2);
    const [shop, pay] = body.result.resourceSpans;
    expect(shop).toMatchObject({
      resource: {
        attributes: [
          { key: "service.name", value: { stringValue: "shop" } },
          { key: "host.name", value: { stringValue: "h1" } },
        ],
      },
    });
    expect(shop.scopeSpans[0].spans[0]).toEqual({
      traceId: traceId(1),
      spanId: spanId(10),
      name: "GET /cart",
      kind: 2,
      startTimeUnixNano: String(start),
      endTimeUnixNano: String(start + 100_000_000n),
      attributes: [
        { key: "http.response.status_code", value: { intValue: "200" } },
        { key: "order.id", value: { stringValue: "007" } },
        { key: "error", value: { boolValue: false } },
      ],
      status: {},
    });
    expect(pay.scopeSpans[0].spans[0]).toMatchObject({
      parentSpanId: spanId(11),
      status: { code: 1 },
      events: [
        {
          timeUnixNano: String(start + 3_000_000n),
          name: "log",
          attributes: [
            { key: "level", value: { stringValue: "ERROR" } },
            { key: "message", value: { stringValue: "card declined" } },
            { key: "card.brand", value: { stringValue: "visa" } },
          ],
        },
      ],
    });
  });

  test.each([
    [`query.serviceName=pay&${range}&query.searchDepth=2`, 2],
    ["query.service_name=pay&query.start_time_min=2026-11-20T00:00:00Z&query.num_traces=3", 3],
    [
      `query.service_name=shop&query.operation_name=GET%20%2Fcart&query.duration_min=0.3s&${range}`,
      3,
    ],
    [
      `query.serviceName=pay&query.attributes=${encodeURIComponent('{"error":"true"}')}&${range}`,
      2,
    ],
    ["query.service_name=pay&query.start_time_min=2026-11-20T12:00:00+02:00", 5],
  ])("finds traces and their summaries by %s", async (query, count) => {
    const { body } = await get(`/api/v3/traces?${query}`);
    const ids = new Set<string>();
    for (const { scopeSpans } of body.result.resourceSpans) {
      for (const { spans } of scopeSpans) for (const span of spans) ids.add(String(span.traceId));
    }
    expect(ids.size).toBe(count);
    const summaries = await get(`/api/v3/trace-summaries?${query}`);
    expect(summaries.body.summaries).toHaveLength(count);
  });

  test("a summary has what the list shows, zeros left out", async () => {
    const { body } = await get(
      `/api/v3/trace-summaries?query.service_name=pay&query.duration_max=10s&${range}`,
    );
    const start = START - 2n * MINUTE;
    expect(body.summaries[1]).toEqual({
      traceId: traceId(2),
      rootServiceName: "shop",
      rootOperationName: "GET /cart",
      minStartTimeUnixNano: String(start),
      maxEndTimeUnixNano: String(start + 200_000_000n),
      spanCount: 3,
      errorSpanCount: 1,
      services: [
        { name: "pay", spanCount: 1, errorSpanCount: 1 },
        { name: "shop", spanCount: 2 },
      ],
    });
    const lost = await get(`/api/v3/trace-summaries?query.service_name=lost&${range}`);
    expect(lost.body.summaries).toMatchObject([{ traceId: traceId(90), orphanSpanCount: 1 }]);
    const none = await get(`/api/v3/trace-summaries?query.service_name=none&${range}`);
    expect(none.body).toEqual({ summaries: [] });
  });

  test.each([
    [`/api/v3/traces?query.service_name=none&${range}`, 404, "No traces found"],
    [`/api/v3/traces/${traceId(77)}`, 404, traceId(77)],
    ["/api/v3/traces?query.startTimeMin=yesterday", 400, "query.startTimeMin"],
    ["/api/v3/traces?query.filter=%7B%7D", 400, "query.filter"],
    ["/api/v3/spans", 404, "/jaeger/api/v3/spans"],
  ])("%s is refused in its envelope", async (path, httpCode, message) => {
    const { status, body } = await get(path);
    expect(status).toBe(httpCode);
    expect(body).toEqual({ error: { httpCode, message: expect.stringContaining(message) } });
  });
});

test("dependencies are the calls between services", async () => {
  const endTs = NOW / 1_000_000n;
  const { body } = await get(`/api/dependencies?endTs=${endTs}&lookback=3600000`);
  expect(body.data).toEqual([{ parent: "shop", child: "pay", callCount: 5 }]);
  expect((await get(`/api/dependencies?endTs=${endTs}&service=lost`)).body.data).toEqual([]);
  expect((await get("/api/v3/dependencies")).body).toEqual({
    dependencies: [{ parent: "shop", child: "pay", callCount: "5" }],
  });
});

describe("the monitor page", () => {
  const query = `endTs=${NOW / 1_000_000n}&lookback=3600000&ratePer=600000&spanKind=server`;

  test("has rates, error rates and latencies by step", async () => {
    const calls = await get(`/api/metrics/calls?service=pay&step=3600000&${query}`);
    expect(calls.body).toEqual({
      name: "service_call_rate",
      type: "GAUGE",
      help: "calls/sec, grouped by service",
      metrics: [
        {
          labels: [{ name: "service_name", value: "pay" }],
          metricPoints: [
            { gaugeValue: { doubleValue: 5 / 3600 }, timestamp: "2026-11-20T12:00:00.000Z" },
          ],
        },
      ],
    });
    const errors = await get(`/api/metrics/errors?service=pay&step=3600000&${query}`);
    expect(errors.body.metrics[0].metricPoints[0].gaugeValue.doubleValue).toBeCloseTo(0.4);
    const slow = await get(
      `/api/metrics/latencies?service=shop&quantile=0.75&groupByOperation=true&step=3600000&${query}`,
    );
    expect(slow.body).toMatchObject({
      name: "service_operation_latencies",
      metrics: [
        {
          labels: [
            { name: "operation", value: "GET /cart" },
            { name: "service_name", value: "shop" },
          ],
        },
      ],
    });
    const { doubleValue } = slow.body.metrics[0].metricPoints[0].gaugeValue;
    expect(doubleValue).toBeGreaterThan(300);
    expect(doubleValue).toBeLessThan(500);
  });

  test("has a point for each minute with calls", async () => {
    const { body } = await get(`/api/metrics/calls?service=pay&step=1000&${query}`);
    expect(body.metrics[0].metricPoints).toHaveLength(5);
    expect(body.metrics[0].metricPoints[0].gaugeValue).toEqual({ doubleValue: 1 / 60 });
    expect((await get("/api/metrics/minstep")).body).toMatchObject({ data: 60_000 });
  });

  test.each([
    ["/api/metrics/calls", "service"],
    ["/api/metrics/latencies?service=pay&quantile=0.6", "quantile"],
    ["/api/metrics/calls?service=pay&spanKind=odd", "spanKind"],
  ])("%s is refused", async (path, name) => {
    const { status, body } = await get(path);
    expect(status).toBe(400);
    expect(body.errors[0].msg).toContain(name);
  });
});

test("what is asked for is a value, never SQL", async () => {
  const hostile = encodeURIComponent("'; DROP TABLE otel_traces; --");
  for (const path of [
    `/api/traces?service=${hostile}&operation=${hostile}`,
    `/api/services/${hostile}/operations`,
    `/api/traces?service=shop&tags=${encodeURIComponent(JSON.stringify({ "'\\\"": "') OR 1" }))}`,
    `/api/metrics/calls?service=${hostile}`,
    `/api/traces?service=shop&start=${micros(NOW - SECOND)}`,
  ]) {
    const { status, body } = await get(path);
    expect(status, JSON.stringify(body)).toBe(200);
  }
  expect((await get("/api/services")).body.data).toContain("shop");
});
