/** Goal: also what never reaches a route is refused as a problem of the catalog. Method: the service without a port and without ClickHouse. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { QueryApp } from "../server.ts";
import { buildUnansweredApp } from "../testing/unanswered-app.ts";

let service: QueryApp;
beforeAll(async () => {
  service = await buildUnansweredApp();
});
afterAll(() => service.close());

const sql = (contentType: string, payload: string) =>
  ({
    method: "POST",
    url: "/api/sql",
    headers: { "content-type": contentType },
    payload,
  }) as const;

test.each([
  {
    what: "a path that is not percent-encoded",
    asked: "/api/requests/%zz",
    expected: { status: 400, code: "invalid_parameter" },
    detail: "%zz",
  },
  {
    what: "a body that is too large",
    asked: sql("application/json", JSON.stringify({ sql: "x".repeat(1_100_000) })),
    expected: { status: 413, code: "body_too_large" },
    detail: "1048576",
  },
  {
    what: "a body of another type",
    asked: sql("application/xml", "<sql/>"),
    expected: { status: 415, code: "unsupported_media_type" },
    detail: "application/xml",
  },
  {
    what: "a body that is no JSON",
    asked: sql("application/json", "{"),
    expected: { status: 400, code: "invalid_parameter" },
    detail: "JSON",
  },
])("$what", async ({ asked, expected, detail }) => {
  const answer = await service.app.inject(asked);
  expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
  expect(answer.statusCode).toBe(expected.status);
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect(answer.json()).toMatchObject({
    type: `urn:throughline:problem:${expected.code}`,
    ...expected,
    detail: expect.stringContaining(detail),
  });
  expect(answer.body.length).toBeLessThan(1_000);
});
