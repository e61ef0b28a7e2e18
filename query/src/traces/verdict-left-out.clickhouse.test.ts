/** Goal: a verdict that does not list every gap says how many it leaves out, at each door the same. Method: fifty missing parents, then one more. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFixture, type Fixture, NOW, spanId, traceId } from "../testing/fixtures.ts";
import type { Trace, TracePage } from "../wire.ts";

const LISTED = 50;
let fixture: Fixture;
const orphans = (trace: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    traceId: traceId(trace),
    spanId: spanId(n + 1),
    parentSpanId: spanId(1_000 + n),
    start: NOW - BigInt(n + 1) * 1_000_000n,
  }));

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertSpans([...orphans(1, LISTED), ...orphans(2, LISTED + 1)]);
});
afterAll(() => fixture.close());

test.each([
  [1, undefined],
  [2, 1],
])("trace %i", async (trace, leftOut) => {
  const { body } = await fixture.get(`/api/traces/${traceId(trace)}`);
  const { verdict } = body as unknown as Trace;
  const gaps = verdict?.findings.filter(({ kind }) => kind === "missing_parent");
  expect([gaps?.length, verdict?.findingsLeftOut]).toEqual([LISTED, leftOut]);
  const { body: page } = await fixture.get(`/api/traces?verdict=1`);
  const listed = (page as unknown as TracePage).traces.find(
    (each) => each.traceId === traceId(trace),
  );
  expect(listed?.verdict).toEqual(verdict);
});
