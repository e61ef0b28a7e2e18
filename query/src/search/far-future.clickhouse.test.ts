/**
 * Goal: a range that ends, or lies, after 2106 is answered like any other. Rollups keep seconds in 32 bits; what is later must not wrap
 * around to 1970. Method: every answer made of rollups, asked with an end of now, of 2262 and of times between, must count the same.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  HOUR,
  MINUTE,
  NOW,
  SECOND,
  spanId,
  traceId,
} from "../testing/fixtures.ts";

let fixture: Fixture;
const FROM = NOW - 3n * HOUR;
/** Of a bucket of a rollup. */
const LAST_SECOND = 2n ** 32n - 1n;
const ENDS = [
  ["the last second of 32 bits", LAST_SECOND * SECOND],
  ["the second after it", (LAST_SECOND + 1n) * SECOND],
  ["33 bits", 2n ** 33n * SECOND],
  ["2262", 2n ** 63n - 1n],
] as const;
/** As late as wraps around to what is stored. */
const LATE = 2n ** 32n * SECOND;

beforeAll(async () => {
  fixture = await createFixture();
  const trace = { traceId: traceId(1), start: NOW - HOUR };
  await fixture.insertSpans([
    { ...trace, spanId: spanId(1), service: "shop", kind: "Client", name: "call" },
    { ...trace, spanId: spanId(2), parentSpanId: spanId(1), service: "pay", kind: "Server" },
  ]);
  await fixture.insertLogs([
    { time: NOW - HOUR, service: "shop" },
    { time: NOW - 2n * MINUTE, service: "pay", severityNumber: 17 },
  ]);
});
afterAll(() => fixture.close());

async function ask(path: string, from: bigint, to: bigint): Promise<unknown> {
  const range = path.startsWith("/jaeger")
    ? `endTs=${to / 1_000_000n}&lookback=${(to - from) / 1_000_000n}`
    : `from=${from}&to=${to}`;
  const response = await fixture.app.inject(`${path}${path.includes("?") ? "&" : "?"}${range}`);
  expect(response.statusCode, response.body).toBe(200);
  return response.json<unknown>();
}

/** Times and widths follow from the range; what is counted must not. */
const ABOUT_TIME = new Set([
  "meta",
  "bucketSeconds",
  "sparklineSeconds",
  "fromUnixNano",
  "toUnixNano",
  "computedUpToUnixNano",
]);

/** Without what is about time, and without the buckets of a series that have nothing. */
function counted(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(counted);
  if (typeof answer !== "object" || answer === null) return answer;
  return Object.fromEntries(
    Object.entries(answer).flatMap(([key, value]): [string, unknown][] => {
      if (ABOUT_TIME.has(key)) return [];
      return [[key, key === "buckets" || key === "sparkline" ? total(value) : counted(value)]];
    }),
  );
}

/** The sum of all counts, whatever time they are of. */
function total(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, each]) =>
      sum + (typeof each === "number" && !ABOUT_TIME.has(key) ? each : total(each)),
    0,
  );
}

const PATHS = [
  "/api/logs/histogram",
  "/api/logs/histogram?service=shop",
  "/api/logs/histogram?buckets=1",
  "/api/logs/facets?field=service",
  "/api/traces/facets?field=name",
  "/api/fields/values?signal=logs&field=service",
  "/api/fields/values?signal=logs&field=severity",
  "/api/fields/values?signal=traces&field=name",
  "/api/services",
  "/api/services?sparklines=true",
  "/api/services/pay",
  "/api/services/pay?buckets=1",
  "/api/services/pay?operation=op",
  `/api/operations/typical?key=${encodeURIComponent('["pay","op","Server"]')}`,
  "/api/service-map",
  "/api/traces?sort=longest",
  "/jaeger/api/dependencies",
];

test.each(PATHS)("%s counts the same however late the range ends", async (path) => {
  const expected = counted(await ask(path, FROM, NOW));
  expect(JSON.stringify(expected)).toMatch(/pay|shop|:[1-9]/);
  for (const [name, to] of ENDS) {
    // oxlint-disable-next-line no-await-in-loop -- an answer after the other says which differs
    expect(counted(await ask(path, FROM, to)), name).toEqual(expected);
  }
});

test.each(PATHS)("%s counts nothing where all of the range is that late", async (path) => {
  const before = counted(await ask(path, FROM - HOUR, FROM));
  expect(counted(await ask(path, LATE + FROM, LATE + NOW))).toEqual(before);
});
