/**
 * Goal: bars and facets count what a list can show, also after retention or the disk's cap has dropped days that the rollups still
 * know. Method: three days of records, of which the oldest is dropped, or all.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFixture, type Fixture, HOUR, NOW, spanId, traceId } from "../testing/fixtures.ts";

let fixture: Fixture;
const DAYS = [0n, 1n, 2n];
const RANGE = `from=${NOW - 72n * HOUR}&to=${NOW}`;

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertLogs(
    DAYS.map((day) => ({ time: NOW - day * 24n * HOUR - HOUR, service: `day-${day}` })),
  );
  await fixture.insertSpans(
    DAYS.map((day) => ({
      traceId: traceId(Number(day) + 1),
      spanId: spanId(1),
      start: NOW - day * 24n * HOUR - HOUR,
      service: `day-${day}`,
    })),
  );
});
afterAll(() => fixture.close());

async function bars(): Promise<number> {
  const { body } = await fixture.get(`/api/logs/histogram?${RANGE}`);
  return body.buckets
    .flatMap((bucket) => Object.values(bucket.counts))
    .reduce((sum, count) => sum + count, 0);
}

async function facets(signal: "logs" | "traces"): Promise<readonly string[]> {
  const response = await fixture.app.inject({
    method: "GET",
    url: `/api/${signal}/facets?${RANGE}&field=service`,
  });
  const text = response.body;
  return ["day-0", "day-1", "day-2"].filter((service) => text.includes(service));
}

test("of dropped days nothing is counted", async () => {
  expect(await bars()).toBe(3);
  expect(await facets("logs")).toEqual(["day-0", "day-1", "day-2"]);
  expect(await facets("traces")).toEqual(["day-0", "day-1", "day-2"]);
  for (const table of ["otel_logs", "otel_traces"]) {
    await fixture.database.client.command({
      query: `ALTER TABLE ${table} DROP PARTITION '${new Date(Number((NOW - 49n * HOUR) / 1_000_000n)).toISOString().slice(0, 10)}'`,
    });
  }
  expect(await bars()).toBe(2);
  expect(await facets("logs")).toEqual(["day-0", "day-1"]);
  expect(await facets("traces")).toEqual(["day-0", "day-1"]);
  for (const table of ["otel_logs", "otel_traces"]) {
    await fixture.database.client.command({ query: `TRUNCATE TABLE ${table}` });
  }
  expect(await bars()).toBe(0);
  expect(await facets("logs")).toEqual([]);
});
