/** Goal: a map that leaves services out says so. Method: one service more than are measured. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { SERVICES_MAX } from "../services/read-rates.ts";
import { createFixture, type Fixture, HOUR, NOW, spanId, traceId } from "../testing/fixtures.ts";
import type { ServiceMap } from "../wire.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertSpans(
    Array.from({ length: SERVICES_MAX + 1 }, (_, i) => ({
      traceId: traceId(i + 1),
      spanId: spanId(i + 1),
      service: `service ${i}`,
      start: NOW - HOUR,
    })),
  );
});
afterAll(() => fixture.close());

test("services beyond the busiest are told to be missing", async () => {
  const response = await fixture.app.inject("/api/service-map?from=now-2h");
  const { nodes, meta } = response.json<ServiceMap>();
  expect(nodes.filter(({ kind }) => kind === "service")).toHaveLength(SERVICES_MAX);
  expect(meta.complete).toBe(false);
  expect(meta.reason).toContain(`${SERVICES_MAX} busiest services`);
});
