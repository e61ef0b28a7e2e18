/**
 * Goal: a tail gives every row that is stored after it began, once, whenever it happened: late ones, those of a filter,
 * those stored while the client was away, and through merges. Method: real HTTP, real INSERTs and merges.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  HOUR,
  MINUTE,
  NOW,
  traceId,
  spanId,
} from "../testing/fixtures.ts";
import { TailClient } from "../testing/tail-client.ts";

let fixture: Fixture;
let address: string;
const clients: TailClient[] = [];

beforeAll(async () => {
  fixture = await createFixture({ tailPollMs: 50, tailRowsPerSecondMax: 100, tailsMax: 3 });
  address = await fixture.app.listen({ host: "127.0.0.1", port: 0 });
  await fixture.insertLogs([{ time: NOW - MINUTE, body: "before the tail" }]);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.leave();
  await expect.poll(tailsOpen).toBe(0);
});
afterAll(() => fixture.close());

async function tail(query = "", headers: Record<string, string> = {}): Promise<TailClient> {
  const client = new TailClient();
  clients.push(client);
  const response = await client.open(`${address}/api/logs/tail${query}`, headers);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  return client;
}

async function tailsOpen(): Promise<number> {
  const { body } = await fixture.app.inject("/metrics");
  return Number(/^throughline_query_tails_open (\d+)/m.exec(body)?.[1]);
}

const says = (body: string, more: object = {}) =>
  fixture.insertLogs([{ time: NOW, body, ...more }]);

describe("a tail of logs", () => {
  test("gives what is stored after it began, and nothing from before", async () => {
    const client = await tail();
    await says("one");
    await says("two");
    await expect.poll(() => client.bodies).toEqual(["one", "two"]);
  });

  test("gives what happened long ago when it arrives", async () => {
    const client = await tail();
    await fixture.insertLogs([{ time: NOW - 30n * HOUR, body: "late" }]);
    await says("now");
    await expect.poll(() => client.bodies).toEqual(["late", "now"]);
  });

  test("takes the whole filter", async () => {
    const client = await tail(`?q=${encodeURIComponent("service:pay AND severity>=error")}`);
    await says("no", { service: "pay" });
    await says("yes", { service: "pay", severityNumber: 17, severityText: "ERROR" });
    await says("nor this", { severityNumber: 17 });
    await expect.poll(() => client.bodies).toEqual(["yes"]);
  });

  test("goes on where a client left, with nothing lost or given twice, though parts were merged meanwhile", async () => {
    const first = await tail();
    await says("seen");
    await expect.poll(() => first.bodies).toEqual(["seen"]);
    const id = first.events.at(-1)?.id ?? "";
    first.leave();
    await says("missed");
    await says("missed, too");
    await fixture.database.client.command({ query: "OPTIMIZE TABLE otel_logs FINAL" });
    const byHeader = await tail("", { "last-event-id": id });
    const byParameter = await tail(`?after=${id}`);
    await says("after");
    for (const client of [byHeader, byParameter]) {
      await expect.poll(() => client.bodies).toEqual(["missed", "missed, too", "after"]);
    }
  });

  test("gives each row once while parts are merged all the time", async () => {
    const client = await tail();
    const bodies = Array.from({ length: 12 }, (_, i) => `row ${i}`);
    for (const body of bodies) {
      await says(body);
      await fixture.database.client.command({ query: "OPTIMIZE TABLE otel_logs FINAL" });
    }
    await expect.poll(() => client.bodies.length).toBe(bodies.length);
    await sleep(200);
    expect(client.bodies).toEqual(bodies);
  });

  test("gives the newest of more than it may, and counts the others", async () => {
    const client = await tail();
    const many = Array.from({ length: 1000 }, (_, i) => ({ time: NOW + BigInt(i), body: `${i}` }));
    await fixture.insertLogs(many);
    await expect.poll(() => client.bodies.length + client.dropped).toBe(1000);
    expect(client.dropped).toBeGreaterThan(700);
    expect(client.bodies.at(-1)).toBe("999");
    const { body } = await fixture.app.inject("/metrics");
    expect(body).toMatch(/^throughline_query_tail_dropped_rows_total [1-9]/m);
  });
});

test("a tail of spans gives spans", async () => {
  const client = new TailClient();
  clients.push(client);
  await client.open(`${address}/api/traces/tail?service=pay`);
  const common = { traceId: traceId(1), start: NOW };
  await fixture.insertSpans([{ ...common, spanId: spanId(1), name: "GET /" }]);
  await fixture.insertSpans([{ ...common, spanId: spanId(2), name: "charge", service: "pay" }]);
  await expect
    .poll(() => client.events.flatMap(({ data }) => data.spans ?? []))
    .toEqual([expect.objectContaining({ name: "charge", serviceName: "pay", spanId: spanId(2) })]);
});

describe("refusals", () => {
  test("come before the stream begins", async () => {
    const { status, body } = await fixture.get("/api/logs/tail?severity=loud");
    expect([status, body.code]).toEqual([400, "invalid_parameter"]);
  });

  test("name the limit when too many are open", async () => {
    for (let i = 0; i < 3; i++) await tail();
    const { status, body } = await fixture.get("/api/logs/tail");
    expect([status, body.code]).toEqual([503, "overloaded"]);
    expect(body.detail).toContain("tailsMax");
  });
});

test("the question that is asked again and again reads no row", async () => {
  const answer = await fixture.database.client.query({
    query: `EXPLAIN SELECT max(block)
      FROM (SELECT toUInt64(splitByChar('_', _part)[3]) AS block, count() FROM otel_logs GROUP BY block)`,
    format: "TabSeparatedRaw",
  });
  expect(await answer.text()).toContain("_minmax_count_projection");
});
