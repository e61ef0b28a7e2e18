/**
 * Goal: a question that needs more memory than one may have is answered in part or refused by name, whatever it asks, and nobody else
 * notices. Method: so little memory that most questions fail, over enough rows that they need more.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../options.ts";
import type { QueryApp } from "../server.ts";
import { createFixture, type Fixture, NOW, SECOND, spanId, traceId } from "../testing/fixtures.ts";

const TRACES = 2_000;
let fixture: Fixture;
/** With as much memory as a service has; with two megabytes, /readyz itself may be refused. */
let neighbour: QueryApp;
let limited = 0;

beforeAll(async () => {
  fixture = await createFixture({ queryMemoryBytes: 2_000_000 });
  neighbour = await fixture.another({ queryMemoryBytes: DEFAULT_LIMITS.queryMemoryBytes });
  const words = "each has words of its own, so that grouping them takes memory ".repeat(20);
  const times = Array.from({ length: TRACES }, (_, n) => NOW - BigInt(n + 1) * SECOND);
  await fixture.insertSpans(
    times.map((start, n) => ({
      traceId: traceId(n + 1),
      spanId: spanId(n + 1),
      start,
      attributes: { "user.id": String(n), text: `${n} ${words}` },
    })),
  );
  await fixture.insertLogs(
    times.map((time, n) => ({
      time,
      traceId: traceId(n + 1),
      body: `${n} ${words}`,
      attributes: { "user.id": String(n) },
    })),
  );
});
afterAll(async () => {
  await neighbour.close();
  await fixture.close();
});

test.each([
  "/api/traces?limit=200",
  "/api/traces?sort=longest",
  "/api/traces?q=words&strip=1&verdict=1",
  "/api/traces/groups?by=attr.user.id",
  "/api/traces/heatmap",
  "/api/traces/facets?field=attr.text",
  "/api/logs?limit=1000",
  "/api/logs?text=grouping%20memory",
  "/api/logs/histogram?text=grouping",
  "/api/logs/facets?field=attr.user.id",
  "/api/logs/patterns",
  "/api/fields?signal=logs",
  "/api/services?compare=previous",
  "/api/services/shop",
  "/api/service-map",
  `/api/traces/${traceId(1)}`,
  `/api/requests/${traceId(2)}`,
])("%s", async (url) => {
  const { status, body } = await fixture.get(url);
  expect([200, 422], JSON.stringify(body)).toContain(status);
  if (status === 422) expect(body.code).toBe("query_limit");
  if (status === 422 || !body.meta.complete) limited += 1;
  const alive = await neighbour.app.inject("/readyz");
  expect(alive.statusCode).toBe(200);
});

test("an export says that it is not whole, or is refused", async () => {
  const response = await fixture.app.inject({
    method: "GET",
    url: "/api/logs/export?format=ndjson",
  });
  expect([200, 422]).toContain(response.statusCode);
  const lines = response.body.trim().split("\n");
  if (response.statusCode === 200 && lines.length < TRACES) {
    expect(response.headers["throughline-complete"]).not.toBe("true");
  }
});

test("the limit was met", () => {
  expect(limited).toBeGreaterThan(5);
});
