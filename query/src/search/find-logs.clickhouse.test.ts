/**
 * Goal: a log search finds every matching log once, in a stable order, and its histogram counts the same. Method: rows
 * in a real ClickHouse, pages walked to the end, compared with a naive filter in memory.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  HOUR,
  type LogInput,
  MINUTE,
  NOW,
  SECOND,
  spanId,
  traceId,
} from "../testing/fixtures.ts";

let fixture: Fixture;

const WORDS = [
  "card declined",
  "Card DECLINED for user-42",
  "order 42 paid",
  "50% off_now \\ 'quoted'",
  "grüße aus Köln",
];

/** 300 logs, 20 to each of 15 times: many share a nanosecond, and some are equal in everything. */
const LOGS: readonly (LogInput & { readonly body: string })[] = Array.from(
  { length: 300 },
  (_, i) => ({
    time: NOW - 1n - BigInt(Math.floor(i / 20)) * 11n * MINUTE,
    service: i % 3 === 0 ? "pay" : "shop",
    severityNumber: [0, 1, 5, 9, 13, 17, 21][i % 7] ?? 0,
    severityText: i % 7 === 0 ? (i % 2 === 0 ? "warning" : "") : "",
    body: i % 20 < 4 ? "the same line" : `${WORDS[i % 5]} ${i}`,
    traceId: i % 10 === 0 ? traceId(i) : "",
    spanId: i % 10 === 0 ? spanId(i) : "",
    attributes: i % 20 < 4 ? {} : { "user.id": String(i % 4), "a=b": "c" },
    resource: { "host.name": `h${i % 2}` },
  }),
);

beforeAll(async () => {
  fixture = await createFixture();
  // Two inserts, so that there are parts to merge and rows of one time in several.
  await fixture.insertLogs(LOGS.filter((_, i) => i % 2 === 0));
  await fixture.insertLogs(LOGS.filter((_, i) => i % 2 === 1));
});
afterAll(() => fixture.close());

interface Found {
  readonly time: string;
  readonly body: string;
}

async function findAll(query: string): Promise<Found[]> {
  const found: Found[] = [];
  let cursor = "";
  for (let pages = 0; pages < 400; pages += 1) {
    const { status, body } = await fixture.get(`/api/logs?${query}${cursor}`);
    expect(status, JSON.stringify(body)).toBe(200);
    found.push(...body.logs.map((log) => ({ time: log.timeUnixNano, body: log.body })));
    if (body.nextCursor === undefined) return found;
    cursor = `&cursor=${body.nextCursor}`;
  }
  throw new Error("the pages do not end");
}

function expected(passes: (log: LogInput & { readonly body: string }) => boolean): Found[] {
  return LOGS.filter(passes).map((log) => ({ time: String(log.time), body: log.body }));
}

/** By time, newest first; within one time in any order. */
function sorted(logs: readonly Found[]): Found[] {
  return logs.toSorted(
    (a, b) => Number(BigInt(b.time) - BigInt(a.time)) || (a.body < b.body ? -1 : 1),
  );
}

const isWarn = (log: LogInput): boolean =>
  (log.severityNumber ?? 0) >= 13 || (log.severityNumber === 0 && log.severityText === "warning");

const CASES: readonly (readonly [
  string,
  (log: LogInput & { readonly body: string }) => boolean,
])[] = [
  ["", () => true],
  ["service=pay", (log) => log.service === "pay"],
  ["severity=WARN", isWarn],
  ["severity=warning&service=shop", (log) => isWarn(log) && log.service === "shop"],
  ["severity=24", () => false],
  ["text=declined", (log) => /declined/i.test(log.body)],
  ["text=declined%20CARD", (log) => /declined/i.test(log.body)],
  ["text=declin", () => false],
  ["text=%22card%20declined%22", (log) => /card declined/i.test(log.body)],
  ["text=%22declined%20card%22", () => false],
  ["text=user-42", (log) => log.body.includes("user-42")],
  ["text=42", (log) => /\b42\b/.test(log.body)],
  ["text=50%25%20off_now", (log) => log.body.includes("off_now")],
  ["text=off%25now", () => false],
  [`text=${encodeURIComponent("\\ 'quoted'")}`, (log) => log.body.includes("quoted")],
  [`text=${encodeURIComponent("GRüße köln")}`, (log) => log.body.includes("Köln")],
  [`text=${encodeURIComponent("grüße Köln")}`, (log) => log.body.includes("Köln")],
  ["attribute=user.id=3", (log) => log.attributes?.["user.id"] === "3"],
  ["attribute=a=b=c", (log) => log.attributes?.["a=b"] === "c"],
  [
    "attribute=host.name=h1&attribute=user.id=1",
    (log) => log.resource?.["host.name"] === "h1" && log.attributes?.["user.id"] === "1",
  ],
  [`traceId=${traceId(10).toUpperCase()}`, (log) => log.traceId === traceId(10)],
  [`spanId=${spanId(20)}`, (log) => log.spanId === spanId(20)],
  [
    "from=now-30m&to=now-10m",
    (log) => log.time >= NOW - 30n * MINUTE && log.time < NOW - 10n * MINUTE,
  ],
];

for (const [query, passes] of CASES) {
  for (const limit of [45, 1_000]) {
    test(`pages of ${limit} for "${query}" give every matching log once, newest first`, async () => {
      const found = await findAll(`${query}&limit=${limit}`);
      expect(found.map((log) => log.time)).toEqual(expected(passes).map((log) => log.time));
      expect(sorted(found)).toEqual(sorted(expected(passes)));
    });
  }
  test(`the histogram for "${query}" counts what the list shows`, async () => {
    for (const buckets of query === "" ? [10, 1_000] : [30]) {
      const { status, body } = await fixture.get(`/api/logs/histogram?${query}&buckets=${buckets}`);
      expect(status, JSON.stringify(body)).toBe(200);
      const counted = body.buckets.reduce(
        (sum, bucket) => sum + Object.values(bucket.counts).reduce((a, b) => a + b, 0),
        0,
      );
      expect(counted).toBe(expected(passes).length);
    }
  });
}

test("pages of equal rows neither repeat nor skip, though the rows are inserted among", async () => {
  const other = await createFixture();
  try {
    const same = { time: NOW - MINUTE, body: "same" };
    await other.insertLogs(Array.from({ length: 25 }, () => same));
    let cursor = "";
    let count = 0;
    do {
      const { body } = await other.get(`/api/logs?limit=10${cursor}`);
      count += body.logs.length;
      cursor = body.nextCursor === undefined ? "" : `&cursor=${body.nextCursor}`;
      await other.insertLogs([{ time: NOW - SECOND, body: "newer" }]);
    } while (cursor !== "");
    expect(count).toBe(25);
  } finally {
    await other.close();
  }
});

test("the histogram has every bucket of the range, and severities by number or text", async () => {
  const { body } = await fixture.get("/api/logs/histogram?from=now-1h&to=now&buckets=60");
  expect(body.bucketSeconds).toBe(60);
  expect(body.buckets).toHaveLength(60);
  const newest = body.buckets.at(-1);
  expect(newest?.timeUnixNano).toBe(String(NOW - MINUTE));
  expect(newest?.counts).toEqual({
    UNSET: 1,
    WARN: 2 + 3,
    TRACE: 3,
    DEBUG: 3,
    INFO: 3,
    ERROR: 3,
    FATAL: 2,
  });
});

test("a search whose time ends goes on from where it came to", async () => {
  const hurried = await createFixture({ searchTimeMs: 0 });
  try {
    await hurried.insertLogs([
      { time: NOW - 20n * HOUR, body: "old" },
      { time: NOW - MINUTE, body: "new" },
    ]);
    const found: string[] = [];
    let cursor = "";
    let pages = 0;
    do {
      const { body } = await hurried.get(`/api/logs?limit=5${cursor}`);
      found.push(...body.logs.map((log) => log.body));
      cursor = body.nextCursor === undefined ? "" : `&cursor=${body.nextCursor}`;
      pages += 1;
    } while (cursor !== "" && pages < 50);
    expect(found).toEqual(["new", "old"]);
    expect(pages).toBeGreaterThan(1);
    expect(pages).toBeLessThan(7);
  } finally {
    await hurried.close();
  }
});

test("a page larger than the byte limit is cut, says so and goes on", async () => {
  const narrow = await createFixture({ queryResultBytes: 20_000 });
  try {
    await narrow.insertLogs(
      Array.from({ length: 30 }, (_, i) => ({
        time: NOW - BigInt(i + 1),
        body: `${i} ${"x".repeat(3_000)}`,
      })),
    );
    const first = await narrow.get("/api/logs");
    expect(first.body.logs.length).toBeGreaterThan(0);
    expect(first.body.logs.length).toBeLessThan(30);
    expect(first.body.meta).toMatchObject({ complete: false });
    let count = first.body.logs.length;
    let { nextCursor } = first.body;
    while (nextCursor !== undefined) {
      const { body } = await narrow.get(`/api/logs?cursor=${nextCursor}`);
      count += body.logs.length;
      nextCursor = body.nextCursor;
    }
    expect(count).toBe(30);
  } finally {
    await narrow.close();
  }
});
