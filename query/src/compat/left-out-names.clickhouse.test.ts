/** Goal: lists of names and rates say when they are cut. Method: one more than fit, written into the rollup. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFixture, type Fixture, NOW } from "../testing/fixtures.ts";

const NAMES_MAX = 10_000;
const POINTS_MAX = 200_000;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture();
  await fixture.database.client.command({
    query: `
      INSERT INTO otel_traces_red_1m (Bucket, ServiceName, SpanName, SpanKind, ServiceVersion, Requests)
      SELECT toDateTime(${NOW / 1_000_000_000n}) - 600, concat('s', toString(number)), 'op', 'Server', concat('v', toString(number)), 1
      FROM numbers(${NAMES_MAX + 1})`,
  });
  await fixture.database.client.command({
    query: `
      INSERT INTO otel_traces_red_1m (Bucket, ServiceName, SpanName, SpanKind, Requests)
      SELECT toDateTime(${NOW / 1_000_000_000n}) - 600, 's1', concat('op', toString(number)), 'Server', 1
      FROM numbers(${POINTS_MAX})`,
  });
});
afterAll(() => fixture.close());

describe("Jaeger's first API", () => {
  test.each([
    "/jaeger/api/services",
    "/jaeger/api/operations?service=s1",
    "/jaeger/api/services/s1/operations",
  ])("says in its errors that there are more names at %s", async (url) => {
    const answer = await fixture.app.inject(url);
    const { data, errors } = answer.json<{ data: unknown[]; errors: { msg: string }[] }>();
    expect(data).toHaveLength(NAMES_MAX);
    expect(errors[0]?.msg).toContain("first 10000");
  });

  test("has no errors where nothing is missing", async () => {
    const answer = await fixture.app.inject("/jaeger/api/operations?service=s2");
    expect(answer.json()).toMatchObject({ total: 1, errors: null });
  });
});

test.each([
  "/jaeger/api/v3/services",
  "/jaeger/api/v3/operations?service=s1",
  "/zipkin/api/v2/services",
  "/zipkin/api/v2/spans?serviceName=s1",
  "/zipkin/api/v2/autocompleteValues?key=service.version",
])("%s says in a header that there are more names", async (url) => {
  const answer = await fixture.app.inject(url);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers["throughline-missing"]).toContain("first 10000");
});

test.each(["/jaeger/api/v3/operations?service=s2", "/zipkin/api/v2/spans?serviceName=s2"])(
  "%s has no such header where nothing is missing",
  async (url) => {
    const answer = await fixture.app.inject(url);
    expect(answer.headers["throughline-missing"]).toBeUndefined();
  },
);

test("rates say in a header that there are more points", async () => {
  const url = "/jaeger/api/metrics/calls?service=s1&groupByOperation=true";
  const answer = await fixture.app.inject(url);
  expect(answer.statusCode, answer.body.slice(0, 500)).toBe(200);
  expect(answer.json<{ metrics: unknown[] }>().metrics).toHaveLength(POINTS_MAX);
  expect(answer.headers["throughline-missing"]).toContain("first 200000");
  const few = await fixture.app.inject("/jaeger/api/metrics/calls?service=s2");
  expect(few.headers["throughline-missing"]).toBeUndefined();
});
