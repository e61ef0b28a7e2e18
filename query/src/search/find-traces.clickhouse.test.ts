/**
 * Goal: a search finds every trace that matches, once, and says of each what the opened trace says. Method: rows in a
 * real ClickHouse, pages walked to the end, the answer compared with a naive search in memory.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  HOUR,
  MINUTE,
  NOW,
  SECOND,
  type SpanInput,
  spanId,
  traceId,
} from "../testing/fixtures.ts";

let fixture: Fixture;
const DAY = 24n * HOUR;

/** Traces 1..40, one every 7 minutes back from now; each a root in `shop` and a child in `pay` or `stock`. */
const SPANS: readonly SpanInput[] = Array.from({ length: 40 }, (_, i) => i + 1).flatMap((n) => {
  const start = NOW - BigInt(n) * 7n * MINUTE;
  const common = { traceId: traceId(n), resource: { "host.name": `h${n % 3}` } };
  return [
    {
      ...common,
      spanId: spanId(n * 10),
      start,
      durationNano: BigInt(n) * 10_000_000n,
      service: "shop",
      name: "GET /cart",
      kind: "Server",
      attributes: { "http.route": "/cart", "user.id": String(n % 5), empty: "" },
    },
    {
      ...common,
      spanId: spanId(n * 10 + 1),
      parentSpanId: spanId(n * 10),
      start: start + 1_000_000n,
      durationNano: 2_000_000n,
      service: n % 2 === 0 ? "pay" : "stock",
      name: "call",
      kind: "Client",
      status: n % 4 === 0 ? "Error" : "Ok",
      attributes: {},
    },
  ];
});

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertSpans(SPANS);
  await fixture.insertLogs([
    { traceId: traceId(1), time: NOW - 7n * MINUTE },
    { traceId: traceId(1), time: NOW - 7n * MINUTE + SECOND },
  ]);
});
afterAll(() => fixture.close());

/** Walks all pages. */
async function findAll(query: string): Promise<string[]> {
  const found: string[] = [];
  let cursor = "";
  for (let pages = 0; pages < 100; pages += 1) {
    const { status, body } = await fixture.get(`/api/traces?${query}${cursor}`);
    expect(status, JSON.stringify(body)).toBe(200);
    found.push(...body.traces.map((trace) => trace.traceId));
    if (body.nextCursor === undefined) return found;
    cursor = `&cursor=${body.nextCursor}`;
  }
  throw new Error("the pages do not end");
}

/** Ids of the traces of which one span passes, newest first. */
function expected(passes: (span: SpanInput) => boolean): string[] {
  return [...new Set(SPANS.filter(passes).map((span) => span.traceId))];
}

const CASES: readonly (readonly [string, (span: SpanInput) => boolean])[] = [
  ["", () => true],
  ["service=pay", (span) => span.service === "pay"],
  ["service=shop&operation=GET%20%2Fcart", (span) => span.name === "GET /cart"],
  ["status=error", (span) => span.status === "Error"],
  ["status=ok&service=stock", (span) => span.status === "Ok" && span.service === "stock"],
  ["status=unset", (span) => span.status === undefined],
  ["minDuration=100ms", (span) => (span.durationNano ?? 0n) >= 100_000_000n],
  [
    "minDuration=0.05s&maxDuration=100000000",
    (span) => (span.durationNano ?? 0n) >= 50_000_000n && (span.durationNano ?? 0n) <= 100_000_000n,
  ],
  ["attribute=user.id=3", (span) => span.attributes?.["user.id"] === "3"],
  ["attribute=host.name=h1", (span) => span.resource?.["host.name"] === "h1"],
  [
    "attribute=user.id=3&attribute=host.name=h1",
    (span) => span.attributes?.["user.id"] === "3" && span.resource?.["host.name"] === "h1",
  ],
  ["attribute=empty=", (span) => span.attributes?.["empty"] === ""],
  ["attribute=absent=", () => false],
  ["service=nobody", () => false],
];

for (const [query, passes] of CASES) {
  for (const limit of [3, 50]) {
    test(`pages of ${limit} for "${query}" give every matching trace once, newest first`, async () => {
      expect(await findAll(`${query}&limit=${limit}`)).toEqual(expected(passes));
    });
  }
}

test("from is inclusive and to exclusive", async () => {
  const at = NOW - 14n * MINUTE;
  expect(await findAll(`service=shop&from=${at}&to=${at + 1n}`)).toEqual([traceId(2)]);
  expect(await findAll(`service=shop&from=${at + 1n}&to=${at + 2n}`)).toEqual([]);
});

test("a summary has counts over all spans and logs, though one span matched", async () => {
  const { body } = await fixture.get("/api/traces?service=stock&limit=1");
  expect(body.traces).toEqual([
    {
      traceId: traceId(1),
      rootServiceName: "shop",
      rootName: "GET /cart",
      startTimeUnixNano: String(NOW - 7n * MINUTE),
      durationNano: "10000000",
      spanCount: 2,
      errorCount: 0,
      logCount: 2,
      services: [
        { name: "shop", spanCount: 1 },
        { name: "stock", spanCount: 1 },
      ],
    },
  ]);
});

/** What the opened trace shows, in the terms of a summary. */
async function opened(id: string): Promise<object> {
  const { body } = await fixture.get(`/api/traces/${id}`);
  const starts = body.spans.map((span) => BigInt(span.startTimeUnixNano));
  const ends = body.spans.map((span) => BigInt(span.startTimeUnixNano) + BigInt(span.durationNano));
  const least = starts.reduce((a, b) => (a < b ? a : b));
  const most = ends.reduce((a, b) => (a > b ? a : b));
  const root = body.spans.find((span) => span.parentSpanId === "");
  return {
    traceId: id,
    rootServiceName: root?.serviceName ?? "",
    rootName: root?.name ?? "",
    startTimeUnixNano: String(least),
    durationNano: String(most - least),
    spanCount: body.spans.length,
    errorCount: body.spans.filter((span) => span.status.code === "Error").length,
    logCount: body.logs.length + body.spans.flatMap((span) => span.logs).length,
  };
}

test("a trace over midnight, with a late root, a missing root or repeated spans is summarised as it opens", async () => {
  const midnight = NOW - (NOW % DAY);
  const night = traceId(1001);
  await fixture.insertSpans([
    {
      traceId: night,
      spanId: spanId(2),
      parentSpanId: spanId(1),
      start: midnight + 2n * HOUR,
      service: "odd",
    },
  ]);
  // The root comes in a later insert, and began the day before.
  await fixture.insertSpans([
    {
      traceId: night,
      spanId: spanId(1),
      start: midnight - HOUR,
      durationNano: 4n * HOUR,
      service: "odd",
    },
  ]);
  await fixture.insertLogs([{ traceId: night, time: midnight + 2n * HOUR + 50n * MINUTE }]);
  const rootless = traceId(1002);
  const twice: SpanInput = {
    traceId: rootless,
    spanId: spanId(8),
    parentSpanId: spanId(7),
    start: NOW - HOUR,
    service: "odd",
    status: "Error",
  };
  await fixture.insertSpans([
    twice,
    { ...twice, durationNano: 5n * SECOND, status: "Ok" },
    { ...twice, start: NOW - HOUR + 1n, service: "other" },
    { ...twice, spanId: "", name: "nameless" },
    { ...twice, spanId: "", name: "nameless" },
  ]);
  await fixture.insertLogs([{ traceId: rootless, spanId: spanId(8), time: NOW - HOUR + 2n }]);
  const { body } = await fixture.get("/api/traces?service=odd&from=now-2d");
  expect(body.traces.map((trace) => trace.traceId)).toEqual([rootless, night]);
  for (const { services: _, ...summary } of body.traces) {
    expect(summary).toEqual(await opened(summary.traceId));
  }
  const repeated = await fixture.get(`/api/traces/${rootless}`);
  expect(repeated.body.duplicateSpanIds).toEqual([spanId(8)]);
  expect(repeated.body.spans.find((span) => span.spanId === spanId(8))!.durationNano).toBe(
    "5000000000",
  );
});

test("logs at the end of a trace that outlasts the padding are counted as it opens, beside one that does not", async () => {
  const [long, short] = [traceId(1501), traceId(1502)];
  const start = NOW - 10n * HOUR;
  await fixture.insertSpans([
    { traceId: long, spanId: spanId(1), start, durationNano: 5n * HOUR, service: "patient" },
    { traceId: short, spanId: spanId(1), start: start + SECOND, service: "patient" },
  ]);
  const times = [start, start + 5n * HOUR - SECOND];
  await fixture.insertLogs(
    [long, short].flatMap((id) => times.map((time) => ({ traceId: id, spanId: spanId(1), time }))),
  );
  const { body } = await fixture.get("/api/traces?service=patient");
  expect(body.traces.map(({ traceId: id, logCount }) => [id, logCount])).toEqual([
    [short, 1],
    [long, 2],
  ]);
  for (const { services: _, ...summary } of body.traces) {
    expect(summary).toEqual(await opened(summary.traceId));
  }
});

test("a trace that matches in several windows comes once, at its first match", async () => {
  const long = traceId(2001);
  const between = traceId(2002);
  await fixture.insertSpans([
    { traceId: long, spanId: spanId(1), start: NOW - 20n * HOUR, service: "ages" },
    {
      traceId: long,
      spanId: spanId(2),
      parentSpanId: spanId(1),
      start: NOW - MINUTE,
      service: "ages",
    },
    { traceId: between, spanId: spanId(1), start: NOW - 2n * HOUR, service: "ages" },
  ]);
  expect(await findAll("service=ages&limit=1")).toEqual([between, long]);
  expect(await findAll("service=ages")).toEqual([between, long]);
});

test("pages do not shift while newer traces arrive", async () => {
  const first = await fixture.get("/api/traces?service=shop&limit=5");
  await fixture.insertSpans([
    { traceId: traceId(3001), spanId: spanId(1), start: NOW - SECOND, service: "shop" },
  ]);
  const second = await fixture.get(
    `/api/traces?service=shop&limit=5&cursor=${first.body.nextCursor}`,
  );
  expect(second.body.traces.map((trace) => trace.traceId)).toEqual([6, 7, 8, 9, 10].map(traceId));
});

test("a cursor of other filters and one that is made up are refused", async () => {
  const { body } = await fixture.get("/api/traces?service=shop&limit=5");
  for (const url of [
    `/api/traces?service=pay&cursor=${body.nextCursor}`,
    "/api/traces?cursor=bm9uc2Vuc2U",
    "/api/logs?cursor=e30",
  ]) {
    const refused = await fixture.get(url);
    expect(refused.status).toBe(400);
    expect(refused.body.code).toBe("invalid_cursor");
  }
});

test("a search whose time ends says how far it came, and goes on from there", async () => {
  const hurried = await createFixture({ searchTimeMs: 0 });
  try {
    await hurried.insertSpans([
      { traceId: traceId(1), spanId: spanId(1), start: NOW - 20n * HOUR },
      { traceId: traceId(2), spanId: spanId(1), start: NOW - MINUTE },
    ]);
    const first = await hurried.get("/api/traces");
    expect(first.body.traces.map((trace) => trace.traceId)).toEqual([traceId(2)]);
    expect(first.body.meta.complete).toBe(false);
    expect(first.body.meta.reason).toContain("searchTimeMs");
    expect(first.body.meta.reason).toContain("2026-11-20T11:59:00");
    let { nextCursor } = first.body;
    const found: string[] = [];
    while (nextCursor !== undefined) {
      const { body } = await hurried.get(`/api/traces?cursor=${nextCursor}`);
      found.push(...body.traces.map((trace) => trace.traceId));
      nextCursor = body.nextCursor;
    }
    expect(found).toEqual([traceId(1)]);
  } finally {
    await hurried.close();
  }
});
