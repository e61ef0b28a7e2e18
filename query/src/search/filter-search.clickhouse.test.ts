/** Goal: `q` is asked of traces, logs and histogram alike, together with the other parameters and over pages. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  HOUR,
  MINUTE,
  NOW,
  spanId,
  traceId,
} from "../testing/fixtures.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertSpans(
    Array.from({ length: 30 }, (_, i) => ({
      traceId: traceId(i + 1),
      spanId: spanId(i + 1),
      start: NOW - BigInt(i + 1) * MINUTE,
      service: i % 3 === 0 ? "pay" : "shop",
      name: "POST /pay",
      kind: "Server",
      status: i % 5 === 0 ? "Error" : "Ok",
      durationNano: BigInt(i) * 10_000_000n,
      attributes: { "http.response.status_code": i % 5 === 0 ? "503" : "200" },
      resource: { "host.name": `h${i % 2}` },
    })),
  );
  await fixture.insertLogs(
    Array.from({ length: 60 }, (_, i) => ({
      time: NOW - BigInt(i + 1) * 5n * MINUTE,
      traceId: traceId((i % 30) + 1),
      service: i % 3 === 0 ? "pay" : "shop",
      severityNumber: i % 4 === 0 ? 17 : 9,
      body: `${i % 6 === 0 ? "card declined" : "order paid"} after ${i} ms`,
      attributes: { "order.total": String(i) },
      resource: { "service.version": i < 30 ? "2" : "1" },
    })),
  );
});
afterAll(() => fixture.close());

async function findTraces(q: string, more = ""): Promise<string[]> {
  const { status, body } = await fixture.get(`/api/traces?q=${encodeURIComponent(q)}${more}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.traces.map((trace) => trace.traceId);
}

async function findLogs(q: string, more = ""): Promise<string[]> {
  const { status, body } = await fixture.get(
    `/api/logs?limit=1000&q=${encodeURIComponent(q)}${more}`,
  );
  expect(status, JSON.stringify(body)).toBe(200);
  return body.logs.map((log) => log.attributes["order.total"] ?? "");
}

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

describe("q of traces", () => {
  test.each<readonly [string, (i: number) => boolean]>([
    ["", () => true],
    ["service:pay", (i) => i % 3 === 0],
    ["service:pay status:error", (i) => i % 15 === 0],
    ["duration>100ms duration<=0.2s", (i) => i > 10 && i <= 20],
    ["http.response.status_code>=500 OR host.name:h1", (i) => i % 5 === 0 || i % 2 === 1],
    ["-service:pay NOT status:error", (i) => i % 3 !== 0 && i % 5 !== 0],
    ["name:POST* root:true", () => true],
    ["503", (i) => i % 5 === 0],
  ])("%s", async (q, passes) => {
    const expected = numbers(0, 30).filter(passes);
    expect(await findTraces(q)).toEqual(expected.map((i) => traceId(i + 1)));
  });

  test("holds together with the other parameters, of the same span", async () => {
    expect(await findTraces("status:error", "&service=pay")).toEqual([traceId(1), traceId(16)]);
  });

  test("pages neither repeat nor skip, also while traces that match arrive", async () => {
    const found: string[] = [];
    let cursor = "";
    for (let page = 0; page < 20; page += 1) {
      const { body } = await fixture.get(
        `/api/traces?q=duration>=0.1s&limit=3${cursor}`.replace(">=", "%3E%3D"),
      );
      found.push(...body.traces.map((trace) => trace.traceId));
      await fixture.insertSpans([
        {
          traceId: traceId(1_000 + page),
          spanId: spanId(1),
          start: NOW - 1_000n - BigInt(page),
          durationNano: 900_000_000n,
        },
      ]);
      if (body.nextCursor === undefined) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(found).toEqual(numbers(10, 30).map((i) => traceId(i + 1)));
  });
});

test("a trace found by one span says what it says when opened, over midnight and with a root that came late", async () => {
  const id = traceId(5_000);
  const midnight = NOW - 12n * HOUR;
  const child = {
    traceId: id,
    parentSpanId: spanId(1),
    service: "odd",
    attributes: { "order.id": "o-1" },
  };
  await fixture.insertSpans([
    { ...child, spanId: spanId(2), start: midnight - MINUTE, durationNano: MINUTE },
    { ...child, spanId: spanId(3), start: midnight + MINUTE, status: "Error" },
  ]);
  const q = encodeURIComponent("order.id:o-1 -root:true");
  const before = await fixture.get(`/api/traces?q=${q}`);
  expect(before.body.traces[0]).toMatchObject({ rootName: "", spanCount: 2, errorCount: 1 });
  await fixture.insertSpans([
    {
      traceId: id,
      spanId: spanId(1),
      start: midnight - HOUR,
      durationNano: 2n * HOUR,
      name: "root",
    },
  ]);
  const { body } = await fixture.get(`/api/traces?q=${q}`);
  const opened = await fixture.get(`/api/traces/${id}`);
  expect(body.traces).toHaveLength(1);
  expect(body.traces[0]).toMatchObject({
    rootName: "root",
    startTimeUnixNano: String(midnight - HOUR),
    durationNano: String(2n * HOUR),
    spanCount: opened.body.spans.length,
    errorCount: opened.body.spans.filter((span) => span.status.code === "Error").length,
  });
});

describe("q of logs", () => {
  test.each<readonly [string, (i: number) => boolean]>([
    ["declined", (i) => i % 6 === 0],
    ['"CARD declined" severity>=error', (i) => i % 12 === 0],
    ["order.total>=50", (i) => i >= 50],
    ["order.total:[10 TO 12]", (i) => i >= 10 && i <= 12],
    ["order.total:(3 OR 5 OR 7)", (i) => [3, 5, 7].includes(i)],
    ["version:1 -service:shop", (i) => i >= 30 && i % 3 === 0],
    ["declin* body:/after [12]./", (i) => i % 6 === 0 && i >= 10 && i < 30],
  ])("%s", async (q, passes) => {
    expect(await findLogs(q)).toEqual(numbers(0, 60).filter(passes).map(String));
  });

  test("a trace is found whenever it was", async () => {
    await fixture.insertLogs([
      {
        time: NOW - 10n * 24n * HOUR,
        traceId: traceId(777),
        attributes: { "order.total": "old" },
      },
    ]);
    expect(await findLogs(`trace:${traceId(777)}`)).toEqual(["old"]);
    expect(await findLogs(`-trace:${traceId(777)} body:"a line"`)).toEqual([]);
  });

  test("a cursor is of its filter only", async () => {
    const { body } = await fixture.get("/api/logs?q=declined&limit=2");
    const other = await fixture.get(`/api/logs?q=paid&limit=2&cursor=${body.nextCursor}`);
    expect(other.body.code).toBe("invalid_cursor");
  });

  test.each([
    "service:pay severity>=warn",
    "version:2",
    "-version:2",
    "declined",
    "-service:(pay OR x) OR severity:error",
  ])("the histogram counts what the list shows: %s", async (q) => {
    const listed = await findLogs(q, "&from=now-10h");
    const { body } = await fixture.get(
      `/api/logs/histogram?from=now-10h&buckets=10&q=${encodeURIComponent(q)}`,
    );
    const counted = body.buckets.flatMap((bucket) => Object.values(bucket.counts));
    expect(counted.reduce((sum, each) => sum + each, 0)).toBe(listed.length);
  });
});

describe("a filter that cannot be understood", () => {
  test("is refused with its place, what was expected and a guess", async () => {
    const { status, body } = await fixture.get(
      `/api/traces?q=${encodeURIComponent("service:pay status:eror")}`,
    );
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: "invalid_query",
      position: 12,
      length: 11,
      expected: "one of unset, ok, error",
      suggestion: "error",
    });
    expect(body.detail).toBe(
      'At character 13 of q: "eror" is none of its names. Expected one of unset, ok, error. Perhaps error is meant.',
    );
  });

  test("is refused also where only RE2 sees the fault", async () => {
    const { status, body } = await fixture.get(`/api/logs?q=${encodeURIComponent("/a[/")}`);
    expect(status).toBe(400);
    expect(body.code).toBe("invalid_query");
  });
});
