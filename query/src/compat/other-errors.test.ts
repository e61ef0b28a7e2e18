/**
 * Goal: what Jaeger's and Zipkin's clients ask in vain is refused in the words of their API, and counted. Method: the service without a
 * port and without ClickHouse.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { QueryApp } from "../server.ts";
import { buildUnansweredApp } from "../testing/unanswered-app.ts";

let service: QueryApp;
beforeAll(async () => {
  service = await buildUnansweredApp();
});
afterAll(() => service.close());

const FIRST = (code: number, msg: string) => ({
  data: null,
  total: 0,
  limit: 0,
  offset: 0,
  errors: [{ code, msg: expect.stringContaining(msg) as string }],
});
const THIRD = (httpCode: number, message: string) => ({
  error: { httpCode, message: expect.stringContaining(message) as string },
});
const ZIPKIN = (_status: number, message: string) => expect.stringContaining(message) as string;

const APIS = [
  { api: "Jaeger's first", root: "/jaeger/api", type: /^application\/json/, body: FIRST },
  { api: "Jaeger's first, without logs", root: "/jaeger/no-logs/api", type: /json/, body: FIRST },
  { api: "Jaeger's third", root: "/jaeger/api/v3", type: /^application\/json/, body: THIRD },
  { api: "Zipkin's", root: "/zipkin/api/v2", type: /^text\/plain/, body: ZIPKIN },
];

const post = (url: string, contentType: string, payload: string) =>
  ({ method: "POST", url, headers: { "content-type": contentType }, payload }) as const;

describe.each(APIS)("$api API", ({ root, type, body }) => {
  test.each([
    { what: "a malformed path", asked: `${root}/traces/%zz?x=1`, status: 400, says: "%zz" },
    { what: "no such route", asked: `${root}/nothing`, status: 404, says: "/nothing" },
    {
      what: "another method",
      asked: { method: "DELETE" as const, url: `${root}/services` },
      status: 404,
      says: "DELETE",
    },
    {
      what: "an id that is too long",
      asked: `${root}/traces/${"a".repeat(600)}`,
      status: 404,
      says: "/traces/aaa",
    },
    {
      what: "a body that is too large",
      asked: post(`${root}/traces`, "application/json", `"${"x".repeat(1_100_000)}"`),
      status: 413,
      says: "1048576",
    },
    {
      what: "a body of another type",
      asked: post(`${root}/traces`, "application/xml", "<sql/>"),
      status: 415,
      says: "application/xml",
    },
    {
      what: "a body that is no JSON",
      asked: post(`${root}/traces`, "application/json", "{"),
      status: 400,
      says: "JSON",
    },
  ])("$what", async ({ asked, status, says }) => {
    const answer = await service.app.inject(asked);
    expect(answer.statusCode, answer.body).toBe(status);
    expect(answer.headers["content-type"]).toMatch(type);
    expect(answer.headers["cache-control"]).toBe("no-store");
    const given: unknown = body === ZIPKIN ? answer.body : answer.json();
    expect(given).toEqual(body(status, says));
    expect(answer.body.length).toBeLessThan(1_000);
  });
});

test("what is no route of Zipkin's is no page of ours", async () => {
  const answer = await service.app.inject("/zipkin/nothing");
  expect([answer.statusCode, answer.headers["content-type"]]).toEqual([
    404,
    "text/plain; charset=utf-8",
  ]);
});

async function count(endpoint: string, outcome: string): Promise<number> {
  const { body } = await service.app.inject("/metrics");
  const series = `throughline_query_requests_total{endpoint="${endpoint}",outcome="${outcome}"} `;
  const line = body.split("\n").find((each) => each.startsWith(series));
  return line === undefined ? 0 : Number(line.slice(series.length));
}

test.each([
  ["/jaeger/api/traces/%zz", "jaeger", "refused"],
  ["/jaeger/api/nothing", "jaeger", "refused"],
  ["/zipkin/api/v2/%zz", "zipkin", "refused"],
  ["/api/traces/%zz", "unknown", "invalid_parameter"],
  ["/%zz", "unknown", "invalid_parameter"],
])("%s is counted once, for %s as %s", async (url, endpoint, outcome) => {
  const before = await count(endpoint, outcome);
  await service.app.inject(url);
  await expect.poll(() => count(endpoint, outcome)).toBe(before + 1);
});
