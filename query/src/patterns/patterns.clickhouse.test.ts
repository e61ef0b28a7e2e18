/** Goal: each log is counted for one pattern, and the filter of a pattern finds in ClickHouse what it was made of. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFixture, type Fixture, HOUR, MINUTE, NOW, SECOND } from "../testing/fixtures.ts";
import type { LogPatternCount, LogPatterns } from "../wire.ts";

/** Written in both hours, five times as often now, then only, and now only. */
const STATEMENTS: readonly {
  readonly before: number;
  readonly now: number;
  readonly line: (n: number) => string;
}[] = [
  { before: 300, now: 300, line: (n) => `GET /cart took ${n}ms for 10.0.0.${n % 250}` },
  { before: 50, now: 250, line: (n) => `payment ${n} declined: "not enough, sorry ${n}"` },
  { before: 40, now: 0, line: (n) => `cache warm after ${n} keys` },
  {
    before: 0,
    now: 3,
    line: (n) => `panic at 0x${(n + 4_096).toString(16)}: nil\tmap\nat main.go:${n}`,
  },
  { before: 20, now: 20, line: (n) => `user ${["ann", "bob", "eve"][n % 3]} logged in` },
];
const HOSTILE = [
  "'; DROP TABLE otel_logs; --",
  "a/b\\c //x// (AND) [OR] {1,2000}",
  'k:v <num> <*> <...> "k":1',
  "é😀 \u00A0 b:c \v \u0001 %_% \\d+ $& {x:String}",
  "*/ UNION ALL SELECT 1 /*",
  "",
  `long ${"word ".repeat(300)}end`,
  `${"x".repeat(1_200)}`,
];

let fixture: Fixture;
let sampling: Fixture;
beforeAll(async () => {
  [fixture, sampling] = await Promise.all([
    createFixture(),
    createFixture({ patternRowsMax: 100 }),
  ]);
  const logs = STATEMENTS.flatMap(({ before, now, line }, statement) =>
    [
      { count: before, from: NOW - 2n * HOUR },
      { count: now, from: NOW - HOUR },
    ].flatMap(({ count, from }) =>
      Array.from({ length: count }, (_, n) => ({
        time: from + BigInt(n) * 10n * SECOND + BigInt(statement),
        service: n % 2 === 0 ? "shop" : "pay",
        severityNumber: statement === 3 ? 21 : 9,
        severityText: "",
        body: line(n),
        attributes: { n: String(n) },
      })),
    ),
  );
  const odd = HOSTILE.map((body, n) => ({
    time: NOW - 3n * HOUR + BigInt(n),
    service: "odd",
    body,
  }));
  await fixture.insertLogs([...logs, ...odd]);
  await sampling.insertLogs(logs);
});
afterAll(() => Promise.all([fixture.close(), sampling.close()]));

async function read(url: string, from = fixture): Promise<LogPatterns> {
  const { status, body } = await from.get(url);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as LogPatterns;
}

async function byHand(sql: string): Promise<number> {
  const result = await fixture.database.client.query({
    query: `SELECT count() AS n FROM otel_logs WHERE ${sql}`,
    format: "JSONEachRow",
  });
  const [row] = await result.json<{ n: string }>();
  return Number(row!.n);
}

const NOW_HOUR = `from=${NOW - HOUR}&to=${NOW}`;
const IN_HOUR = `Timestamp >= fromUnixTimestamp64Nano(${NOW - HOUR})`;

describe("patterns of logs", () => {
  test("are the statements that wrote them, with true counts, times, services and severities", async () => {
    const { patterns, total, patternCount, countedEvery } = await read(
      `/api/logs/patterns?${NOW_HOUR}`,
    );
    expect(patterns.map(({ template, records }) => [template, records])).toEqual([
      ["GET /cart took <num> for <ip>", 300],
      ["payment <num> declined: <str>", 250],
      ["user <*> logged in", 20],
      ["panic at <hex>: nil map at main.go:<num>", 3],
    ]);
    expect({ total, patternCount, countedEvery }).toEqual({
      total: 573,
      patternCount: 4,
      countedEvery: 1,
    });
    expect(patterns[3]).toMatchObject({
      firstUnixNano: String(NOW - HOUR + 3n),
      lastUnixNano: String(NOW - HOUR + 20n * SECOND + 3n),
      severities: [{ severity: "FATAL", records: 3 }],
      services: [
        { service: "shop", records: 2 },
        { service: "pay", records: 1 },
      ],
      perMinute: 0.05,
      example: { body: "panic at 0x1002: nil\tmap\nat main.go:2" },
    });
    const opened = await fixture.get(`/api/logs/${patterns[3]!.example!.id}`);
    expect(opened.status, JSON.stringify(opened.body)).toBe(200);
  });

  test("are counted by their filter, and by the endpoint, as they were grouped", async () => {
    const { patterns } = await read(`/api/logs/patterns?from=now-4h&limit=200`);
    expect(patterns.length).toBeGreaterThanOrEqual(12);
    for (const { template, q, records } of patterns) {
      const list = await fixture.get(`/api/logs?from=now-4h&limit=1000&q=${encodeURIComponent(q)}`);
      expect(list.status, q).toBe(200);
      expect(list.body.logs, q).toHaveLength(records);
      const counted = await fixture.get(
        `/api/logs/patterns/count?from=now-4h&pattern=${encodeURIComponent(template)}`,
      );
      expect(counted.body as unknown as LogPatternCount).toMatchObject({ template, q, records });
    }
    expect(patterns.reduce((sum, { records }) => sum + records, 0)).toBe(await byHand("1"));
  });

  test("hold to the conditions", async () => {
    const { patterns } = await read(`/api/logs/patterns?${NOW_HOUR}&service=pay&q=declined`);
    expect(patterns.map(({ records }) => records)).toEqual([
      await byHand(`${IN_HOUR} AND ServiceName = 'pay' AND Body LIKE '%declined%'`),
    ]);
    const pattern = encodeURIComponent("payment <num> declined: <str>");
    const { body } = await fixture.get(
      `/api/logs/patterns/count?${NOW_HOUR}&service=pay&q=sorry&pattern=${pattern}`,
    );
    expect((body as unknown as LogPatternCount).records).toBe(patterns[0]!.records);
  });

  test("against an earlier time are new, gone, changed or the same", async () => {
    const baseline = `baselineFrom=${NOW - 2n * HOUR}&baselineTo=${NOW - HOUR}`;
    const { patterns, baselineTotal } = await read(`/api/logs/patterns?${NOW_HOUR}&${baseline}`);
    expect(baselineTotal).toBe(410);
    expect(
      Object.fromEntries(
        patterns.map(({ template, change, records, baselineRecords }) => [
          template.split(" ")[0],
          [change, records, baselineRecords],
        ]),
      ),
    ).toEqual({
      GET: ["same", 300, 300],
      payment: ["changed", 250, 50],
      cache: ["gone", 0, 40],
      panic: ["new", 3, 0],
      user: ["same", 20, 20],
    });
    expect(patterns.slice(3).map(({ change }) => change)).toEqual(["same", "same"]);
  });

  test("of too many logs are of a sample, with estimates, and say so", async () => {
    const { patterns, countedEvery, total, meta } = await read(
      `/api/logs/patterns?${NOW_HOUR}`,
      sampling,
    );
    expect(total).toBe(573);
    expect(countedEvery).toBe(6);
    expect(meta.complete).toBe(false);
    expect(meta.reason).toContain("patternRowsMax (100)");
    const most = patterns.find(({ template }) => template.startsWith("GET"))!;
    expect(most.records % 6).toBe(0);
    expect(Math.abs(most.records - 300)).toBeLessThan(150);
    const { body } = await sampling.get(
      `/api/logs/patterns/count?${NOW_HOUR}&pattern=${encodeURIComponent(most.template)}`,
    );
    expect((body as unknown as LogPatternCount).records).toBe(300);
  });

  test.each([...HOSTILE.slice(0, 5), "(((((", "<str", "/*where*/", "{q_value_0:String}"])(
    "the template %j is text, never SQL and never a regular expression",
    async (text) => {
      const url = `/api/logs/patterns/count?from=now-4h&pattern=${encodeURIComponent(text)}`;
      const { status, body } = await fixture.get(url);
      expect(status, JSON.stringify(body)).toBe(200);
      expect((body as unknown as LogPatternCount).records).toBeLessThanOrEqual(1);
    },
  );

  test("what cannot be asked is refused", async () => {
    for (const [url, code] of [
      ["/api/logs/patterns/count", "invalid_parameter"],
      [`/api/logs/patterns/count?pattern=${"word ".repeat(200)}`, "invalid_parameter"],
      ["/api/logs/patterns?baselineTo=now-1h", "invalid_parameter"],
      ["/api/logs/patterns?q=(", "invalid_query"],
    ] as const) {
      const { status, body } = await fixture.get(url);
      expect(status, url).toBe(400);
      expect(body.code, url).toBe(code);
    }
  });

  test("a minute without logs has none", async () => {
    const { patterns, total } = await read(
      `/api/logs/patterns?from=${NOW - 9n * HOUR}&to=${NOW - 9n * HOUR + MINUTE}`,
    );
    expect({ patterns, total }).toEqual({ patterns: [], total: 0 });
  });
});
