/** Goal: an export is what the search finds, whole or honest about it, harmless in a spreadsheet, and ends with its client. */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  MINUTE,
  NOW,
  SECOND,
  spanId,
  traceId,
} from "../testing/fixtures.ts";

const LOGS = 30;
let fixture: Fixture;
let address: string;

beforeAll(async () => {
  fixture = await createFixture({ exportRowsMax: LOGS + 2 });
  address = await fixture.app.listen({ host: "127.0.0.1", port: 0 });
  await fixture.insertLogs([
    ...Array.from({ length: LOGS }, (_, i) => ({
      time: NOW - MINUTE - BigInt(i) * SECOND,
      body: `line ${i}`,
      service: i % 2 === 0 ? "shop" : "pay",
      attributes: { "user.id": `${i}` },
    })),
    { time: NOW - 2n * MINUTE, service: "sheet", body: '=HYPERLINK("http://evil","x")' },
    { time: NOW - 3n * MINUTE, service: "sheet", body: 'said "hello",\nand left' },
  ]);
  await fixture.insertSpans(
    Array.from({ length: 5 }, (_, i) => ({
      traceId: traceId(1),
      spanId: spanId(i + 1),
      start: NOW - MINUTE - BigInt(i) * SECOND,
      name: i === 0 ? "@cmd" : `step ${i}`,
      status: i === 0 ? "Error" : "Unset",
    })),
  );
});
afterAll(() => fixture.close());

async function lines(url: string): Promise<readonly Record<string, unknown>[]> {
  const response = await fixture.app.inject(url);
  expect(response.statusCode, response.body).toBe(200);
  const texts = response.body.trimEnd().split("\n");
  return texts.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("NDJSON has the logs of the search, in its order", async () => {
  const { body } = await fixture.get("/api/logs?q=service:pay&limit=1000");
  expect(await lines("/api/logs/export?q=service:pay")).toEqual(body.logs);
  expect(body.logs.length).toBe(LOGS / 2);
});

test("NDJSON of spans has their fields", async () => {
  const spans = await lines("/api/traces/export?status=error");
  expect(spans).toEqual([
    expect.objectContaining({
      traceId: traceId(1),
      spanId: spanId(1),
      name: "@cmd",
      status: { code: "Error", message: "" },
    }),
  ]);
});

test("CSV is quoted, and no text in it is a formula", async () => {
  const response = await fixture.app.inject("/api/logs/export?format=csv&service=sheet");
  expect(response.headers["content-type"]).toMatch(/^text\/csv/);
  expect(response.headers["content-disposition"]).toContain("logs.csv");
  const [header, formula] = response.body.split("\n");
  expect(header).toBe(
    '"time","severity","service","body","trace_id","span_id","scope","attributes","resource"',
  );
  expect(formula).toContain(`"'=HYPERLINK(""http://evil"",""x"")"`);
  expect(response.body).toContain('"said ""hello"",\nand left"');
  const spans = await fixture.app.inject("/api/traces/export?format=csv&status=error");
  expect(spans.body).toContain(`"'@cmd"`);
});

test("not even the severity that a sender made up is a formula", async () => {
  const time = NOW - 90_000n * SECOND;
  await fixture.insertLogs([{ time, service: "made-up", severityNumber: 0, severityText: "=1+1" }]);
  const url = "/api/logs/export?format=csv&service=made-up&from=now-48h";
  const response = await fixture.app.inject(url);
  expect(response.body.split("\n")[1]).toContain(`,"'=1+1",`);
});

test("the headers say how many rows there are, and when a limit left some out", async () => {
  const whole = await fixture.app.inject("/api/logs/export");
  expect(whole.headers).toMatchObject({
    "throughline-rows": String(LOGS + 2),
    "throughline-complete": "true",
  });
  await fixture.insertLogs([{ time: NOW - 50n * MINUTE, service: "oldest" }]);
  const cut = await fixture.app.inject("/api/logs/export");
  expect(cut.headers).toMatchObject({
    "throughline-rows": String(LOGS + 2),
    "throughline-complete": "false",
  });
  expect(cut.body.trimEnd().split("\n").length).toBe(LOGS + 2);
  expect(cut.body).not.toContain("oldest");
});

test("a fault in the filter is a problem, not a broken file", async () => {
  const { status, body } = await fixture.get("/api/logs/export?q=service:");
  expect([status, body.code]).toEqual([400, "invalid_query"]);
});

test("a client that leaves frees its place in the line", async () => {
  for (let i = 0; i < 5; i++) {
    const leaving = new AbortController();
    const response = await fetch(`${address}/api/logs/export`, { signal: leaving.signal });
    expect(response.status).toBe(200);
    leaving.abort();
  }
  expect((await fixture.app.inject("/api/logs/export")).statusCode).toBe(200);
});
