/** Goal: what was made to differ is found, with its true shares, and nothing else is. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
import type { Deltas } from "../wire.ts";

let fixture: Fixture;
let sampling: Fixture;
const COUNT = 3_000;
/** One in ten is slow; of the slow ones most run on one host with one flag; everything else is alike. */
const isSlow = (n: number): boolean => n % 10 === 3;
const hostOf = (n: number): string => (isSlow(n) && n % 50 !== 3 ? "bad" : `h${(n * 7) % 5}`);
const spans = Array.from({ length: COUNT }, (_, n) => ({
  traceId: traceId(n + 1),
  spanId: spanId(n + 1),
  service: "shop",
  kind: "Server",
  start: NOW - HOUR + BigInt(n) * SECOND,
  durationNano: isSlow(n) ? 900_000_000n : 20_000_000n,
  attributes: {
    "user.id": String(n),
    "order.total": String((n * 13) % 997),
    "feature.flag": isSlow(n) ? "new" : n % 4 === 0 ? "new" : "old",
    "http.route": `/r${Math.floor(n / 10) % 3}`,
  },
  resource: { "host.name": hostOf(n) },
}));

beforeAll(async () => {
  fixture = await createFixture();
  sampling = await createFixture({ deltaRowsMax: 1_000 });
  for (const each of [fixture, sampling]) await each.insertSpans(spans);
  await fixture.insertLogs(
    spans.map((span, n) => ({
      time: span.start,
      service: "shop",
      severityNumber: isSlow(n) ? 17 : 9,
      severityText: isSlow(n) ? "ERROR" : "INFO",
      attributes: { table: isSlow(n) ? "orders" : `t${n % 3}`, "request.id": String(n) },
    })),
  );
});
afterAll(async () => {
  await fixture.close();
  await sampling.close();
});

async function read(url: string, from = fixture): Promise<Deltas> {
  const { status, body } = await from.get(url);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as Deltas;
}

describe("what differs between slow spans and the rest", () => {
  const url = "/api/traces/deltas?from=now-2h&service=shop&selectionMinDuration=500ms";

  test("is found with its true shares; ids, and what is alike, are not", async () => {
    const deltas = await read(url);
    const slow = spans.filter((_, n) => isSlow(n));
    const rest = spans.filter((_, n) => !isSlow(n));
    expect(deltas).toMatchObject({ selected: slow.length, rest: rest.length, countedEvery: 1 });
    const found = deltas.differences.map(({ key, value }) => `${key}=${value}`);
    expect(found.slice(0, 1)).toEqual(["resource.host.name=bad"]);
    expect(found).toContain("attribute.feature.flag=new");
    expect(found.filter((each) => /user\.id|order\.total|http\.route/.test(each))).toEqual([]);
    const share = (of: typeof spans, value: string): number =>
      of.filter(({ resource }) => resource["host.name"] === value).length / of.length;
    expect(deltas.differences[0]).toMatchObject({
      selectedShare: share(slow, "bad"),
      restShare: share(rest, "bad"),
    });
  });

  test("is the same by a filter, and by a time", async () => {
    const { differences } = await read(url);
    const filter = encodeURIComponent("duration>500ms");
    const byFilter = await read(`/api/traces/deltas?from=now-2h&service=shop&selectionQ=${filter}`);
    expect(byFilter.differences).toEqual(differences);
    const to = NOW - HOUR + 10n * MINUTE;
    const byTime = await read(`/api/traces/deltas?from=now-2h&service=shop&selectionTo=${to}`);
    expect(byTime.selected).toBe(spans.filter(({ start }) => start < to).length);
    expect(byTime.differences).toEqual([]);
  });

  test("is taken of a sample where there is too much, and the answer says so", async () => {
    const deltas = await read(url, sampling);
    expect(deltas.countedEvery).toBe(3);
    expect(deltas.meta).toMatchObject({ complete: false });
    expect(deltas.meta.reason).toContain("deltaRowsMax (1000)");
    expect(deltas.differences[0]).toMatchObject({ key: "resource.host.name", value: "bad" });
    expect(deltas.differences[0]!.selectedShare).toBeCloseTo(0.8, 0);
  });

  test("needs a selection", async () => {
    const { status, body } = await fixture.get("/api/traces/deltas?from=now-2h");
    expect(status).toBe(400);
    expect(body.detail).toContain("what is selected");
  });
});

test("what differs between errors and the other logs", async () => {
  const deltas = await read("/api/logs/deltas?from=now-2h&selectionSeverity=ERROR");
  const found = deltas.differences.map(({ key, value }) => `${key}=${value}`);
  expect(found).toContain("attribute.table=orders");
  expect(found.some((each) => each.includes("request.id"))).toBe(false);
  expect(deltas.differences.find(({ value }) => value === "orders")).toMatchObject({
    selectedShare: 1,
    restShare: 0,
  });
});
