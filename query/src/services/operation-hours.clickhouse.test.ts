/**
 * Goal: operations and versions of computed hours are those of the minutes, and an hour that got spans since is not taken.
 * Method: the minutes of a computed hour are taken away; whoever still knows its spans has read them from the hour.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type * as wire from "../wire.ts";
import { createFixture, type Fixture, HOUR, MINUTE, spanId, traceId } from "../testing/fixtures.ts";

/** ClickHouse computes hours by its own clock. */
const OLD = ((BigInt(Date.now()) * 1_000_000n) / HOUR) * HOUR - 5n * HOUR;
const HOURS = 3;
const PER_HOUR = 60;
const URL = `/api/services/shop?from=${OLD - 30n * MINUTE}&to=${OLD + 4n * HOUR}&compare=previous`;

let fixture: Fixture;
let asStored: wire.Service;
beforeAll(async () => {
  fixture = await createFixture();
  await insertSpans(0, HOURS * PER_HOUR, (index) => OLD + BigInt(index) * MINUTE);
  asStored = await ask();
});
afterAll(() => fixture.close());

async function ask(): Promise<wire.Service> {
  const { status, body } = await fixture.get(URL);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as wire.Service;
}

async function insertSpans(
  first: number,
  count: number,
  startOf: (index: number) => bigint,
): Promise<void> {
  await fixture.insertSpans(
    Array.from({ length: count }, (_, index) => ({
      traceId: traceId(first + index + 1),
      spanId: spanId(first + index + 1),
      service: "shop",
      name: `op-${index % 3}`,
      kind: index % 2 === 0 ? "Server" : "Client",
      start: startOf(index),
      durationNano: BigInt(1_000_000 + index * 10_000),
      resource: { "service.version": index < PER_HOUR ? "1" : "2" },
    })),
  );
}

async function rows<T>(query: string): Promise<readonly T[]> {
  const result = await fixture.database.client.query({ query, format: "JSONEachRow" });
  return result.json<T>();
}

const computedHours = async (): Promise<number> => {
  const [row] = await rows<{ n: string }>(
    "SELECT uniqExact(Bucket) AS n FROM otel_traces_red_operations_1h",
  );
  return Number(row?.n);
};

test("what hours say of operations and versions is what the minutes said", async () => {
  expect(asStored.operations).toHaveLength(6);
  expect(asStored.versions.map(({ version, requests }) => [version, requests])).toEqual([
    ["2", 2 * PER_HOUR],
    ["1", PER_HOUR],
  ]);
  await fixture.database.client.command({
    query: "SYSTEM REFRESH VIEW otel_traces_red_operations_1h_mv",
  });
  await expect.poll(computedHours, { timeout: 30_000 }).toBe(HOURS);
  await fixture.database.client.command({
    query: `ALTER TABLE otel_traces_red_1m DELETE WHERE Bucket < toDateTime(${(OLD + 2n * HOUR) / 1_000_000_000n}) SETTINGS mutations_sync = 2`,
  });
  const fromHours = await ask();
  expect(fromHours.versions).toEqual(asStored.versions);
  expect(fromHours.operations).toEqual(asStored.operations);
});

test("an hour that got spans since it was computed is read from the minutes", async () => {
  await insertSpans(1_000, 30, () => OLD + 30n * MINUTE);
  const { operations } = await ask();
  const sum = operations.reduce((total, { requests }) => total + requests, 0);
  // Of the first hour the minutes have nothing but what came late.
  expect(sum).toBe((HOURS - 1) * PER_HOUR + 30);
});
