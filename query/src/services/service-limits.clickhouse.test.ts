/** Goal: a service with more operations or versions than are listed says so, and does not call what it left out zero. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFixture, type Fixture, HOUR, NOW } from "../testing/fixtures.ts";
import type * as wire from "../wire.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture();
});
afterAll(() => fixture.close());

/** One span of each operation; the later ones take longer. */
async function insert(service: string, operations: number, hoursAgo: bigint, versions = 1) {
  await fixture.database.client.command({
    query: `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, SpanName, SpanKind, ServiceName, ResourceAttributes, Duration)
      SELECT fromUnixTimestamp64Nano(${NOW - hoursAgo * HOUR + 1_000_000n}), lower(hex(sipHash128(number))), lower(hex(sipHash64(number))),
        concat('op-', toString(number)), 'Server', '${service}', map('service.version', toString(number % ${versions})), 1000 + number
      FROM numbers(${operations})`,
  });
}

async function read(service: string, more = ""): Promise<wire.Service> {
  const { body } = await fixture.get(`/api/services/${service}?from=now-1h${more}`);
  return body as unknown as wire.Service;
}

test("as many operations as are listed are all of them", async () => {
  await insert("exact", 200, 1n, 100);
  const { operations, versions, meta } = await read("exact");
  expect([operations.length, versions.length, meta.complete]).toEqual([200, 100, true]);
});

test("one more of each, and the answer says so", async () => {
  await insert("beyond", 202, 1n, 101);
  const { operations, versions, meta } = await read("beyond");
  expect([operations.length, versions.length, meta.complete]).toEqual([200, 100, false]);
  expect(operations.at(-1)?.name).toBe("op-2");
  expect(meta.reason).toBe(
    "Only the 200 operations with the most time are listed. Only the 100 versions that were first seen last are listed.",
  );
});

test("what is not among the most of the time before has no figures of it, rather than zero", async () => {
  await insert("shrunk", 300, 2n);
  await insert("shrunk", 150, 1n);
  const { operations } = await read("shrunk", "&compare=previous");
  const before = new Map(operations.map((each) => [each.name, each.before?.requests]));
  expect(before.get("op-149")).toBe(1);
  expect(before.get("op-0")).toBeUndefined();
});

test("versions of before the range do not take the places of those inside", async () => {
  await insert("moved", 500, 3n, 250);
  await insert("moved", 3, 1n, 3);
  const { versions, meta } = await read("moved");
  expect([versions.length, meta.complete]).toEqual([3, true]);
});
