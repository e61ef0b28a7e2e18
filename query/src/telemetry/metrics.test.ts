/** Goal: the exposition is whole from the first scrape, and no label can be made by whoever asks. */
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { buildApp, type QueryApp } from "../server.ts";
import { createQueryMetrics } from "./metrics.ts";

const idle = { counts: () => ({ running: 0, waiting: 0, refused: 0 }) };
const none = { counts: () => ({ asked: 0, joined: 0, kept: 0, evicted: 0, bytes: 0 }) };

/** Nobody listens there. */
const NOBODY = {
  url: "http://127.0.0.1:9",
  username: "nobody",
  password: "",
  database: "otel",
};

let service: QueryApp | undefined;
afterEach(async () => {
  await service?.close();
  service = undefined;
});

async function start(): Promise<QueryApp> {
  service = await buildApp({
    host: "127.0.0.1",
    port: 0,
    clickhouse: NOBODY,
    otlpGrpcEndpoint: "http://localhost:4317",
    otlpHttpEndpoint: "http://localhost:4318",
    version: "0.0.0-test",
    logger: pino({ level: "silent" }),
  });
  return service;
}

async function scrape({ app }: QueryApp): Promise<string> {
  return (await app.inject("/metrics")).body;
}

test("every metric carries the prefix and a help text that is a sentence", async () => {
  const all = await createQueryMetrics({
    admission: idle,
    answers: none,
  }).registry.getMetricsAsJSON();
  expect(all.length).toBeGreaterThan(10);
  for (const metric of all) {
    expect(metric.name).toMatch(/^throughline_query_[a-z_]+$/u);
    expect(metric.help, metric.name).toMatch(/^[A-Z].*\.$/u);
  }
});

test("what waits and what was turned away is the admission's own count", async () => {
  const counts = { running: 8, waiting: 3, refused: 5 };
  const { registry } = createQueryMetrics({
    admission: { counts: () => counts },
    answers: none,
  });
  for (const _ of [1, 2]) {
    const text = await registry.metrics();
    expect(text).toContain("throughline_query_asking_requests 8");
    expect(text).toContain("throughline_query_waiting_requests 3");
    expect(text).toContain("throughline_query_overloaded_requests_total 5");
  }
});

test("a refused request is counted under its endpoint and its problem", async () => {
  const query = await start();
  await query.app.inject("/api/logs?severity=loud");
  await query.app.inject("/api/logs?colour=red");
  await query.app.inject("/api/services");
  await query.app.inject("/healthz");
  const text = await scrape(query);
  expect(text).toContain(counted("logs", "invalid_parameter", 1));
  expect(text).toContain(counted("logs", "unknown_parameter", 1));
  expect(text).toContain(counted("services", "clickhouse_unavailable", 1));
  expect(text).toContain(counted("health", "ok", 1));
  expect(text).toContain(
    'throughline_query_clickhouse_queries_total{outcome="clickhouse_unavailable"}',
  );
  expect(text).toContain('throughline_query_request_seconds_count{endpoint="logs"} 2');
});

test("paths and methods that nobody knows make one series, however many there are", async () => {
  const query = await start();
  for (let n = 0; n < 50; n += 1) {
    await query.app.inject(`/api/nothing-${n}?q=${n}`);
    await query.app.inject({ method: "DELETE", url: `/api/traces/${n}` });
  }
  const series = (await scrape(query))
    .split("\n")
    .filter((line) => line.startsWith("throughline_query_requests_total{"));
  expect(series).toEqual([counted("unknown", "not_found", 100)]);
});

function counted(endpoint: string, outcome: string, count: number): string {
  return `throughline_query_requests_total{endpoint="${endpoint}",outcome="${outcome}"} ${count}`;
}
