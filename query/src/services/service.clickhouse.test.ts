/**
 * Goal: every figure of a service is that of its spans. Method: durations as services have them, long-tailed, inserted in
 * pieces; the same figures by exact SQL over the spans.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFixture, type Fixture, HOUR, MINUTE, NOW, SECOND } from "../testing/fixtures.ts";
import type * as wire from "../wire.ts";

let fixture: Fixture;
const PIECES = 6;
const OPERATIONS = 12;

/** Half an hour of spans each; operation n has some hundred spans, a median of n + 1 ms and a tail to a hundred times it. */
async function insertPiece(piece: number): Promise<void> {
  const from = NOW - 3n * HOUR + BigInt(piece) * 30n * MINUTE;
  await fixture.database.client.command({
    query: `
INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, ResourceAttributes,
  Duration, StatusCode, StatusMessage, \`Events.Timestamp\`, \`Events.Name\`, \`Events.Attributes\`)
SELECT
  fromUnixTimestamp64Nano(${from} + toInt64(sipHash64(number, ${piece}) % 1800000000000)),
  lower(hex(sipHash128(number, ${piece}))), lower(hex(sipHash64(number, ${piece}, 's'))), '',
  concat('op-', toString(number % ${OPERATIONS})),
  if(number % ${OPERATIONS} < 10, 'Server', 'Internal'),
  'shop',
  map('service.version', if(${piece} < 4, '1.0', '1.1'), 'deployment.environment.name', if(number % 4 = 0, 'test', 'prod')),
  toUInt64(1e6 * (number % ${OPERATIONS} + 1) * exp(1.1 * sqrt(-2 * log((sipHash64(number, ${piece}, 'u') % 1000000 + 1) / 1000001))
    * cos(2 * pi() * (sipHash64(number, ${piece}, 'v') % 1000000) / 1000000))),
  if(number % 31 = 0, 'Error', 'Unset'),
  '',
  if(number % 31 = 0, [fromUnixTimestamp64Nano(${from})], []),
  if(number % 31 = 0, ['exception'], []),
  if(number % 31 = 0, [map('exception.type', if(number % 2 = 0, 'Timeout', 'Declined'),
    'exception.message', concat('order ', toString(number), ' of "', toString(${piece}), '" failed'))], [])
FROM numbers(${(piece + 1) * 1_200})`,
  });
}

async function get<T>(url: string): Promise<T> {
  const { status, body } = await fixture.get(url);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as T;
}

async function rows<T>(query: string): Promise<readonly T[]> {
  const result = await fixture.database.client.query({ query, format: "JSONEachRow" });
  return result.json<T>();
}

interface Exact {
  readonly name: string;
  readonly requests: string;
  readonly errors: string;
  readonly durationSum: string;
  readonly q: readonly number[];
}
/** Quantiles between two spans are interpolated, as digests and most tools do. */
const exact = (by: string, where: string): Promise<readonly Exact[]> =>
  rows<Exact>(`SELECT ${by} AS name, count() AS requests, countIf(StatusCode = 'Error') AS errors,
    toString(sum(Duration)) AS durationSum, arrayMap(x -> toFloat64(x), quantilesExactInclusive(0.5, 0.9, 0.95, 0.99)(Duration)) AS q
    FROM otel_traces WHERE ServiceName = 'shop' AND ${where} GROUP BY name ORDER BY name`);

const served = "SpanKind IN ('Server', 'Consumer')";

beforeAll(async () => {
  fixture = await createFixture();
  for (let piece = 0; piece < PIECES; piece++) await insertPiece(piece);
});
afterAll(() => fixture.close());

describe("percentiles", () => {
  test("are within 1 % of the exact ones at the median over groups, and within 5 % at worst", async () => {
    const { operations } = await get<wire.Service>("/api/services/shop?from=now-3h");
    const truth = new Map((await exact("SpanName", "1")).map((each) => [each.name, each]));
    expect(operations).toHaveLength(OPERATIONS);
    for (const [quantile, name] of (
      ["p50Nano", "p90Nano", "p95Nano", "p99Nano"] as const
    ).entries()) {
      const errors = operations.map((operation) => {
        const right = truth.get(operation.name)!.q[quantile]!;
        return Math.abs(Number(operation[name]) - right) / right;
      });
      errors.sort((a, b) => a - b);
      expect(errors[Math.floor(errors.length / 2)], `${name} median`).toBeLessThan(0.01);
      expect(errors.at(-1), `${name} worst`).toBeLessThan(0.05);
    }
    expect(Math.min(...operations.map(({ requests }) => requests))).toBeGreaterThan(200);
  });

  test("of a whole service, merged from cells of hours, are as near", async () => {
    const { services } = await get<wire.Services>("/api/services?from=now-3h");
    const [truth] = await exact("ServiceName", served);
    expect(services[0]).toMatchObject({
      servedCount: Number(truth!.requests),
      servedErrorCount: Number(truth!.errors),
    });
    for (const [name, quantile] of [
      ["p50Nano", 0],
      ["p95Nano", 2],
      ["p99Nano", 3],
    ] as const) {
      const right = truth!.q[quantile]!;
      expect(Math.abs(Number(services[0]![name]) - right) / right, name).toBeLessThan(0.02);
    }
  });
});

describe("a service", () => {
  test("has counts, errors and times of every operation", async () => {
    const { operations } = await get<wire.Service>("/api/services/shop?from=now-3h");
    const found = new Map(
      operations.map(({ name, requests, errors, durationSumNano }) => [
        name,
        { requests, errors, durationSumNano },
      ]),
    );
    const truth = await exact("SpanName", "1");
    expect(found).toEqual(
      new Map(
        truth.map((each) => [
          each.name,
          {
            requests: Number(each.requests),
            errors: Number(each.errors),
            durationSumNano: each.durationSum,
          },
        ]),
      ),
    );
    const impact = operations
      .filter(({ kind }) => kind === "Server")
      .reduce((sum, each) => sum + each.impact, 0);
    expect(impact).toBeCloseTo(1, 6);
  });

  test.each([
    ["a day, from cells", "from=now-24h&buckets=24", served],
    [
      "an hour, from minutes",
      "from=now-1h&buckets=60",
      `${served} AND Timestamp >= fromUnixTimestamp64Nano(${NOW - HOUR})`,
    ],
    ["an operation", "from=now-3h&operation=op-3", `${served} AND SpanName = 'op-3'`],
    ["a kind", "from=now-3h&kind=internal", "SpanKind = 'Internal'"],
    [
      "a version",
      "from=now-3h&version=1.1",
      `${served} AND ResourceAttributes['service.version'] = '1.1'`,
    ],
    ["a status", "from=now-3h&status=error", `${served} AND StatusCode = 'Error'`],
    [
      "an operation's status over a day",
      "from=now-24h&buckets=24&operation=op-3&status=unset",
      `${served} AND SpanName = 'op-3' AND StatusCode = 'Unset'`,
    ],
    [
      "an environment",
      "from=now-3h&environment=test",
      `${served} AND ResourceAttributes['deployment.environment.name'] = 'test'`,
    ],
  ])(
    "has every bucket of %s, empty ones too, with exemplars that are the slowest",
    async (_, query, where) => {
      const answer = await get<wire.Service>(`/api/services/shop?${query}`);
      const width = answer.bucketSeconds;
      const first = BigInt(answer.fromUnixNano) / SECOND;
      const truth = await rows<Record<string, string>>(`SELECT
        intDiv(toUnixTimestamp(Timestamp) - ${first}, ${width}) AS bucket, toString(count()) AS requests,
        toString(countIf(StatusCode = 'Error')) AS errors, toString(sum(Duration)) AS durationSum,
        toString(max(Duration)) AS slowest, toString(maxIf(Duration, StatusCode = 'Error')) AS slowestError
      FROM otel_traces WHERE ServiceName = 'shop' AND ${where} GROUP BY bucket ORDER BY bucket`);
      expect(answer.buckets.length * width).toBe(
        Number((BigInt(answer.toUnixNano) - BigInt(answer.fromUnixNano)) / SECOND),
      );
      const found = answer.buckets
        .map((bucket, index) => ({
          bucket: String(index),
          requests: String(bucket.requests),
          errors: String(bucket.errors),
          durationSum: bucket.durationSumNano,
          slowest: bucket.slow?.durationNano,
          slowestError: bucket.failing?.durationNano ?? "0",
        }))
        .filter(({ requests }) => requests !== "0");
      expect(found).toEqual(truth);
      expect(answer.total.requests).toBe(
        truth.reduce((sum, row) => sum + Number(row["requests"]), 0),
      );
    },
  );

  test("of one status has the percentiles and operations of that status, and every version", async () => {
    const url = "/api/services/shop?from=now-3h&compare=previous";
    const all = await get<wire.Service>(url);
    const failed = await get<wire.Service>(`${url}&status=error`);
    const [truth] = await exact("ServiceName", `${served} AND StatusCode = 'Error'`);
    expect(failed.total).toMatchObject({ requests: all.total.errors, errors: all.total.errors });
    expect(Math.abs(Number(failed.total.p95Nano) - truth!.q[2]!) / truth!.q[2]!).toBeLessThan(0.05);
    const operations = await exact("SpanName", "StatusCode = 'Error'");
    expect(
      failed.operations
        .map(({ name, requests }) => [name, requests])
        .toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
    ).toEqual(operations.map(({ name, requests }) => [name, Number(requests)]));
    expect(failed.versions).toEqual(all.versions);
  });

  test("exemplars are spans that are stored", async () => {
    const { buckets } = await get<wire.Service>("/api/services/shop?from=now-3h&buckets=12");
    const { slow, failing } = buckets.at(-2)!;
    for (const exemplar of [slow!, failing!]) {
      const [span] = await rows<object>(
        `SELECT toString(Duration) AS durationNano, SpanName AS operation, toString(toUnixTimestamp64Nano(Timestamp)) AS timeUnixNano FROM otel_traces WHERE TraceId = '${exemplar.traceId}' AND SpanId = '${exemplar.spanId}'`,
      );
      const { traceId: _, spanId: __, ...rest } = exemplar;
      expect(span).toEqual(rest);
    }
  });

  test("is compared with the time before", async () => {
    const { total, before, operations } = await get<wire.Service>(
      "/api/services/shop?from=now-1h&buckets=60&compare=previous",
    );
    const between = (from: bigint, to: bigint): string =>
      `Timestamp >= fromUnixTimestamp64Nano(${from}) AND Timestamp < fromUnixTimestamp64Nano(${to})`;
    const [now] = await exact("ServiceName", `${served} AND ${between(NOW - HOUR, NOW)}`);
    const [then] = await exact(
      "ServiceName",
      `${served} AND ${between(NOW - 2n * HOUR, NOW - HOUR)}`,
    );
    expect([total.requests, before?.total.requests]).toEqual([
      Number(now!.requests),
      Number(then!.requests),
    ]);
    expect(before?.buckets.reduce((sum, bucket) => sum + bucket.requests, 0)).toBe(
      Number(then!.requests),
    );
    const [operation] = await exact(
      "SpanName",
      `SpanName = 'op-5' AND ${between(NOW - 2n * HOUR, NOW - HOUR)}`,
    );
    expect(operations.find(({ name }) => name === "op-5")?.before?.requests).toBe(
      Number(operation!.requests),
    );
  });

  test("marks the version that came while one was looking", async () => {
    const { versions } = await get<wire.Service>(
      "/api/services/shop?from=now-90m&environment=prod",
    );
    expect(versions.map(({ version, deployedInRange }) => [version, deployedInRange])).toEqual([
      ["1.1", true],
      ["1.0", false],
    ]);
    const [first] = await rows<{ at: string }>(
      "SELECT toString(toUnixTimestamp(toStartOfMinute(min(Timestamp)))) AS at FROM otel_traces WHERE ResourceAttributes['service.version'] = '1.1' AND ResourceAttributes['deployment.environment.name'] = 'prod'",
    );
    expect(versions[0]!.firstSeenUnixNano).toBe(`${first!.at}000000000`);
  });

  test("has its errors grouped by exception, ids and quoted texts left out", async () => {
    const { groups, spansGrouped } = await get<wire.ServiceErrors>(
      "/api/services/shop/errors?from=now-3h",
    );
    const truth = await rows<{ type: string; count: string }>(
      "SELECT `Events.Attributes`[1]['exception.type'] AS type, toString(count()) AS count FROM otel_traces WHERE StatusCode = 'Error' GROUP BY type ORDER BY count() DESC, type",
    );
    expect(groups.map(({ type, count }) => ({ type, count: String(count) }))).toEqual(truth);
    expect(groups.every(({ pattern }) => pattern === "order * of * failed")).toBe(true);
    expect(spansGrouped).toBe(truth.reduce((sum, row) => sum + Number(row.count), 0));
  });

  test("that is not there is empty, not an error", async () => {
    const answer = await get<wire.Service>("/api/services/nobody?from=now-3h");
    expect(answer.total.requests).toBe(0);
    expect(answer.operations).toEqual([]);
  });
});

describe("the list of services", () => {
  test("has sparklines that add up, and the figures of the time before", async () => {
    const { services } = await get<wire.Services>(
      "/api/services?from=now-90m&sparklines=true&compare=previous&environment=prod",
    );
    const [shop] = services;
    const sum = (of: readonly number[]): number => of.reduce((total, each) => total + each, 0);
    expect(sum(shop!.sparkline!.requests)).toBe(shop!.servedCount);
    expect(sum(shop!.sparkline!.errors)).toBe(shop!.servedErrorCount);
    const [then] = await exact(
      "ServiceName",
      `${served} AND ResourceAttributes['deployment.environment.name'] = 'prod' AND Timestamp < fromUnixTimestamp64Nano(${NOW - 90n * MINUTE})`,
    );
    expect(shop!.before!.servedCount).toBe(Number(then!.requests));
  });

  test("lists operations, most frequent first", async () => {
    const { services } = await get<wire.Services>("/api/services?from=now-3h");
    const truth = await rows<{ name: string }>(
      "SELECT SpanName AS name FROM otel_traces GROUP BY name ORDER BY count() DESC, name",
    );
    expect(services[0]!.operations).toEqual(truth.map(({ name }) => name));
  });

  test.each([
    [67, 7],
    [62, 2],
    [13, 1],
    [119, 4],
  ])("of %i to %i minutes ago is counted to the minute", async (first, last) => {
    const [from, to] = [NOW - BigInt(first) * MINUTE, NOW - BigInt(last) * MINUTE];
    const inside = `Timestamp >= fromUnixTimestamp64Nano(${from}) AND Timestamp < fromUnixTimestamp64Nano(${to})`;
    const [all] = await exact("ServiceName", inside);
    const [ofServed] = await exact("ServiceName", `${served} AND ${inside}`);
    const truth = await rows<{ name: string }>(
      `SELECT SpanName AS name FROM otel_traces WHERE ${inside} GROUP BY name ORDER BY count() DESC, name`,
    );
    const ask = async (app: Fixture["app"]) =>
      (await app.inject(`/api/services?from=${from}&to=${to}`)).json<wire.Services>();
    const expected = {
      spanCount: Number(all!.requests),
      errorCount: Number(all!.errors),
      servedCount: Number(ofServed!.requests),
      servedErrorCount: Number(ofServed!.errors),
      operations: truth.map(({ name }) => name),
    };
    expect((await ask(fixture.app)).services[0]).toMatchObject(expected);
    // The same where the minutes of services are younger than the rates.
    const { client } = fixture.database;
    await client.command({
      query: `INSERT INTO otel_traces_red_services (Width, Bucket) SELECT 60, toDateTime(${NOW / SECOND})`,
    });
    const upgraded = await fixture.another();
    const { services } = await ask(upgraded.app);
    await upgraded.close();
    await client.command({
      query:
        "ALTER TABLE otel_traces_red_services DELETE WHERE Width = 60 SETTINGS mutations_sync = 2",
    });
    expect(services[0]).toMatchObject(expected);
  });

  test("is answered from the minutes where there were rates before there were cells", async () => {
    const { client } = fixture.database;
    const before = await get<wire.Services>("/api/services?from=now-24h");
    await client.command({ query: "CREATE TABLE kept AS otel_traces_red_services" });
    await client.command({ query: "INSERT INTO kept SELECT * FROM otel_traces_red_services" });
    const cut = (NOW - HOUR) / SECOND;
    await client.command({
      query: `ALTER TABLE otel_traces_red_services DELETE WHERE Bucket < toDateTime(${cut}) SETTINGS mutations_sync = 2`,
    });
    await client.command({
      query: `INSERT INTO otel_traces_red_services (Width, Bucket) SELECT 0, toDateTime(${cut})`,
    });
    const restarted = await fixture.another();
    const response = await restarted.app.inject("/api/services?from=now-24h");
    await restarted.close();
    const after = response.json<wire.Services>();
    const counts = ({ services }: wire.Services) =>
      services.map(({ name, spanCount, errorCount, servedCount, operations }) => ({
        name,
        spanCount,
        errorCount,
        servedCount,
        operations,
      }));
    expect(counts(after)).toEqual(counts(before));
  });
});

test("typical durations of many operations come at once, in the order asked", async () => {
  const keys = [
    ["shop", "op-7", "Server"],
    ["shop", "nothing", "Server"],
    ["shop", "op-1", "Server"],
  ];
  const { operations } = await get<wire.TypicalDurations>(
    `/api/operations/typical?from=now-3h&${keys.map((key) => `key=${encodeURIComponent(JSON.stringify(key))}`).join("&")}`,
  );
  expect(operations.map(({ operation }) => operation)).toEqual(["op-7", "nothing", "op-1"]);
  expect(operations[1]).toMatchObject({ requests: 0, p50Nano: null });
  const [truth] = await exact("SpanName", "SpanName = 'op-7'");
  expect(operations[0]!.requests).toBe(Number(truth!.requests));
  expect(Math.abs(Number(operations[0]!.p95Nano) - truth!.q[2]!) / truth!.q[2]!).toBeLessThan(0.05);
  const inEnvironment = async (environment: string) => {
    const key = encodeURIComponent(JSON.stringify(keys[0]));
    const url = `/api/operations/typical?from=now-3h&environment=${environment}&key=${key}`;
    return (await get<wire.TypicalDurations>(url)).operations[0];
  };
  // Every operation has one environment.
  expect(await inEnvironment("prod")).toEqual(operations[0]);
  expect(await inEnvironment("test")).toMatchObject({ requests: 0, p50Nano: null });
  const refused = await fixture.get("/api/operations/typical?key=shop");
  expect(refused.status).toBe(400);
});
