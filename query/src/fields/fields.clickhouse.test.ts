/** Goal: what a filter can be completed with is what is stored, and says where it is from. */
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
import type { FieldValues, Fields } from "../wire.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertLogs(
    Array.from({ length: 12 }, (_, i) => ({
      time: NOW - BigInt(i + 1) * MINUTE,
      service: i % 3 === 0 ? "pay" : "shop",
      severityNumber: i % 4 === 0 ? 17 : 9,
      attributes: { "http.route": i % 2 === 0 ? "/cart" : "/pay", "odd key": "a=b", service: "x" },
      resource: { "host.name": `h${i % 3}` },
    })),
  );
  await fixture.insertSpans(
    Array.from({ length: 6 }, (_, i) => ({
      traceId: traceId(i + 1),
      spanId: spanId(i + 1),
      start: NOW - HOUR - BigInt(i) * MINUTE,
      service: "shop",
      name: i === 0 ? "GET /" : "POST /pay",
      kind: "Server",
      status: i === 0 ? "Error" : "Ok",
      attributes: { "user.id": String(i % 2) },
      resource: { "k8s.pod.name": "pod-1" },
    })),
  );
});
afterAll(() => fixture.close());

async function values(query: string) {
  const { status, body } = await fixture.get(`/api/fields/values?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  const { values: found, from } = body as unknown as FieldValues;
  return {
    from,
    counts: Object.fromEntries(found.map((each) => [each.value, each.records])),
    found,
  };
}

describe("names", () => {
  test("of logs: columns by their table, keys of attributes from the index, as a filter writes them", async () => {
    const { status, body } = await fixture.get("/api/fields?signal=logs");
    expect(status, JSON.stringify(body)).toBe(200);
    const fields = body as unknown as Fields;
    const columns = fields.columns.map((column) => column.name);
    expect(columns).toContain("body");
    expect(columns).not.toContain("duration");
    expect(fields.columns.find((column) => column.name === "severity")?.choices).toContain("warn");
    expect(fields.attributes).toEqual([
      { name: "http.route", key: "http.route", scope: "record", records: 12, from: "index" },
      { name: '"odd key"', key: "odd key", scope: "record", records: 12, from: "index" },
      { name: "attr.service", key: "service", scope: "record", records: 12, from: "index" },
      {
        name: "resource.host.name",
        key: "host.name",
        scope: "resource",
        records: 12,
        from: "index",
      },
    ]);
  });

  test("of traces, of the resource as well", async () => {
    const { body } = await fixture.get("/api/fields?signal=traces");
    expect((body as unknown as Fields).attributes).toEqual([
      { name: "user.id", key: "user.id", scope: "record", records: 6, from: "index" },
      {
        name: "resource.k8s.pod.name",
        key: "k8s.pod.name",
        scope: "resource",
        records: 6,
        from: "index",
      },
    ]);
  });

  test("every name that is given can be filtered by", async () => {
    for (const signal of ["logs", "traces"]) {
      const { body } = await fixture.get(`/api/fields?signal=${signal}`);
      const { columns, attributes } = body as unknown as Fields;
      for (const { name } of [...columns, ...attributes]) {
        const q = encodeURIComponent(`exists(${name}) OR x`);
        const { status } = await fixture.get(`/api/${signal}?limit=1&q=${q}`);
        expect([name, status]).toEqual([name, 200]);
      }
    }
  });
});

describe("values", () => {
  test.each([
    ["signal=logs&field=service", "rollup", { shop: 8, pay: 4 }],
    ["signal=logs&field=service&prefix=p", "rollup", { pay: 4 }],
    ["signal=logs&field=level", "rollup", { info: 9, error: 3 }],
    ["signal=logs&field=http.route", "index", { "/cart": 6, "/pay": 6 }],
    ["signal=logs&field=http.route&prefix=/c", "index", { "/cart": 6 }],
    ["signal=logs&field=%22odd%20key%22", "index", { "a=b": 12 }],
    ["signal=logs&field=resource.host.name&limit=1", "index", { h0: 4 }],
    ["signal=logs&field=body&prefix=a", "sample", { "a line": 12 }],
    ["signal=logs&field=body&from=now-2m", "sample", { "a line": 2 }],
    ["signal=logs&field=scope", "sample", {}],
    ["signal=traces&field=status.message&to=now-64m", "sample", {}],
    ["signal=logs&field=http.route&prefix=%25", "index", {}],
    ["signal=traces&field=name", "rollup", { "POST /pay": 5, "GET /": 1 }],
    ["signal=traces&field=status", "rollup", { ok: 5, error: 1 }],
    ["signal=traces&field=kind", "rollup", { server: 6 }],
    ["signal=traces&field=attr.user.id", "index", { "0": 3, "1": 3 }],
    ["signal=traces&field=resource.k8s.pod.name", "index", { "pod-1": 6 }],
    ["signal=traces&field=event.name", "sample", {}],
    ["signal=traces&field=exception.type", "sample", {}],
  ])("%s", async (query, from, counts) => {
    const answer = await values(query);
    expect(answer).toMatchObject({ from, counts });
    expect(Object.keys(answer.counts)).toEqual(
      Object.keys(counts).length > 0 ? expect.arrayContaining(Object.keys(counts)) : [],
    );
  });

  test("are given as a filter writes them", async () => {
    const { found } = await values("signal=traces&field=name");
    expect(found.map((each) => each.filter)).toEqual(['"POST /pay"', '"GET /"']);
  });

  test("what is not the name of one field is refused", async () => {
    for (const field of ["a:b OR c", "a b", "service:x", '"', "", "a*"]) {
      const { status, body } = await fixture.get(
        `/api/fields/values?signal=logs&field=${encodeURIComponent(field)}`,
      );
      expect([field, status, body.code]).toEqual([
        field,
        400,
        field === "" ? "invalid_parameter" : "invalid_query",
      ]);
    }
  });
});

test("without the indexes of profile search the newest records answer", async () => {
  for (const index of ["idx_log_attr_key", "idx_log_attr_items", "idx_res_attr_items"]) {
    await fixture.database.client.command({ query: `ALTER TABLE otel_logs DROP INDEX ${index}` });
  }
  const { body } = await fixture.get("/api/fields?signal=logs");
  expect((body as unknown as Fields).attributes).toContainEqual({
    name: "http.route",
    key: "http.route",
    scope: "record",
    records: 12,
    from: "sample",
  });
  expect(await values("signal=logs&field=http.route")).toMatchObject({
    from: "sample",
    counts: { "/cart": 6, "/pay": 6 },
  });
});
