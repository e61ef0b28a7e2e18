/** Goal: an answer says which keys were not compared, and how many differences it does not show. */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  HOUR,
  NOW,
  SECOND,
  spanId,
  traceId,
} from "../testing/fixtures.ts";
import type { Deltas } from "../wire.ts";

/** Beside service, name, kind and status: as many keys as are compared. */
const KEYS = 96;
let fixture: Fixture;

const spans = (service: string, keys: number) =>
  Array.from({ length: 100 }, (_, n) => ({
    traceId: traceId(n + 1),
    spanId: spanId(n + 1),
    start: NOW - HOUR + BigInt(n) * SECOND,
    service,
    durationNano: n % 2 === 0 ? 900_000_000n : 1_000_000n,
    attributes: Object.fromEntries(
      Array.from({ length: keys }, (_value, key) => [`key-${key}`, n % 2 === 0 ? "a" : "b"]),
    ),
  }));

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertSpans([...spans("all", KEYS), ...spans("more", KEYS + 1)]);
});
afterAll(() => fixture.close());

async function read(service: string): Promise<Deltas> {
  const url = `/api/traces/deltas?from=now-2h&service=${service}&selectionMinDuration=500ms`;
  return (await fixture.get(url)).body as unknown as Deltas;
}

test("as many keys as are compared", async () => {
  const { differences, differenceCount, meta } = await read("all");
  expect(differences).toHaveLength(50);
  expect(differenceCount).toBe(2 * KEYS);
  expect(meta.complete).toBe(true);
});

test("one more", async () => {
  const { differenceCount, meta } = await read("more");
  expect(differenceCount).toBe(2 * (KEYS + 1));
  expect(meta.complete).toBe(false);
  expect(meta.reason).toContain("100 keys");
});
