/** Goal: completion and environments say when there is more than they give. Method: exactly as many as fit, then one more. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFixture, type Fixture, HOUR, NOW, spanId, traceId } from "../testing/fixtures.ts";
import type { Environments, FieldValues, Fields } from "../wire.ts";
import { FIELD_LIMITS } from "./limits.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await createFixture();
  const keys = Array.from({ length: FIELD_LIMITS.fieldKeysMax }, (_, n) => [`key-${n}`, "x"]);
  await fixture.insertLogs([
    { time: NOW - HOUR, attributes: Object.fromEntries(keys) as Record<string, string> },
    ...Array.from({ length: FIELD_LIMITS.fieldValuesMax }, (_, n) => ({
      time: NOW - HOUR,
      resource: { "deployment.environment": `env-${n}` },
    })),
  ]);
  await fixture.insertSpans(
    ["Error", "STATUS_CODE_ERROR", "Ok"].map((status, n) => ({
      traceId: traceId(1),
      spanId: spanId(n + 1),
      start: NOW - HOUR,
      status,
    })),
  );
});
afterAll(() => fixture.close());

async function values(query: string): Promise<readonly [readonly string[], boolean]> {
  const { status, body } = await fixture.get(`/api/fields/values?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  const { values: found, hasMore } = body as unknown as FieldValues;
  return [found.map(({ value }) => value), hasMore];
}
const environments = async () =>
  (await fixture.get("/api/environments")).body as unknown as Environments;

test("values", async () => {
  const field = "signal=logs&field=resource.deployment.environment";
  const all = await values(`${field}&limit=100`);
  expect([all[0].length, all[1]]).toEqual([100, false]);
  const some = await values(`${field}&limit=99`);
  expect([some[0].length, some[1]]).toEqual([99, true]);
  expect(await values("signal=logs&field=body&limit=1")).toEqual([["a line"], false]);
  expect(await values("signal=logs&field=severity&limit=1")).toEqual([["info"], false]);
});

test("values that have names, by their names", async () => {
  const field = "signal=traces&field=status";
  expect(await values(`${field}&limit=1`)).toEqual([["error"], true]);
  expect(await values(`${field}&limit=2`)).toEqual([["error", "ok"], false]);
  expect(await values(`${field}&limit=1&prefix=e`)).toEqual([["error"], false]);
});

test("keys", async () => {
  const read = async () => {
    const { body } = await fixture.get("/api/fields?signal=logs");
    const { attributes, meta } = body as unknown as Fields;
    return [attributes.filter((each) => each.scope === "record").length, meta.complete];
  };
  expect(await read()).toEqual([FIELD_LIMITS.fieldKeysMax, true]);
  await fixture.insertLogs([{ time: NOW - HOUR, attributes: { more: "x" } }]);
  expect(await read()).toEqual([FIELD_LIMITS.fieldKeysMax, false]);
});

test("environments, also where each list has room and both together have not", async () => {
  const before = await environments();
  expect([before.environments.length, before.meta.complete]).toEqual([100, true]);
  await fixture.insertSpans([
    {
      traceId: traceId(2),
      spanId: spanId(2),
      start: NOW - HOUR,
      resource: { "deployment.environment.name": "more" },
    },
  ]);
  const after = await environments();
  expect([after.environments.length, after.meta.complete]).toEqual([100, false]);
  expect(after.meta.reason).toContain("100 most frequent");
});

test("severities, when they are made up by the thousand", async () => {
  const complete = async () =>
    (await fixture.get("/api/fields/values?signal=logs&field=severity")).body.meta;
  expect((await complete()).complete).toBe(true);
  await fixture.insertLogs(
    Array.from({ length: 1_001 }, (_, n) => ({
      time: NOW - HOUR,
      severityNumber: 0,
      severityText: `made-up-${n}`,
    })),
  );
  const meta = await complete();
  expect(meta.complete).toBe(false);
  expect(meta.reason).toContain("1000");
});
