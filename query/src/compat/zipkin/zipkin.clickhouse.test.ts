/** Goal: Zipkin's clients are answered what is stored, and what came from Zipkin as it came. Method: rows in a real ClickHouse. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  HOUR,
  MINUTE,
  NOW,
  spanId,
  traceId,
} from "../../testing/fixtures.ts";

let fixture: Fixture;
const START = NOW - 10n * MINUTE;
const MICROS = (nanos: bigint): number => Number(nanos / 1000n);
const MILLIS = (nanos: bigint): string => String(nanos / 1_000_000n);
/** Of 128 bits, unlike those that count from 1. */
const WIDE = "4e441824ec2b6a44ffdc9bb9a6453df3";

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertSpans([
    {
      traceId: WIDE,
      spanId: spanId(1),
      start: START,
      durationNano: 1_500n,
      service: "shop",
      name: "get /cart",
      kind: "Client",
      status: "Error",
      resource: {
        "service.name": "shop",
        "service.version": "2.1",
        "deployment.environment.name": "prod",
      },
      attributes: {
        "http.method": "GET",
        "peer.service": "pay",
        "network.local.address": "10.0.0.1",
        "network.peer.address": "2001:db8::1",
        "network.peer.port": "443",
        "retry.count": "2",
      },
    },
    // As the collector stores a span whose id is that of its caller's.
    {
      traceId: WIDE,
      spanId: spanId(2),
      parentSpanId: spanId(1),
      start: START + 500n,
      durationNano: 1n,
      service: "pay",
      name: "post",
      kind: "Server",
      attributes: { "zipkin.shared": "true", "zipkin.debug": "true", error: "no card" },
      status: "Error",
    },
    {
      traceId: WIDE,
      spanId: spanId(3),
      parentSpanId: spanId(1),
      start: START + 600n,
      durationNano: 0n,
      service: "pay",
      name: "audit",
      attributes: { "otel.zipkin.absentField.startTime": "true" },
    },
    ...[1, 2, 3].map((n) => ({
      traceId: traceId(n),
      spanId: spanId(n),
      start: START - BigInt(n) * HOUR,
      durationNano: BigInt(n) * 1_000_000n,
      service: "batch",
      name: "run",
      attributes: { "job.id": String(n) },
    })),
  ]);
  await fixture.insertLogs([
    { traceId: WIDE, spanId: spanId(2), time: START + 2_000n, body: "refused", severityNumber: 13 },
  ]);
});
afterAll(() => fixture.close());

// oxlint-disable-next-line typescript/no-explicit-any -- the answers of another API have no types here
type Answer = { readonly status: number; readonly body: any; readonly text: string };

async function get(path: string): Promise<Answer> {
  const response = await fixture.app.inject(`/zipkin/api/v2${path}`);
  const json = response.headers["content-type"]?.toString().includes("json") === true;
  return {
    status: response.statusCode,
    text: response.body,
    body: json ? response.json() : undefined,
  };
}

test("names are those of the spans", async () => {
  expect((await get("/services")).body).toEqual(["batch", "pay", "shop"]);
  expect((await get("/spans?serviceName=pay")).body).toEqual(["audit", "post"]);
  expect((await get("/remoteServices?serviceName=shop")).body).toEqual(["pay"]);
  expect((await get("/autocompleteKeys")).body).toEqual([
    "deployment.environment.name",
    "service.version",
  ]);
  expect((await get("/autocompleteValues?key=service.version")).body).toEqual(["2.1"]);
  expect((await get("/autocompleteValues?key=deployment.environment.name")).body).toEqual(["prod"]);
  expect((await get("/autocompleteValues?key=other")).body).toEqual([]);
});

describe("a trace", () => {
  const shop = {
    traceId: WIDE,
    id: spanId(1),
    kind: "CLIENT",
    name: "get /cart",
    timestamp: MICROS(START),
    duration: 1,
    localEndpoint: { serviceName: "shop", ipv4: "10.0.0.1" },
    remoteEndpoint: { serviceName: "pay", ipv6: "2001:db8::1", port: 443 },
    tags: {
      "service.version": "2.1",
      "deployment.environment.name": "prod",
      "http.method": "GET",
      "retry.count": "2",
      "otel.status_code": "ERROR",
      error: "",
    },
  };
  const pay = {
    traceId: WIDE,
    id: spanId(1),
    kind: "SERVER",
    name: "post",
    timestamp: MICROS(START),
    duration: 1,
    localEndpoint: { serviceName: "pay" },
    tags: { error: "no card" },
    annotations: [{ timestamp: MICROS(START + 2_000n), value: "WARN refused" }],
    debug: true,
    shared: true,
  };
  const audit = {
    traceId: WIDE,
    parentId: spanId(1),
    id: spanId(3),
    name: "audit",
    localEndpoint: { serviceName: "pay" },
  };

  test("is its spans with every field, and the logs of a span among its annotations", async () => {
    expect((await get(`/trace/${WIDE}`)).body).toEqual([shop, pay, audit]);
    const { annotations: _, ...quiet } = pay;
    expect((await get(`/trace/${WIDE}?logs=false`)).body).toEqual([shop, quiet, audit]);
  });

  test("of 64 bits is found with and without its zeros, and told without", async () => {
    for (const id of [traceId(2), traceId(2).slice(16), "2"]) {
      expect((await get(`/trace/${id}`)).body).toMatchObject([{ traceId: traceId(2).slice(16) }]);
    }
  });

  test("that is not there is a 404, one that cannot be a 400, in words", async () => {
    expect(await get("/trace/beef")).toMatchObject({ status: 404, text: "beef not found" });
    const refused = await get("/trace/nothex");
    expect(refused.status).toBe(400);
    expect(refused.text).toContain("traceId");
  });

  test("comes with others where several are asked for", async () => {
    const { body } = await get(`/traceMany?traceIds=${WIDE},1,beef`);
    expect(body).toHaveLength(2);
    expect(body[0]).toHaveLength(3);
    expect(body[1]).toMatchObject([{ tags: { "job.id": "1" } }]);
  });
});

const query = (text: string): string => `annotationQuery=${encodeURIComponent(text)}`;

describe("a search", () => {
  test.each([
    ["serviceName=batch", ["1", "2", "3"]],
    ["serviceName=batch&limit=2", ["1", "2"]],
    ["serviceName=batch&spanName=all&minDuration=2000", ["2", "3"]],
    ["serviceName=batch&spanName=run&maxDuration=2000", ["1", "2"]],
    [`endTs=${MILLIS(START - HOUR)}&lookback=3600001`, ["2"]],
    [`serviceName=batch&${query("job.id=3")}`, ["3"]],
    [query("job.id"), ["1", "2", "3"]],
    [query("http.method=GET and error"), [WIDE]],
    [query("http.method=GET and job.id"), []],
    ["serviceName=shop&remoteServiceName=pay", [WIDE]],
    ["serviceName=shop&remoteServiceName=batch", []],
    [query("error=no card"), [WIDE]],
    ["serviceName=batch&spanName=walk", []],
  ])("%s finds whole traces, newest first", async (asked, expected) => {
    const { status, body, text } = await get(`/traces?${asked}`);
    expect(status, text).toBe(200);
    // oxlint-disable-next-line typescript/no-unsafe-call, typescript/no-unsafe-member-access -- as above
    expect(body.map((spans: readonly { traceId: string }[]) => spans[0]?.traceId)).toEqual(
      expected.map((id) => id.padStart(16, "0")),
    );
  });

  test.each([
    ["/traces?minDuration=1ms", "minDuration"],
    ["/traces?limit=ten", "limit"],
    ["/traces?lookback=0", "lookback"],
    ["/spans", "serviceName"],
    ["/traceMany?traceIds=1,xyz", "traceIds"],
    ["/autocompleteValues", "key"],
  ])("%s is refused with the parameter's name", async (path, name) => {
    const { status, text } = await get(path);
    expect(status).toBe(400);
    expect(text).toContain(name);
  });

  test("that leaves something out says so in a header", async () => {
    const narrow = await createFixture({ compatRecordsMax: 1 });
    try {
      await narrow.insertSpans(
        [1, 2].map((n) => ({ traceId: traceId(n), spanId: spanId(n), start: NOW - BigInt(n) })),
      );
      const answer = await narrow.app.inject("/zipkin/api/v2/traces");
      expect(answer.json()).toHaveLength(1);
      expect(answer.headers["throughline-missing"]).toContain("compatRecordsMax");
    } finally {
      await narrow.close();
    }
  });
});

test("dependencies are the calls between services, with those that failed", async () => {
  // The span without a kind is no call, as Zipkin's own linker has it.
  expect((await get(`/dependencies?endTs=${MILLIS(NOW)}&lookback=3600000`)).body).toEqual([
    { parent: "shop", child: "pay", callCount: 1, errorCount: 1 },
  ]);
});

test("the UI finds its configuration, and what is not there is a 404", async () => {
  expect((await fixture.app.inject("/zipkin/config.json")).json()).toMatchObject({
    searchEnabled: true,
  });
  expect(await get("/metrics")).toMatchObject({ status: 404 });
});
