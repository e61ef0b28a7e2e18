/** Goal: services, status, health and every kind of refusal, over a real ClickHouse and real HTTP where it matters. */
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { Compile } from "typebox/compile";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildApp, startQuery } from "../server.ts";
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
import * as wire from "../wire.ts";
import type { Endpoint } from "./endpoint.ts";
import { ENDPOINTS } from "./endpoints.ts";

let fixture: Fixture;
const ID = traceId(1);

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertSpans(
    Array.from({ length: 100 }, (_, i) => ({
      traceId: i === 0 ? ID : traceId(100 + i),
      spanId: spanId(i + 1),
      start: NOW - 10n * MINUTE,
      service: "shop",
      name: i < 60 ? "GET /" : "POST /pay",
      kind: i === 99 ? "Internal" : "Server",
      durationNano: BigInt(i + 1) * 1_000_000n,
      status: i % 10 === 0 ? "Error" : "Ok",
    })),
  );
  await fixture.insertLogs([
    { time: NOW - 10n * MINUTE, service: "shop", traceId: ID, spanId: spanId(1) },
    { time: NOW - 10n * MINUTE, service: "logs-only" },
    { time: NOW - 3n * HOUR, service: "earlier" },
  ]);
});
afterAll(() => fixture.close());

describe("services", () => {
  test("have counts, errors and percentiles of the range, from the rollups", async () => {
    const { status, body } = await fixture.get("/api/services");
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.services.map((service) => service.name)).toEqual(["logs-only", "shop"]);
    const [logsOnly, shop] = body.services;
    expect(logsOnly).toEqual({
      name: "logs-only",
      spanCount: 0,
      errorCount: 0,
      servedCount: 0,
      servedErrorCount: 0,
      logCount: 1,
      p50Nano: null,
      p90Nano: null,
      p95Nano: null,
      p99Nano: null,
      operations: [],
    });
    expect(shop).toMatchObject({ spanCount: 100, errorCount: 10, logCount: 1 });
    expect(shop?.operations).toEqual(["GET /", "POST /pay"]);
    // Of the 99 server spans: 1 ms to 99 ms.
    expect(Math.abs(Number(shop?.p50Nano) - 50e6)).toBeLessThan(1e6);
    expect(Math.abs(Number(shop?.p90Nano) - 89e6)).toBeLessThan(2e6);
    expect(Math.abs(Number(shop?.p95Nano) - 94e6)).toBeLessThan(2e6);
    expect(Math.abs(Number(shop?.p99Nano) - 98e6)).toBeLessThan(2e6);
  });

  test("are those of the asked range only", async () => {
    const { body } = await fixture.get("/api/services?from=now-4h&to=now-2h");
    expect(body.services.map((service) => service.name)).toEqual(["earlier"]);
  });
});

describe("status and health", () => {
  test("status says what there is and where to send more", async () => {
    const { body } = await fixture.get("/api/status");
    expect(body).toMatchObject({
      version: "0.0.0-test",
      otlpGrpcEndpoint: "http://localhost:4317",
      hasTraces: true,
      hasLogs: true,
    });
    expect(body.clickhouseVersion).toMatch(/^\d+\.\d+/);
  });

  test("healthz and readyz answer", async () => {
    expect((await fixture.get("/healthz")).status).toBe(200);
    expect((await fixture.get("/readyz")).body).toEqual({ status: "ready" });
  });

  test("without tables, readyz says to migrate", async () => {
    const bare = await createFixture();
    try {
      await bare.database.client.command({ query: "DROP TABLE otel_traces_trace_id_ts SYNC" });
      const { status, body } = await bare.get("/readyz");
      expect(status).toBe(503);
      expect(body.code).toBe("clickhouse_schema");
      expect(body.detail).toContain("otel_traces_trace_id_ts");
    } finally {
      await bare.close();
    }
  });
});

describe("every answer has the shape that openapi.json promises", () => {
  const urls: Readonly<Record<string, string>> = {
    trace: `/api/traces/${ID}`,
    traces: "/api/traces?limit=2",
    logs: "/api/logs?limit=1",
    histogram: "/api/logs/histogram",
    services: "/api/services?sparklines=true&compare=previous",
    service: "/api/services/shop?compare=day",
    serviceErrors: "/api/services/shop/errors",
    serviceMap: "/api/service-map",
    typical: `/api/operations/typical?key=${encodeURIComponent('["shop","GET /","Server"]')}`,
    heatmap: "/api/traces/heatmap",
    traceDeltas: "/api/traces/deltas?selectionStatus=error",
    logDeltas: "/api/logs/deltas?selectionFrom=now-1h",
    status: "/api/status",
  };
  for (const [name, url] of Object.entries(urls)) {
    test(name, async () => {
      const endpoint: Endpoint = ENDPOINTS[name as keyof typeof ENDPOINTS];
      const { body } = await fixture.get(url);
      expect([...Compile(endpoint.answer).Errors(body)]).toEqual([]);
    });
  }
});

describe("refusals", () => {
  const cases: readonly (readonly [string, number, string, string])[] = [
    ["/api/traces?servic=shop", 400, "unknown_parameter", "Did you mean service?"],
    ["/api/traces?limit=0", 400, "invalid_parameter", "limit"],
    ["/api/traces?limit=201", 400, "invalid_parameter", "limit"],
    ["/api/logs?limit=1001", 400, "invalid_parameter", "limit"],
    ["/api/traces?limit=ten", 400, "invalid_parameter", "limit"],
    ["/api/traces?status=bad", 400, "invalid_parameter", "error, ok, unset"],
    ["/api/traces?from=yesterday", 400, "invalid_parameter", "2026-11-20T14:05:00Z"],
    ["/api/traces?from=now&to=now-1h", 400, "invalid_parameter", "before `to`"],
    ["/api/traces?minDuration=5parsecs", 400, "invalid_parameter", "100ms"],
    ["/api/traces?minDuration=2s&maxDuration=1s", 400, "invalid_parameter", "maxDuration"],
    ["/api/traces?attribute=novalue", 400, "invalid_parameter", "key=value"],
    ["/api/traces?service=a&service=b", 400, "invalid_parameter", "service"],
    ["/api/logs?severity=LOUD", 400, "invalid_parameter", "FATAL"],
    ["/api/logs?traceId=12", 400, "invalid_parameter", "32 hex digits"],
    [`/api/logs?text=${"word%20".repeat(100)}`, 400, "invalid_parameter", "at most 64 words"],
    [`/api/logs?${"attribute=a=b&".repeat(11)}`, 400, "invalid_parameter", "attribute"],
    ["/api/nothing", 404, "not_found", "/api/openapi.json"],
  ];
  for (const [url, status, code, says] of cases) {
    test(`${url.slice(0, 60)} is ${code}`, async () => {
      const response = await fixture.app.inject({ method: "GET", url });
      expect(response.statusCode).toBe(status);
      expect(response.headers["content-type"]).toContain("application/problem+json");
      const body = response.json();
      expect([...Compile(wire.Problem).Errors(body)]).toEqual([]);
      expect(body.code).toBe(code);
      expect(body.detail).toContain(says);
    });
  }

  test("a ClickHouse that is away is a 503 that names it, and status still answers", async () => {
    const service = await buildApp({
      host: "127.0.0.1",
      port: 0,
      clickhouse: {
        url: "http://127.0.0.1:1",
        username: "u",
        password: "secret-word",
        database: "d",
      },
      otlpGrpcEndpoint: "http://localhost:4317",
      otlpHttpEndpoint: "http://localhost:4318",
      version: "0",
      logger: pino({ level: "silent" }),
    });
    try {
      for (const url of [
        `/api/traces/${ID}`,
        "/api/traces",
        "/api/logs",
        "/api/services",
        "/readyz",
      ]) {
        const response = await service.app.inject({ url });
        expect(response.statusCode).toBe(503);
        expect(response.json()).toMatchObject({ code: "clickhouse_unavailable" });
        expect(response.json().detail).toContain("http://127.0.0.1:1");
        expect(response.json().detail).toContain("ECONNREFUSED");
        expect(response.body).not.toContain("secret-word");
      }
      const status = await service.app.inject({ url: "/api/status" });
      expect(status.json()).toMatchObject({ clickhouseVersion: null, hasTraces: false });
    } finally {
      await service.close();
    }
  });

  test("a wrong password is said to be one", async () => {
    const service = await buildApp({
      host: "127.0.0.1",
      port: 0,
      clickhouse: { ...fixture.database.queryConnection, password: "wrong" },
      otlpGrpcEndpoint: "",
      otlpHttpEndpoint: "",
      version: "0",
      logger: pino({ level: "silent" }),
    });
    try {
      expect((await service.app.inject({ url: "/api/logs" })).json()).toMatchObject({
        code: "clickhouse_denied",
      });
    } finally {
      await service.close();
    }
  });

  test("more questions than may run and wait are refused with Retry-After", async () => {
    const busy = await createFixture({ requestsConcurrentMax: 1, requestsWaitingMax: 1 });
    try {
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => busy.app.inject({ url: "/api/logs" })),
      );
      const codes = answers.map((answer) => answer.statusCode).sort((a, b) => a - b);
      expect(codes).toEqual([200, 200, 503, 503, 503, 503]);
      const refused = answers.find((answer) => answer.statusCode === 503);
      expect(refused?.json()).toMatchObject({ code: "overloaded" });
      expect(refused?.headers["retry-after"]).toBe("1");
      expect(busy.service.admission.counts()).toEqual({ running: 0, waiting: 0, refused: 4 });
    } finally {
      await busy.close();
    }
  });
});

describe("a client that leaves", () => {
  test("ends its query in ClickHouse", async () => {
    // A ClickHouse that never answers stands for a slow query; what counts is that its connection is closed.
    let closed = false;
    const slow = createServer((request, response) => {
      request.resume();
      response.on("close", () => {
        closed = true;
      });
    });
    await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
    const { port } = slow.address() as { port: number };
    const server = await startQuery({
      host: "127.0.0.1",
      port: 0,
      clickhouse: { url: `http://127.0.0.1:${port}`, username: "u", password: "p", database: "d" },
      otlpGrpcEndpoint: "",
      otlpHttpEndpoint: "",
      version: "0",
      logger: pino({ level: "silent" }),
    });
    try {
      const leaving = new AbortController();
      const asked = fetch(`${server.address}/api/logs`, { signal: leaving.signal });
      await sleep(300);
      expect(closed).toBe(false);
      leaving.abort();
      await expect(asked).rejects.toThrow();
      for (let i = 0; i < 50 && !closed; i += 1) await sleep(20);
      expect(closed).toBe(true);
    } finally {
      await server.stop();
      slow.closeAllConnections();
      slow.close();
    }
  });

  test("is not waited for when the service stops", async () => {
    const silent = createServer((request) => request.resume());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    const server = await startQuery({
      host: "127.0.0.1",
      port: 0,
      clickhouse: { url: `http://127.0.0.1:${port}`, username: "u", password: "p", database: "d" },
      otlpGrpcEndpoint: "",
      otlpHttpEndpoint: "",
      version: "0",
      logger: pino({ level: "silent" }),
    });
    const asked = fetch(`${server.address}/api/logs`).catch((error: unknown) => error);
    await sleep(300);
    const started = performance.now();
    await server.stop();
    expect(performance.now() - started).toBeLessThan(4_500);
    expect(await asked).toBeInstanceOf(Error);
    silent.closeAllConnections();
    silent.close();
  });

  test("and ClickHouse really stops a read-only query whose connection closes", async () => {
    const { client, queryConnection } = fixture.database;
    const url = new URL(queryConnection.url);
    url.search = new URLSearchParams({
      query: "SELECT count() FROM numbers_mt(1000000000000) WHERE cityHash64(number) = 7",
      query_id: `leaver-${String(process.pid)}`,
      readonly: "2",
      cancel_http_readonly_queries_on_client_close: "1",
      wait_end_of_query: "1",
    }).toString();
    const leaving = new AbortController();
    const authorization = `Basic ${Buffer.from(`${queryConnection.username}:${queryConnection.password}`).toString("base64")}`;
    const asked = fetch(url, {
      method: "POST",
      signal: leaving.signal,
      headers: { authorization },
    });
    const running = async (): Promise<number> => {
      const result = await client.query({
        query: `SELECT query_id FROM system.processes WHERE query_id = 'leaver-${String(process.pid)}'`,
        format: "JSONEachRow",
      });
      return (await result.json()).length;
    };
    for (let i = 0; i < 100 && (await running()) === 0; i += 1) await sleep(50);
    expect(await running()).toBe(1);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    for (let i = 0; i < 100 && (await running()) === 1; i += 1) await sleep(50);
    expect(await running()).toBe(0);
  });
});

describe("the port in use", () => {
  test("is the error that listening gives", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    await expect(
      startQuery({
        host: "127.0.0.1",
        port,
        clickhouse: fixture.database.queryConnection,
        otlpGrpcEndpoint: "",
        otlpHttpEndpoint: "",
        version: "0",
        logger: pino({ level: "silent" }),
      }),
    ).rejects.toMatchObject({ code: "EADDRINUSE" });
    taken.close();
  });
});

describe("parts of which only some have the items index", () => {
  test("are searched all the same", async () => {
    const mixed = await createFixture();
    try {
      const { client } = mixed.database;
      await client.command({ query: "SYSTEM STOP MERGES otel_logs" }).catch(() => undefined);
      await mixed.insertLogs([{ time: NOW - MINUTE, attributes: { k: "v" }, body: "indexed" }]);
      await client.insert({
        table: "otel_logs",
        format: "JSONEachRow",
        values: [
          {
            Timestamp: String((NOW - MINUTE) / SECOND),
            ServiceName: "shop",
            Body: "not indexed",
            LogAttributes: { k: "v" },
          },
        ],
        clickhouse_settings: { materialize_skip_indexes_on_insert: 0 },
      });
      const { status, body } = await mixed.get("/api/logs?attribute=k=v");
      expect(status, JSON.stringify(body)).toBe(200);
      expect(body.logs.map((log) => log.body).toSorted()).toEqual(["indexed", "not indexed"]);
    } finally {
      await mixed.close();
    }
  });
});
