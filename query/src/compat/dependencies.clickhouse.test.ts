/**
 * Goal: the dependencies of Jaeger and Zipkin are what the stored spans say, counted beforehand by ClickHouse or not. Method: calls
 * of every kind, counted a second time here by looking up every parent.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  HOUR,
  MINUTE,
  type SpanInput,
  spanId,
  traceId,
} from "../testing/fixtures.ts";

let fixture: Fixture;
/** ClickHouse computes by its own clock what ended a minute and a half ago. */
const start = ((BigInt(Date.now()) * 1_000_000n) / HOUR) * HOUR - 3n * HOUR;
const end = start + 20n * MINUTE;

const SERVICES = ["web", "cart", "pay", "stock"] as const;
const serviceOf = (n: number): string => SERVICES[n % SERVICES.length] ?? "";

/** A server calls another, which asks a database, sends to a queue and calls somebody outside. */
const SPANS: readonly SpanInput[] = Array.from({ length: 160 }, (_, n) => {
  const [a, b, c] = [serviceOf(n), serviceOf(n * 3 + Math.floor(n / 7)), serviceOf(n + 1)];
  const queue = { "messaging.system": "kafka", "messaging.destination.name": `topic-${n % 2}` };
  const common = { traceId: traceId(n + 1), start: start + (BigInt(n) * (end - start)) / 160n };
  const span = (id: number, parent: number, more: Partial<SpanInput>): SpanInput => ({
    ...common,
    spanId: spanId(n * 10 + id),
    parentSpanId: parent === 0 ? "" : spanId(n * 10 + parent),
    ...more,
  });
  return [
    span(1, 0, { service: a, kind: "Server" }),
    span(2, 1, { service: a, kind: "Client", status: n % 5 === 0 ? "Error" : "Ok" }),
    span(3, 2, { service: b, kind: "Server", status: n % 7 === 0 ? "Error" : "Ok" }),
    span(4, 3, { service: b, kind: "Client", attributes: { "db.system.name": "mysql" } }),
    span(5, 3, { service: b, kind: "Producer", attributes: queue }),
    span(6, 5, { service: c, kind: "Consumer", attributes: queue, status: n % 9 ? "Ok" : "Error" }),
    span(7, 3, { service: b, kind: "Client", attributes: { "server.address": "bank.example" } }),
    // Its parent was never stored.
    span(8, 9, { service: c, kind: "Server" }),
  ];
}).flat();

beforeAll(async () => {
  fixture = await createFixture();
  // ClickHouse computes when the test says so.
  await fixture.database.client.command({ query: "SYSTEM STOP VIEW otel_service_edges_mv" });
  await fixture.insertSpans(SPANS);
});
afterAll(() => fixture.close());

interface Sum {
  calls: number;
  errors: number;
}

function byHand(): Readonly<Record<string, Sum>> {
  const byId = new Map(SPANS.map((span) => [`${span.traceId} ${span.spanId}`, span]));
  const sums: Record<string, Sum> = {};
  const count = (from: string, to: string, failed: boolean): void => {
    if (from === to) return;
    const sum = (sums[`${from} ${to}`] ??= { calls: 0, errors: 0 });
    sum.calls += 1;
    if (failed) sum.errors += 1;
  };
  for (const span of SPANS) {
    const { service = "", kind, attributes = {} } = span;
    const failed = span.status === "Error";
    const queue = attributes["messaging.destination.name"];
    if (kind === "Producer" && queue !== undefined) count(service, queue, failed);
    if (kind === "Consumer" && queue !== undefined) count(queue, service, failed);
    const caller = byId.get(`${span.traceId} ${span.parentSpanId}`);
    if (kind !== "Server" || caller === undefined) continue;
    count(caller.service ?? "", service, failed || caller.status === "Error");
  }
  return sums;
}

interface Link {
  readonly parent: string;
  readonly child: string;
  readonly callCount: number;
  readonly errorCount?: number;
}

const query = `endTs=${end / 1_000_000n}&lookback=${(end - start) / 1_000_000n}`;

async function zipkin(): Promise<Readonly<Record<string, Sum>>> {
  const response = await fixture.app.inject(`/zipkin/api/v2/dependencies?${query}`);
  const links = response.json<readonly Link[]>();
  return Object.fromEntries(
    links.map(({ parent, child, callCount, errorCount = 0 }) => [
      `${parent} ${child}`,
      { calls: callCount, errors: errorCount },
    ]),
  );
}

async function jaeger(more = ""): Promise<Readonly<Record<string, number>>> {
  const response = await fixture.app.inject(`/jaeger/api/dependencies?${query}${more}`);
  const { data } = response.json<{ data: readonly Link[] }>();
  const calls = data.map((link) => link.callCount);
  expect(calls).toEqual(calls.toSorted((a, b) => b - a));
  return Object.fromEntries(data.map((link) => [`${link.parent} ${link.child}`, link.callCount]));
}

const callsOf = (sums: Readonly<Record<string, Sum>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(sums).map(([key, { calls }]) => [key, calls]));

for (const state of ["not computed yet", "computed"]) {
  test(`dependencies of spans whose edges are ${state} are those counted by hand`, async () => {
    if (state === "computed") {
      const { client } = fixture.database;
      await client.command({ query: "SYSTEM START VIEW otel_service_edges_mv" });
      await client.command({ query: "SYSTEM REFRESH VIEW otel_service_edges_mv" });
      await client.command({ query: "SYSTEM WAIT VIEW otel_service_edges_mv" });
      // The spans may go: nothing is read of them any more.
      await client.command({ query: "TRUNCATE TABLE otel_traces" });
    }
    const expected = byHand();
    expect(Object.keys(expected).length).toBeGreaterThan(12);
    expect(await zipkin()).toEqual(expected);
    expect(await jaeger()).toEqual(callsOf(expected));
    const ofPay = Object.fromEntries(
      Object.entries(callsOf(expected)).filter(([key]) => key.split(" ").includes("pay")),
    );
    expect(await jaeger("&service=pay")).toEqual(ofPay);
  });
}

test("spans that are too many to be counted for one answer are said to be left out", async () => {
  const small = await createFixture({ mapSpansMax: 10 });
  try {
    await small.insertSpans(SPANS.slice(0, 80));
    const { body } = await small.app.inject(`/jaeger/api/dependencies?${query}`);
    expect(body).toContain("mapSpansMax");
    const answer = await small.app.inject(`/zipkin/api/v2/dependencies?${query}`);
    expect(answer.headers["throughline-missing"]).toContain("mapSpansMax");
    const [from, to] = [start, end].map((at) => new Date(Number(at / 1_000_000n)).toISOString());
    const range = `startTime=${from}&endTime=${to}`;
    const third = await small.app.inject(`/jaeger/api/v3/dependencies?${range}`);
    expect(third.headers["throughline-missing"]).toContain("mapSpansMax");
  } finally {
    await small.close();
  }
});
