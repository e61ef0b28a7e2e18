/**
 * Goal: bars, facets and completion count what a list can show, also after retention or the disk's cap has dropped days that the rollups still
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
    DAYS.map((day) => ({
      time: NOW - day * 24n * HOUR - HOUR,
      service: `day-${day}`,
      severityText: "",
      severityNumber: 9 + 4 * Number(day),
      attributes: { day: `day-${day}`, [`key-${day}`]: "" },
      resource: { "deployment.environment": `day-${day}` },
    })),
  );
  await fixture.insertSpans(
    DAYS.map((day) => ({
      traceId: traceId(Number(day) + 1),
      spanId: spanId(1),
      start: NOW - day * 24n * HOUR - HOUR,
      service: `day-${day}`,
      name: `day-${day}`,
      resource: { pod: `day-${day}` },
    })),
  );
});
afterAll(() => fixture.close());

async function textOf(url: string): Promise<string> {
  const response = await fixture.app.inject({ method: "GET", url });
  expect(response.statusCode, response.body).toBe(200);
  return response.body;
}

/** Which days are completed, by every source: rollups, severities, indexes, and the lists of keys and environments. */
async function completed(range: string): Promise<readonly string[]> {
  const texts = await Promise.all(
    [
      `/api/fields/values?signal=logs&field=service`,
      `/api/fields/values?signal=logs&field=severity`,
      `/api/fields/values?signal=traces&field=name`,
      `/api/fields/values?signal=logs&field=day`,
      `/api/fields/values?signal=traces&field=resource.pod`,
      `/api/fields?signal=logs`,
      `/api/environments?`,
    ].map((url) => textOf(`${url}&${range}`)),
  );
  const words = [
    ["day-0", "key-0", '"value":"info"'],
    ["day-1", "key-1", '"value":"warn"'],
    ["day-2", "key-2", '"value":"error"'],
  ];
  return texts.map((text) =>
    words
      .flatMap((ofDay, day) => (ofDay.some((word) => text.includes(word)) ? [String(day)] : []))
      .join(""),
  );
}
const EVERYWHERE = (days: string): readonly string[] => Array.from({ length: 7 }, () => days);

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

test("what a filter is completed with is of the days of the range", async () => {
  expect(await completed(RANGE)).toEqual(EVERYWHERE("012"));
  expect(await completed(`from=${NOW - 2n * HOUR}&to=${NOW}`)).toEqual(EVERYWHERE("0"));
  expect(await completed(`from=${NOW - 50n * HOUR}&to=${NOW - 48n * HOUR}`)).toEqual(
    EVERYWHERE("2"),
  );
});

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
  expect(await completed(RANGE)).toEqual(EVERYWHERE("01"));
  expect(await facets("logs")).toEqual(["day-0", "day-1"]);
  expect(await facets("traces")).toEqual(["day-0", "day-1"]);
  for (const table of ["otel_logs", "otel_traces"]) {
    await fixture.database.client.command({ query: `TRUNCATE TABLE ${table}` });
  }
  expect(await bars()).toBe(0);
  expect(await completed(RANGE)).toEqual(EVERYWHERE(""));
  expect(await facets("logs")).toEqual([]);
});
