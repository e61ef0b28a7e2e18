/** Goal: a facet says what a statement written by hand says, and ignores the conditions on itself and no others. */
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
import type { Facets } from "../wire.ts";

const HOSTILE = "k'\"`) --\\ {x:String}";
const LONG = "é".repeat(1_500);
const COUNT = 900;
/** Not on a minute, so that the rollup alone cannot tell. */
const FROM = NOW - 2n * HOUR - 17n * SECOND;
const RANGE = `from=${FROM}&to=${NOW - 13n * SECOND}`;
const BETWEEN = `Timestamp >= fromUnixTimestamp64Nano(${FROM}) AND Timestamp < fromUnixTimestamp64Nano(${NOW - 13n * SECOND})`;

let fixture: Fixture;
let sampling: Fixture;
beforeAll(async () => {
  [fixture, sampling] = await Promise.all([createFixture(), createFixture({ facetRowsMax: 200 })]);
  for (const each of [fixture, sampling]) {
    await each.insertLogs(Array.from({ length: COUNT }, (_, n) => log(n)));
    await each.insertSpans(Array.from({ length: COUNT }, (_, n) => span(n)));
  }
});
afterAll(() => Promise.all([fixture.close(), sampling.close()]));

const timeOf = (n: number): bigint => NOW - 2n * HOUR - MINUTE + BigInt(n) * 8n * SECOND;
const resourceOf = (n: number) => ({
  ...(n % 10 === 0 ? {} : { "deployment.environment.name": n % 4 === 0 ? "test" : "prod" }),
  "host.name": `h${n % 5}`,
  ...(n % 7 === 0 ? { both: "resource" } : {}),
});

function log(n: number) {
  return {
    time: timeOf(n),
    service: n % 12 === 0 ? "" : ["shop", "pay", "stock"][Math.floor(n / 6) % 3]!,
    severityNumber: [0, 9, 9, 13, 17, 21, 9][n % 7]!,
    severityText: n % 7 === 0 ? ["warning", "odd", ""][(n / 7) % 3]! : "x",
    body: n === 50 ? LONG : `line ${n % 9}`,
    attributes: {
      "http.route": `/r${n % 6}`,
      "request.id": String(n),
      [HOSTILE]: `${HOSTILE} ${n % 2}`,
      ...(n % 5 === 0 ? { both: n % 35 === 0 ? "resource" : "record" } : {}),
      ...(n % 3 === 0 ? { empty: "" } : {}),
    },
    resource: resourceOf(n),
  };
}

function span(n: number) {
  return {
    traceId: traceId(n + 1),
    spanId: spanId(n + 1),
    ...(n % 4 === 0 ? {} : { parentSpanId: spanId(n) }),
    start: timeOf(n),
    service: ["shop", "pay"][n % 2]!,
    name: `op ${n % 30}`,
    kind: ["Server", "SPAN_KIND_SERVER", "Client", ""][n % 4]!,
    status: ["Unset", "Error", "", "STATUS_CODE_ERROR", "Ok"][n % 5]!,
    attributes: { "http.route": `/r${n % 6}` },
    resource: resourceOf(n),
  };
}

async function read(url: string, from = fixture): Promise<Facets> {
  const { status, body } = await from.get(url);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as Facets;
}

type Facet = Facets["facets"][number];
async function facetOf(url: string, field: string): Promise<Facet> {
  const { facets } = await read(`${url}&field=${encodeURIComponent(field)}&values=50`);
  expect(facets).toHaveLength(1);
  return facets[0]!;
}

async function asked(sql: string): Promise<[string, number][]> {
  const result = await fixture.database.client.query({ query: sql, format: "JSONCompact" });
  const { data } = await result.json<[string, string]>();
  return data.map(([value, records]) => [value, Number(records)]);
}

/** By hand: values of an expression, the most frequent first. */
function byHand(table: string, value: string, where: string): Promise<[string, number][]> {
  return asked(
    `SELECT ${value} AS value, count() AS records FROM ${table} WHERE ${BETWEEN} AND ${where} GROUP BY value ORDER BY records DESC, value`,
  );
}

const shown = ({ values }: Facet) => values.map(({ value, records }) => [value, records]);

describe("facets of logs", () => {
  const BAND = `multiIf(SeverityNumber >= 21, 'fatal', SeverityNumber >= 17, 'error', SeverityNumber >= 13, 'warn', SeverityNumber >= 9, 'info', SeverityText = 'warning', 'warn', 'unset')`;
  test.each([
    ["service", "ServiceName", "ServiceName != ''"],
    ["severity", BAND, "1"],
    [
      "env",
      "ResourceAttributes['deployment.environment.name']",
      "mapContains(ResourceAttributes, 'deployment.environment.name')",
    ],
    ["http.route", "LogAttributes['http.route']", "1"],
    ["attr.http.route", "LogAttributes['http.route']", "1"],
    ["resource.host.name", "ResourceAttributes['host.name']", "1"],
    [
      "resource.constructor",
      "ResourceAttributes['constructor']",
      "mapContains(ResourceAttributes, 'constructor')",
    ],
    ["empty", "LogAttributes['empty']", "mapContains(LogAttributes, 'empty')"],
    [
      "both",
      "arrayJoin(arrayDistinct(arrayFilter(e -> e != '', [LogAttributes['both'], ResourceAttributes['both']])))",
      "1",
    ],
    ["severity.number", "toString(SeverityNumber)", "1"],
    ["severity.text", "SeverityText", "SeverityText != ''"],
  ])("%s", async (field, value, has) => {
    for (const [q, where] of [
      ["", "1"],
      ["line", "hasAllTokens(lower(Body), 'line')"],
    ] as const) {
      const facet = await facetOf(`/api/logs/facets?${RANGE}&q=${q}`, field);
      const expected = await byHand("otel_logs", value, `${has} AND ${where}`);
      expect(shown(facet)).toEqual(expected);
      expect(facet).toMatchObject({ exact: true, countedEvery: 1, distinct: expected.length });
      const [[, total]] = (await byHand("otel_logs", "''", where)) as [[string, number]];
      expect(facet.total).toBe(total);
    }
  });

  test("come from the rollup where it knows the answer, and say so", async () => {
    const fields = "field=service&field=severity&field=env&field=http.route";
    const { facets } = await read(`/api/logs/facets?${RANGE}&${fields}`);
    expect(facets.map(({ from }) => from)).toEqual(["rollup", "rollup", "rollup", "records"]);
    const worded = await read(`/api/logs/facets?${RANGE}&${fields}&text=line`);
    expect(worded.facets.map(({ from }) => from)).toEqual(Array(4).fill("records"));
  });

  test("each value's filter finds as many logs as the facet says", async () => {
    const { facets } = await read(`/api/logs/facets?${RANGE}&values=50`);
    const hostile = await facetOf(
      `/api/logs/facets?${RANGE}`,
      `"${HOSTILE.replaceAll(/[\\"]/g, "\\$&")}"`,
    );
    expect(hostile.values).toHaveLength(2);
    for (const facet of [...facets, hostile]) {
      expect(facet.values.length).toBeGreaterThan(0);
      for (const { filter, records } of facet.values) {
        const { body } = await fixture.get(
          `/api/logs?limit=1000&${RANGE}&q=${encodeURIComponent(filter!)}`,
        );
        expect(body.logs, filter).toHaveLength(records);
      }
    }
  });

  test("ignore the conditions on themselves: a parameter, a term of q, a group of terms", async () => {
    const q = encodeURIComponent('-service:pay http.route:(/r1 OR "/r2") severity>=warn line');
    const fields = "field=service&field=http.route&field=severity&field=resource.host.name";
    const { facets } = await read(`/api/logs/facets?${RANGE}&q=${q}&${fields}`);
    const [service, route, severity, host] = facets;
    const parts = {
      service: "ServiceName != 'pay'",
      route: "LogAttributes['http.route'] IN ('/r1', '/r2')",
      severity: "(SeverityNumber >= 13 OR (SeverityNumber = 0 AND SeverityText = 'warning'))",
      line: "hasAllTokens(lower(Body), 'line')",
    };
    const without = (part: keyof typeof parts | "") =>
      Object.entries(parts)
        .flatMap(([name, sql]) => (name === part ? [] : [sql]))
        .join(" AND ");
    expect(shown(service!)).toEqual(
      await byHand("otel_logs", "ServiceName", `${without("service")} AND ServiceName != ''`),
    );
    expect(shown(route!)).toEqual(
      await byHand("otel_logs", "LogAttributes['http.route']", without("route")),
    );
    expect(shown(severity!)).toEqual(await byHand("otel_logs", BAND, without("severity")));
    expect(shown(host!)).toEqual(
      await byHand("otel_logs", "ResourceAttributes['host.name']", without("")),
    );
    const byParameters = await read(
      `/api/logs/facets?${RANGE}&service=pay&attribute=http.route%3D%2Fr1&field=service&field=http.route`,
    );
    expect(byParameters.facets.map((facet) => facet.values.length)).toEqual([3, 6]);
  });

  test("a condition inside an OR with others is not on one field", async () => {
    const q = encodeURIComponent("service:pay OR severity:fatal");
    const facet = await facetOf(`/api/logs/facets?${RANGE}&q=${q}`, "service");
    expect(shown(facet)).toEqual(
      await byHand(
        "otel_logs",
        "ServiceName",
        "(ServiceName = 'pay' OR SeverityNumber >= 21) AND ServiceName != ''",
      ),
    );
  });

  test("are chosen: columns, what the filter names, frequent attributes; no ids", async () => {
    const { facets } = await read(`/api/logs/facets?${RANGE}&q=request.id%3A*`);
    const names = facets.map(({ field }) => field);
    expect(names.slice(0, 4)).toEqual(["severity", "service", "env", "request.id"]);
    expect(names).toContain("http.route");
    expect(names.length).toBeLessThanOrEqual(8);
    const plain = await read(`/api/logs/facets?${RANGE}`);
    expect(plain.facets.map(({ field }) => field)).not.toContain("request.id");
  });

  test("a long value is cut and has no filter; more values than are asked for are left out", async () => {
    const facet = await facetOf(`/api/logs/facets?${RANGE}`, "body");
    const cut = facet.values.find(({ value }) => value.startsWith("é"));
    expect(cut).toEqual({ value: LONG.slice(0, 1_000), records: 1 });
    const few = await read(`/api/logs/facets?${RANGE}&field=request.id&values=2`);
    expect(few.facets[0]!.values).toHaveLength(2);
    expect(few.facets[0]!.distinct).toBe(few.facets[0]!.records);
  });

  test("of too many records are of a sample, and say so", async () => {
    const { facets, meta } = await read(
      `/api/logs/facets?${RANGE}&field=http.route&field=service`,
      sampling,
    );
    expect(facets[0]).toMatchObject({ from: "sample", countedEvery: 5, exact: false });
    expect(facets[1]).toMatchObject({ from: "rollup", countedEvery: 1, exact: true });
    expect(meta).toMatchObject({ complete: false });
    expect(meta.reason).toContain("facetRowsMax (200)");
  });

  test("of a sample are estimates of all records, from as many as is said", async () => {
    const large = await createFixture({ facetRowsMax: 40_000 });
    try {
      await large.database.client.command({
        query: `INSERT INTO otel_logs (Timestamp, ServiceName, LogAttributes)
          SELECT fromUnixTimestamp64Nano(${NOW}) - toIntervalMillisecond(number * 10 + 1000), 'shop',
            map('everywhere', 'x', 'parity', toString(cityHash64(number) % 2))
          FROM numbers(200000)`,
      });
      const url = "/api/logs/facets?from=now-2h&field=everywhere&field=parity";
      const { facets } = await read(url, large);
      const [everywhere, parity] = facets;
      expect(everywhere).toMatchObject({
        total: 200_000,
        records: 200_000,
        from: "sample",
        countedEvery: 5,
        exact: false,
        values: [{ value: "x", records: 200_000 }],
      });
      expect(everywhere?.sampleRecords).toBeGreaterThan(0);
      expect(everywhere?.sampleRecords).toBeLessThan(120_000);
      for (const { records } of parity?.values ?? []) {
        expect(Math.abs(records - 100_000)).toBeLessThan(5_000);
      }
    } finally {
      await large.close();
    }
  });

  test.each(["time", "", "a b", "service:x", "*", "observed"])(
    "the field %j is refused",
    async (field) => {
      const { status, body } = await fixture.get(
        `/api/logs/facets?field=${encodeURIComponent(field)}`,
      );
      expect(status).toBe(400);
      expect(["invalid_parameter", "invalid_query"]).toContain(body.code);
    },
  );

  test.each([
    HOSTILE,
    "'; DROP TABLE otel_logs; --",
    "*/ UNION ALL SELECT 1 /*",
    "{service:String}",
    "a\u0000b",
    "/*where*/",
    "$& $1",
    "\\",
  ])("the name %j is a name, never SQL", async (key) => {
    const facet = await facetOf(
      `/api/logs/facets?${RANGE}`,
      `"${key.replaceAll(/[\\"]/g, "\\$&")}"`,
    );
    expect(facet.records).toBe(key === HOSTILE ? facet.total : 0);
    expect(facet.total).toBeGreaterThan(800);
  });
});

describe("facets of spans", () => {
  test.each([
    ["service", "ServiceName"],
    ["name", "SpanName"],
    ["kind", "multiIf(SpanKind = 'Client', 'client', SpanKind = '', 'unspecified', 'server')"],
    ["status", "multiIf(StatusCode = 'Ok', 'ok', StatusCode IN ('Unset', ''), 'unset', 'error')"],
    ["root", "if(ParentSpanId = '', 'true', 'false')"],
    ["http.route", "SpanAttributes['http.route']"],
  ])("%s", async (field, value) => {
    for (const [query, where] of [
      ["", "1"],
      ["&minDuration=1ns", "1"],
      [
        `&q=${encodeURIComponent('name:("op 3" OR "op 4")')}`,
        field === "name" ? "1" : "SpanName IN ('op 3', 'op 4')",
      ],
    ] as const) {
      const facet = await facetOf(`/api/traces/facets?${RANGE}${query}`, field);
      expect(shown(facet)).toEqual(await byHand("otel_traces", value, where));
      const isInRollup = !["root", "http.route"].includes(field) && !query.includes("minDuration");
      expect(facet.from).toBe(isInRollup ? "rollup" : "records");
    }
  });

  test("are chosen, and their filters find what they say", async () => {
    const { facets } = await read(`/api/traces/facets?${RANGE}&status=error&values=5`);
    expect(facets.map(({ field }) => field).slice(0, 5)).toEqual([
      "service",
      "name",
      "status",
      "kind",
      "env",
    ]);
    for (const { field, values } of facets) {
      const status = field === "status" ? "" : "&status=error";
      for (const { filter, records } of values) {
        const url = `/api/traces/heatmap?${RANGE}${status}&q=${encodeURIComponent(filter!)}`;
        const { body } = await fixture.get(url);
        const { cells } = body as unknown as { cells: { spans: number }[] };
        expect(
          cells.reduce((sum, cell) => sum + cell.spans, 0),
          filter,
        ).toBe(records);
      }
    }
  });
});
