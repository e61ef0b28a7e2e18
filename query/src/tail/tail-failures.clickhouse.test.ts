/**
 * Goal: a tail never goes silent. What it cannot read, it says; what it leaves behind, it counts; and it goes on when
 * ClickHouse does. Method: real HTTP and INSERTs, limits that are met, and a relay before ClickHouse that is cut.
 */
import { createServer, connect, type Server, type Socket } from "node:net";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type QueryApp, buildApp } from "../server.ts";
import { createFixture, type Fixture, NOW } from "../testing/fixtures.ts";
import { TailClient } from "../testing/tail-client.ts";

let fixture: Fixture;
const clients: TailClient[] = [];
const services: QueryApp[] = [];

beforeAll(async () => {
  fixture = await createFixture();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.leave();
  for (const service of services.splice(0)) await service.close();
});
afterAll(() => fixture.close());

/** A service of its own over the fixture's tables. @returns where its tails are */
async function serve(limits: object, url = fixture.database.queryConnection.url): Promise<string> {
  const service = await buildApp({
    host: "127.0.0.1",
    port: 0,
    clickhouse: { ...fixture.database.queryConnection, url },
    otlpGrpcEndpoint: "",
    otlpHttpEndpoint: "",
    version: "0.0.0-test",
    logger: pino({ level: "silent" }),
    now: () => NOW,
    limits: { tailPollMs: 50, ...limits },
  });
  services.push(service);
  return `${await service.app.listen({ host: "127.0.0.1", port: 0 })}/api/logs/tail`;
}

async function tail(url: string): Promise<TailClient> {
  const client = new TailClient();
  clients.push(client);
  expect((await client.open(url)).status).toBe(200);
  return client;
}

const problems = ({ events }: TailClient) =>
  events.filter(({ event }) => event === "problem").map(({ data }) => data.code);

test("what costs more than a query may is named and left behind, not asked for ever", async () => {
  const many = Array.from({ length: 300 }, (_, i) => ({
    time: NOW,
    body: `${i}`,
    service: "many",
  }));
  await fixture.insertLogs(many);
  const url = await serve({ queryRowsReadMax: 100 });
  const client = await tail(`${url}?after=0`);
  await fixture.insertLogs([{ time: NOW, body: "one more" }]);
  await expect.poll(() => problems(client)).toEqual(["query_limit"]);
  // The id of the problem is behind what was left out: whoever comes back does not meet it again.
  const skipped = client.events.find(({ event }) => event === "problem");
  await fixture.insertLogs([{ time: NOW, body: "readable" }]);
  await expect.poll(() => client.bodies).toContain("readable");
  expect(Number(skipped?.id)).toBeGreaterThan(0);
  expect(problems(client)).toEqual(["query_limit"]);
});

test("an event is no larger than a client can take; what has no room is counted", async () => {
  const client = await tail(`${await serve({})}?service=large`);
  const large = Array.from({ length: 40 }, (_, i) => ({
    time: NOW + BigInt(i),
    service: "large",
    body: `${i} ${"x".repeat(512 * 1024)}`,
  }));
  await fixture.insertLogs(large);
  await expect.poll(() => client.bodies.length + client.dropped, { timeout: 10_000 }).toBe(40);
  expect(client.dropped).toBeGreaterThan(0);
  // The newest are given.
  expect(client.bodies.at(-1)).toMatch(/^39 /);
  for (const { data } of client.events) {
    expect(JSON.stringify(data).length).toBeLessThan(9 * 1024 ** 2);
  }
});

test("while ClickHouse is away the tail says so once, and then gives what came meanwhile", async () => {
  const relay = new Relay(new URL(fixture.database.queryConnection.url));
  const port = await relay.listen();
  try {
    const client = await tail(`${await serve({}, `http://127.0.0.1:${port}`)}?service=relayed`);
    await fixture.insertLogs([{ time: NOW, service: "relayed", body: "before" }]);
    await expect.poll(() => client.bodies).toEqual(["before"]);
    await relay.cut();
    await expect.poll(() => problems(client)).toEqual(["clickhouse_unavailable"]);
    await fixture.insertLogs([{ time: NOW, service: "relayed", body: "meanwhile" }]);
    await relay.listen(port);
    await expect.poll(() => client.bodies).toEqual(["before", "meanwhile"]);
    expect(problems(client)).toEqual(["clickhouse_unavailable"]);
    // That it listens again is said, too: nothing may have come meanwhile.
    expect(client.events.filter(({ event }) => event === "start").length).toBe(2);
  } finally {
    await relay.cut();
  }
});

test("tails side by side have their own filters, and a place in one is a place in the other", async () => {
  const url = await serve({});
  const [pay, shop] = [await tail(`${url}?service=pay`), await tail(`${url}?q=service:shop`)];
  await fixture.insertLogs([
    { time: NOW, service: "pay", body: "p1" },
    { time: NOW, service: "shop", body: "s1" },
  ]);
  await expect.poll(() => [pay.bodies, shop.bodies]).toEqual([["p1"], ["s1"]]);
  const place = pay.events.at(-1)?.id ?? "";
  pay.leave();
  await fixture.insertLogs([{ time: NOW, service: "shop", body: "s2" }]);
  const changed = await tail(`${url}?service=shop&after=${place}`);
  await expect.poll(() => changed.bodies).toEqual(["s2"]);
  await expect.poll(() => shop.bodies).toEqual(["s1", "s2"]);
});

/** Between the service and ClickHouse, so that ClickHouse can be away for one service only. */
class Relay {
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(target: URL) {
    this.#target = target;
  }

  /** @returns the port */
  async listen(port = 0): Promise<number> {
    const server = createServer((inner) => {
      const outer = connect(Number(this.#target.port), this.#target.hostname);
      for (const socket of [inner, outer]) {
        this.#sockets.add(socket);
        socket.on("error", () => socket.destroy());
        socket.on("close", () => {
          inner.destroy();
          outer.destroy();
        });
      }
      inner.pipe(outer).pipe(inner);
    });
    this.#server = server;
    await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async cut(): Promise<void> {
    const closed = new Promise((done) => this.#server?.close(done));
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await closed;
  }
}
