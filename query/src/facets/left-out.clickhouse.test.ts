/** Goal: a facet is not called exact when values were left out of its counts. Method: severities made up by the thousand. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFixture, type Fixture, HOUR, MINUTE, NOW } from "../testing/fixtures.ts";
import type { Facets } from "../wire.ts";

let fixture: Fixture;
const madeUp = (service: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    time: NOW - MINUTE,
    service,
    severityNumber: 0,
    severityText: `made-up-${n}`,
    body: "a word",
  }));

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertLogs([
    ...madeUp("thousand", 1_001),
    ...madeUp("many", 51),
    ...madeUp("fewer", 50),
  ]);
});
afterAll(() => fixture.close());

test.each([
  ["service=thousand", "rollup", false],
  ["service=many", "rollup", true],
  ["service=many&text=word", "records", false],
  ["service=fewer&text=word", "records", true],
])("of %s, from %s: %s", async (query, from, exact) => {
  const url = `/api/logs/facets?field=severity&from=${NOW - HOUR}&to=${NOW}&${query}`;
  const { body } = await fixture.get(url);
  const [facet] = (body as unknown as Facets).facets;
  expect([facet?.from, facet?.exact]).toEqual([from, exact]);
});
