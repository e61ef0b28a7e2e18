/**
 * Goal: the longest traces of a range, all of them and each once, in the order of their length. Method: random traces in a
 * real ClickHouse, measured here span by span; pages walked to the end, also while traces arrive.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

/** 70 traces, each of a root and two children that may outlast it; some begin before the range or over midnight. */
const SPANS: readonly SpanInput[] = Array.from({ length: 70 }, (_, n) => n).flatMap((n) => {
  const start = NOW - BigInt(n) * 21n * MINUTE - 5n * SECOND;
  const lengthMs = (n * 7_919) % 4_000;
  return [0, 1, 2].map((i): SpanInput => ({
    traceId: traceId(n + 1),
    spanId: spanId(n * 10 + i + 1),
    parentSpanId: i === 0 ? "" : spanId(n * 10 + 1),
    start: start + BigInt(i) * SECOND,
    // Every fifth has the length of its neighbour.
    durationNano: BigInt(i === 2 ? 1_000 : lengthMs - (n % 5 === 0 ? 0 : n % 7)) * 1_000_000n,
    service: i === 2 ? ["pay", "stock"][n % 2]! : "shop",
    status: n % 6 === 0 && i === 1 ? "Error" : "Ok",
  }));
});

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertSpans(SPANS);
});
afterAll(() => fixture.close());

interface Page {
  readonly ids: readonly string[];
  readonly durations: readonly number[];
}

async function pages(
  query: string,
  between?: (page: number) => Promise<void>,
  of = fixture,
): Promise<Page> {
  const ids: string[] = [];
  const durations: number[] = [];
  let cursor = "";
  for (let page = 0; page < 100; page += 1) {
    const { status, body } = await of.get(`/api/traces?sort=longest&${query}${cursor}`);
    expect(status, JSON.stringify(body)).toBe(200);
    ids.push(...body.traces.map((trace) => trace.traceId));
    durations.push(...body.traces.map((trace) => Number(trace.durationNano)));
    if (body.nextCursor === undefined) return { ids, durations };
    cursor = `&cursor=${body.nextCursor}`;
    await between?.(page);
  }
  throw new Error("the pages do not end");
}

function byHand(passes: (span: SpanInput) => boolean): string[] {
  const traces = Map.groupBy(SPANS, (span) => span.traceId);
  const measured = [...traces]
    .filter(([, spans]) => spans.some(passes))
    .map(([id, spans]) => {
      const ends = spans.map((span) => span.start + (span.durationNano ?? 0n));
      const first = spans.reduce((least, { start }) => (start < least ? start : least), NOW);
      return { id, length: ends.reduce((most, end) => (end > most ? end : most)) - first };
    });
  return measured
    .toSorted((a, b) => Number(b.length - a.length) || (a.id < b.id ? 1 : -1))
    .map(({ id }) => id);
}

const inRange = (from: bigint) => (span: SpanInput) => span.start >= from && span.start < NOW;
const CASES: readonly (readonly [string, (span: SpanInput) => boolean])[] = [
  ["", inRange(NOW - 24n * HOUR)],
  ["from=now-3h", inRange(NOW - 3n * HOUR)],
  // The root began before the range, and counts for the length all the same.
  [`from=${NOW - 21n * MINUTE - 4n * SECOND}`, inRange(NOW - 21n * MINUTE - 4n * SECOND)],
  ["service=pay", (span) => span.service === "pay" && span.start >= NOW - 24n * HOUR],
  [
    "status=error&service=shop",
    (span) => span.status === "Error" && span.start >= NOW - 24n * HOUR,
  ],
  [
    "q=duration%3E2s",
    (span) => (span.durationNano ?? 0n) > 2n * SECOND && span.start >= NOW - 24n * HOUR,
  ],
  ["service=nobody", () => false],
];

for (const [query, passes] of CASES) {
  for (const limit of [15, 200]) {
    test(`pages of ${limit} for "${query}" have every trace once, longest first`, async () => {
      const { ids, durations } = await pages(`${query}&limit=${limit}`);
      expect(ids).toEqual(byHand(passes));
      expect(durations).toEqual(durations.toSorted((a, b) => b - a));
    });
  }
}

describe("while traces arrive", () => {
  test("no trace is on two pages, and none that was there is left out", async () => {
    const moving = await createFixture();
    try {
      await moving.insertSpans(SPANS);
      const { ids } = await pages(
        "limit=20",
        // Longer than all, shorter than all, and as long as one that is there.
        (page) =>
          moving.insertSpans(
            [10_000, 1, 2_000].map((lengthMs, i) => ({
              traceId: traceId(1_000 + page * 3 + i),
              spanId: spanId(1),
              start: NOW - MINUTE,
              durationNano: BigInt(lengthMs) * 1_000_000n,
            })),
          ),
        moving,
      );
      expect(new Set(ids).size).toBe(ids.length);
      const there = new Set(byHand(inRange(NOW - 24n * HOUR)));
      expect(ids.filter((id) => there.has(id))).toEqual([...there]);
    } finally {
      await moving.close();
    }
  });
});

test("a range with more spans than may be measured is compared in its newest part, on every page", async () => {
  const small = await createFixture({ longestSpansMax: 30 });
  try {
    await small.insertSpans(SPANS);
    const first = await small.get("/api/traces?sort=longest&limit=4");
    expect(first.body.meta).toMatchObject({ complete: false });
    expect(first.body.meta.reason).toContain("longestSpansMax");
    const { ids } = await pages("limit=4", undefined, small);
    expect(ids.length).toBe(10);
    expect(ids.toSorted()).toEqual(Array.from({ length: 10 }, (_, n) => traceId(n + 1)));
  } finally {
    await small.close();
  }
});

test("a cursor of one order is refused in the other", async () => {
  const { body } = await fixture.get("/api/traces?sort=longest&limit=1");
  const { status, body: problem } = await fixture.get(
    `/api/traces?limit=1&cursor=${body.nextCursor}`,
  );
  expect([status, problem.code]).toEqual([400, "invalid_cursor"]);
});

test("strips come with this order as well", async () => {
  const { body } = await fixture.get("/api/traces?sort=longest&limit=3&strip=1&verdict=1");
  expect(body.traces.map((trace) => trace.strip?.length)).toEqual([2, 2, 2]);
  expect(body.traces.every((trace) => trace.verdict !== undefined)).toBe(true);
});
