/**
 * Goal: the map is what the stored spans say: computed beforehand or not, with spans that come late, and never twice.
 * Method: made-up traces of every kind of call, counted a second time here by looking up every parent.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  HOUR,
  MINUTE,
  SECOND,
  spanId,
  type SpanInput,
  traceId,
} from "../testing/fixtures.ts";
import type { ServiceMap } from "../wire.ts";

let fixture: Fixture;
/** Whole buckets, some time ago: ClickHouse computes what ended a minute and a half ago by its own clock. */
const FIVE = 5n * MINUTE;
const start = ((BigInt(Date.now()) * 1_000_000n) / HOUR) * HOUR - 3n * HOUR + 3n * FIVE;
const end = start + 3n * FIVE;
const range = `from=${start}&to=${end}`;

/** Numbers that look like chance and are the same in every run. */
function* chance(): Generator<number, never> {
  let state = 1;
  for (;;) {
    state = (state * 48_271) % 2_147_483_647;
    yield state;
  }
}
const numbers = chance();
const pick = <T>(of: readonly T[]): T => of[numbers.next().value % of.length]!;

const HTTP = { "http.request.method": "GET" };
const RPC = { "rpc.system": "grpc" };
const SERVICES = ["web", "cart", "pay", "stock"];
let lastId = 0;
const newSpan = (
  trace: string,
  parent: SpanInput | undefined,
  about: Partial<SpanInput>,
): SpanInput => {
  lastId += 1;
  return {
    traceId: trace,
    spanId: spanId(lastId),
    parentSpanId: parent?.spanId ?? "",
    start: (parent?.start ?? start) + BigInt(numbers.next().value % 30_000_000),
    durationNano: BigInt(1_000_000 + (numbers.next().value % 50_000_000)),
    status: numbers.next().value % 10 === 0 ? "Error" : "Unset",
    resource: { "deployment.environment.name": "prod" },
    ...about,
  };
};

/** A request through two services, with every kind of leaf. */
function makeTrace(n: number): readonly SpanInput[] {
  const id = traceId(10_000 + n);
  const [a, b] = [pick(SERVICES), pick(SERVICES)];
  const begun = start + (BigInt(n) * (end - start - 2n * SECOND)) / 300n;
  const protocol = pick([HTTP, RPC, {}]);
  const root = newSpan(id, undefined, {
    service: a,
    kind: "Server",
    start: begun,
    attributes: HTTP,
  });
  const work = newSpan(id, root, { service: a, kind: "Internal" });
  const call = newSpan(id, work, {
    service: a,
    kind: "Client",
    attributes: { ...protocol, "server.address": b },
  });
  const served = newSpan(id, call, { service: b, kind: "Server", attributes: protocol });
  const query = newSpan(id, served, {
    service: b,
    kind: "Client",
    attributes: pick([
      { "db.system.name": "postgresql", "db.namespace": "orders" },
      { "db.system": "redis", "server.address": "cache.internal" },
    ]),
  });
  const sent = newSpan(id, served, {
    service: b,
    kind: "Producer",
    attributes: { "messaging.system": "kafka", "messaging.destination.name": "paid" },
  });
  const received = newSpan(id, sent, {
    service: pick(SERVICES),
    kind: "Consumer",
    attributes: { "messaging.system": "kafka", "messaging.destination.name": "paid" },
  });
  const outside = newSpan(id, served, {
    service: b,
    kind: "Client",
    attributes: { ...HTTP, "server.address": pick(["bank.example", "mail.example"]) },
  });
  // A service whose clients are not instrumented: its own work is the parent of what it calls.
  const direct = newSpan(id, work, { service: "legacy", kind: "Server" });
  return [root, work, call, served, query, sent, received, outside, direct];
}

interface Counted {
  calls: number;
  errors: number;
  durationSum: bigint;
}

function databaseOf(of: Readonly<Record<string, string>>): string | undefined {
  if (of["db.system.name"]) return "database:postgresql/orders database";
  return of["db.system"] && "database:redis/cache.internal database";
}

/** What one span says: from where to where, and how. */
function edgeOf(
  span: SpanInput,
  byId: ReadonlyMap<string, SpanInput>,
  answered: ReadonlySet<string>,
): string | undefined {
  const of = span.attributes ?? {};
  const service = `service:${span.service ?? ""}`;
  const http = of["http.request.method"] === undefined ? "other" : "http";
  const protocol = of["rpc.system"] === undefined ? http : "rpc";
  switch (span.kind) {
    case "Consumer":
      return `queue:kafka/paid ${service} messaging`;
    case "Producer":
      return `${service} queue:kafka/paid messaging`;
    case "Server": {
      const parent = byId.get(`${span.traceId}${span.parentSpanId ?? ""}`);
      return parent && `service:${parent.service ?? ""} ${service} ${protocol}`;
    }
    case "Client": {
      const leaf = databaseOf(of) ?? `external:${of["server.address"] ?? ""} ${protocol}`;
      return answered.has(`${span.traceId}${span.spanId}`) ? undefined : `${service} ${leaf}`;
    }
    default:
      return undefined;
  }
}

/**
 * Every edge, by looking at every span and its parent.
 * @param weightOf how many spans a span stands for
 */
function countEdges(
  spans: readonly SpanInput[],
  weightOf: (span: SpanInput) => number = () => 1,
): ReadonlyMap<string, Counted> {
  const byId = new Map(spans.map((span) => [`${span.traceId}${span.spanId}`, span]));
  const answered = new Set(
    spans
      .filter(({ kind }) => kind === "Server" || kind === "Consumer")
      .map((span) => `${span.traceId}${span.parentSpanId ?? ""}`),
  );
  const edges = new Map<string, Counted>();
  const count = (edge: string, span: SpanInput, failed: boolean): void => {
    const weight = weightOf(span);
    if (weight === 0) return;
    const counted = edges.get(edge) ?? { calls: 0, errors: 0, durationSum: 0n };
    counted.calls += weight;
    counted.errors += failed ? weight : 0;
    counted.durationSum += (span.durationNano ?? 0n) * BigInt(weight);
    edges.set(edge, counted);
  };
  for (const span of spans) {
    const edge = edgeOf(span, byId, answered);
    const parent = byId.get(`${span.traceId}${span.parentSpanId ?? ""}`);
    const callerFailed =
      span.kind === "Server" && parent?.kind === "Client" && parent.status === "Error";
    if (edge !== undefined) count(edge, span, span.status === "Error" || callerFailed);
  }
  return edges;
}

function edgesOf(map: ServiceMap): ReadonlyMap<string, Counted> {
  return new Map(
    map.edges.map((edge) => [
      `${edge.from} ${edge.to} ${edge.connection}`,
      { calls: edge.calls, errors: edge.errors, durationSum: BigInt(edge.durationSumNano) },
    ]),
  );
}

async function readMap(query = range): Promise<ServiceMap> {
  const { status, body } = await fixture.get(`/api/service-map?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as ServiceMap;
}

/** As ClickHouse does once a minute, and every five minutes. */
async function compute(view = "otel_service_edges_mv"): Promise<void> {
  const { client } = fixture.database;
  await client.command({ query: `SYSTEM REFRESH VIEW ${view}` });
  await client.command({ query: `SYSTEM WAIT VIEW ${view}` });
}

/** As ClickHouse does three times, where a bucket of more spans than `spansMax` is not counted whole. */
async function computeWith({ spansMax }: { readonly spansMax: number }): Promise<void> {
  const { client } = fixture.database;
  const result = await client.query({
    query:
      "SELECT as_select AS text FROM system.tables WHERE database = currentDatabase() AND name = 'otel_service_edges_mv'",
    format: "JSONEachRow",
  });
  const [view] = await result.json<{ text: string }>();
  const text = view!.text.replaceAll("2000000", `${spansMax}`);
  for (let times = 0; times < 3; times++) {
    await client.command({ query: `INSERT INTO otel_service_edges ${text}` });
  }
}

const bucketOf = (span: SpanInput): string => String((span.start / FIVE) * 300n);

/** For how many spans each stands, 0 for those outside of the parts of the buckets that were counted. */
async function readWeightOf(): Promise<(span: SpanInput) => number> {
  const result = await fixture.database.client.query({
    query: `
      SELECT toUnixTimestamp(Bucket) AS bucket, SampledEvery AS every, cityHash64(Bucket) % SampledEvery AS part
      FROM otel_service_edges
      WHERE EdgeKind = ''`,
    format: "JSONEachRow",
  });
  const rows = await result.json<{ bucket: number; every: number; part: string }>();
  const buckets = new Map(rows.map((row) => [String(row.bucket), row]));
  return (span) => {
    const { every, part } = buckets.get(bucketOf(span))!;
    const width = FIVE / BigInt(every);
    return (span.start % FIVE) / width === BigInt(part) ? every : 0;
  };
}

/** As if what was computed had been computed two hours ago. */
async function age(): Promise<void> {
  const { client } = fixture.database;
  const now = Date.now() - 3_600_000;
  await client.command({
    query:
      "INSERT INTO otel_service_edges SELECT * REPLACE (Version - 7200000 AS Version) FROM otel_service_edges",
  });
  await client.command({
    query: `ALTER TABLE otel_service_edges DELETE WHERE Version > ${now} SETTINGS mutations_sync = 2`,
  });
}

async function versions(): Promise<readonly { bucket: string; versions: string }[]> {
  const result = await fixture.database.client.query({
    query:
      "SELECT toUnixTimestamp(Bucket) AS bucket, uniqExact(Version) AS versions FROM otel_service_edges WHERE EdgeKind = '' GROUP BY bucket ORDER BY bucket",
    format: "JSONEachRow",
  });
  return result.json();
}

const spans = Array.from({ length: 300 }, (_, n) => makeTrace(n)).flat();
/** What comes an hour after everything else: a call between services that otherwise never speak. */
const late = (() => {
  const id = traceId(77);
  const root = newSpan(id, undefined, {
    service: "night",
    kind: "Server",
    start: start + FIVE + SECOND,
  });
  const call = newSpan(id, root, {
    service: "night",
    kind: "Client",
    attributes: { ...HTTP, "server.address": "x" },
  });
  return [root, call, newSpan(id, call, { service: "owl", kind: "Server", attributes: HTTP })];
})();

beforeAll(async () => {
  fixture = await createFixture();
  // ClickHouse computes when the test says so.
  await fixture.database.client.command({ query: "SYSTEM STOP VIEW otel_service_edges_mv" });
  await fixture.insertSpans(spans);
});
afterAll(() => fixture.close());

describe("the service map", () => {
  test("of spans that nothing is computed of yet is counted from them", async () => {
    const map = await readMap();
    expect(map.computedUpToUnixNano).toBeNull();
    expect(map.meta.complete).toBe(true);
    expect(edgesOf(map)).toEqual(countEdges(spans));
  });

  test("computed beforehand is the same, and says up to when", async () => {
    await fixture.database.client.command({ query: "SYSTEM START VIEW otel_service_edges_mv" });
    await compute();
    const map = await readMap();
    expect(map.computedUpToUnixNano).toBe(String(end));
    expect(map.staleBuckets).toBe(0);
    expect(edgesOf(map)).toEqual(countEdges(spans));
    await compute();
    expect((await versions()).map((row) => row.versions)).toEqual(["1", "1", "1"]);
  });

  test("percentiles of an edge are those of its spans", async () => {
    const edge = (await readMap()).edges.find(({ to }) => to === "service:legacy");
    const exact = spans
      .filter((span) => span.service === "legacy")
      .filter((span) => {
        const parent = spans.find(({ spanId: id }) => id === span.parentSpanId);
        return `service:${parent?.service ?? ""}` === edge?.from;
      })
      .map((span) => Number(span.durationNano))
      .toSorted((a, b) => a - b);
    expect(exact.length).toBe(edge?.calls);
    const middle = exact[Math.floor(exact.length / 2)]!;
    expect(Math.abs(Number(edge?.p50Nano) - middle) / middle).toBeLessThan(0.1);
    expect(Number(edge?.p99Nano)).toBeLessThanOrEqual(exact.at(-1)!);
  });

  test("nodes are services with their rates, and what was inferred of their calls", async () => {
    const { nodes } = await readMap();
    const served = spans.filter(
      ({ service, kind }) => service === "web" && (kind === "Server" || kind === "Consumer"),
    );
    expect(nodes.find(({ id }) => id === "service:web")).toMatchObject({
      kind: "service",
      requests: served.length,
      errors: served.filter(({ status }) => status === "Error").length,
    });
    const queries = spans.filter(({ attributes }) => attributes?.["db.namespace"] === "orders");
    expect(nodes.find(({ id }) => id === "database:postgresql/orders")).toMatchObject({
      kind: "database",
      system: "postgresql",
      requests: queries.length,
    });
  });

  test("around one service has only its edges", async () => {
    const { edges } = await readMap(`${range}&service=pay`);
    const all = [...countEdges(spans).keys()];
    const expected = all.filter((edge) => edge.split(" ").slice(0, 2).includes("service:pay"));
    expect(edges.map((edge) => `${edge.from} ${edge.to} ${edge.connection}`).toSorted()).toEqual(
      expected.toSorted(),
    );
  });

  test("of an environment has only its calls", async () => {
    expect((await readMap(`${range}&environment=prod`)).edges).not.toEqual([]);
    expect((await readMap(`${range}&environment=test`)).edges).toEqual([]);
  });

  test("is the same from hours", async () => {
    const { client } = fixture.database;
    const wide = `from=${start - HOUR}&to=${end + HOUR}`;
    const before = edgesOf(await readMap(wide));
    await compute("otel_service_edges_1h_mv");
    // With the durations of every edge doubled in the hours it shows that the hours are read.
    expect(edgesOf(await readMap(wide))).toEqual(before);
    await client.command({
      query:
        "ALTER TABLE otel_service_edges_1h UPDATE DurationSum = 2 * DurationSum WHERE 1 SETTINGS mutations_sync = 2",
    });
    const doubled = [...edgesOf(await readMap(wide))].map(([edge, { durationSum }]) => [
      edge,
      durationSum,
    ]);
    expect(doubled).toEqual(
      expect.arrayContaining(
        [...before].map(([edge, { durationSum }]) => [edge, 2n * durationSum]),
      ),
    );
  });

  test("of more spans than are counted is what a part of the time says, and says so", async () => {
    const { client } = fixture.database;
    await client.command({ query: "CREATE TABLE computed AS otel_service_edges" });
    await client.command({ query: "INSERT INTO computed SELECT * FROM otel_service_edges" });
    await client.command({ query: "TRUNCATE TABLE otel_service_edges" });
    await computeWith({ spansMax: 300 });
    const map = await readMap();
    expect(map.meta.complete).toBe(false);
    expect(map.meta.reason).toMatch(/In 3 slices .* a part of the time was counted, down to 1\/4/);
    const sampled = countEdges(spans, await readWeightOf());
    expect(edgesOf(map)).toEqual(sampled);
    const total = [...sampled.values()].reduce((sum, { calls }) => sum + calls, 0);
    const truth = [...countEdges(spans).values()].reduce((sum, { calls }) => sum + calls, 0);
    expect(Math.abs(total / truth - 1)).toBeLessThan(0.2);
    await client.command({ query: "TRUNCATE TABLE otel_service_edges" });
    await client.command({ query: "INSERT INTO otel_service_edges SELECT * FROM computed" });
    await client.command({ query: "DROP TABLE computed" });
  });

  test("says where spans came late, and has them once, with the next computation", async () => {
    await fixture.insertSpans(late);
    expect((await readMap()).staleBuckets).toBe(1);
    await compute();
    expect((await readMap()).staleBuckets, "its age has not doubled").toBe(1);
    await age();
    await compute();
    // The hour was made of older buckets, and no longer holds.
    const map = await readMap(`from=${start - HOUR}&to=${end + HOUR}`);
    expect(map.staleBuckets).toBe(0);
    expect(edgesOf(map)).toEqual(countEdges([...spans, ...late]));
    await compute("otel_service_edges_1h_mv");
    expect(edgesOf(await readMap(`from=${start - HOUR}&to=${end + HOUR}`))).toEqual(
      countEdges([...spans, ...late]),
    );
  });
});

test("every reason for which a map is not whole is said, and a map that just fits is whole", async () => {
  const edges = countEdges(spans).size;
  const fits = await createFixture({ mapEdgesMax: edges });
  const cut = await createFixture({ mapEdgesMax: edges - 1, mapSpansMax: 1 });
  try {
    await Promise.all([fits.insertSpans(spans), cut.insertSpans(spans)]);
    const whole = (await fits.app.inject(`/api/service-map?${range}`)).json<ServiceMap>();
    expect([whole.edges.length, whole.meta.complete]).toEqual([edges, true]);
    await cut.database.client.command({ query: "SYSTEM REFRESH VIEW otel_service_edges_mv" });
    await cut.database.client.command({ query: "SYSTEM WAIT VIEW otel_service_edges_mv" });
    // Spans of a bucket that was never computed.
    await cut.insertSpans(spans.map((span) => ({ ...span, start: span.start + FIVE * 3n })));
    const path = `/api/service-map?from=${start}&to=${end + 3n * FIVE}`;
    const map = (await cut.app.inject(path)).json<ServiceMap>();
    expect(map.edges.length).toBe(edges - 1);
    expect(map.meta.reason).toContain("mapEdgesMax");
    expect(map.meta.reason).toContain("mapSpansMax");
  } finally {
    await Promise.all([fits.close(), cut.close()]);
  }
});
