/** Goal: the environments that people choose from are those that are stored, under either name of the attribute. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFixture, type Fixture, MINUTE, NOW, spanId, traceId } from "../testing/fixtures.ts";
import type { Environments, LogPage, TracePage } from "../wire.ts";

let fixture: Fixture;

const NEWER = "deployment.environment.name";
const OLDER = "deployment.environment";

beforeAll(async () => {
  fixture = await createFixture();
  const resources = [
    { [NEWER]: "production" },
    { [NEWER]: "production" },
    { [NEWER]: "staging" },
    { [OLDER]: "staging" },
    { "host.name": "h" },
  ];
  await fixture.insertSpans(
    resources.map((resource, i) => ({
      traceId: traceId(i + 1),
      spanId: spanId(i + 1),
      start: NOW - BigInt(i + 1) * MINUTE,
      service: "shop",
      name: "GET /",
      resource,
    })),
  );
  await fixture.insertLogs([
    { time: NOW - MINUTE, service: "cron", resource: { [OLDER]: "batch: night" } },
  ]);
});
afterAll(() => fixture.close());

test("all are found, of spans and of logs, each with the attribute it stands in", async () => {
  const { status, body } = await fixture.get("/api/environments");
  expect(status, JSON.stringify(body)).toBe(200);
  const { environments, meta } = body as unknown as Environments;
  expect(environments).toEqual([
    { value: "production", attributes: [NEWER] },
    { value: "staging", attributes: [NEWER, OLDER] },
    { value: "batch: night", attributes: [OLDER] },
  ]);
  expect(meta.complete).toBe(true);
});

test("what is chosen of them finds its records", async () => {
  const count = async (path: "traces" | "logs", q: string) => {
    const { body } = await fixture.get(`/api/${path}?q=${encodeURIComponent(q)}`);
    const { traces, logs } = body as unknown as Partial<TracePage & LogPage>;
    return (traces ?? logs)?.length;
  };
  expect(await count("traces", "env:staging")).toBe(1);
  expect(await count("traces", "(env:staging OR resource.deployment.environment:staging)")).toBe(2);
  expect(await count("logs", 'resource.deployment.environment:"batch: night"')).toBe(1);
});

test("a parameter that there is not is refused", async () => {
  const { status, body } = await fixture.get("/api/environments?signal=logs");
  expect([status, body.code]).toEqual([400, "unknown_parameter"]);
});
