/** Goal: only pages of listed origins may read, by what a browser asks and looks at. Method: real connections, without ClickHouse. */
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { type QueryServer, startQuery } from "../server.ts";

const BOARD = "https://board.example";
let server: QueryServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function start(corsOrigins?: readonly string[]): Promise<string> {
  server = await startQuery({
    host: "127.0.0.1",
    port: 0,
    // Nobody listens there.
    clickhouse: { url: "http://127.0.0.1:9", username: "u", password: "", database: "d" },
    otlpGrpcEndpoint: "",
    otlpHttpEndpoint: "",
    version: "0",
    logger: pino({ level: "silent" }),
    ...(corsOrigins === undefined ? {} : { corsOrigins }),
  });
  return server.address;
}

/** What a browser sends before a page may do what forms cannot. */
function preflight(url: string, origin: string): Promise<Response> {
  return fetch(url, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    },
  });
}

const allowed = (response: Response) => response.headers.get("access-control-allow-origin");

test("no page of another origin may read by default", async () => {
  const address = await start();
  const asked = await preflight(`${address}/api/sql`, BOARD);
  expect(allowed(asked)).toBeNull();
  const answer = await fetch(`${address}/healthz`, { headers: { origin: BOARD } });
  expect(allowed(answer)).toBeNull();
  expect(answer.headers.get("vary") ?? "").not.toContain("Origin");
});

test("a listed origin's preflight is answered for every path, also of POST and of event streams", async () => {
  const address = await start(["http://localhost:3000", BOARD]);
  for (const path of [
    "/api/sql",
    "/api/logs/tail",
    "/jaeger/api/traces",
    "/zipkin/api/v2/traces",
  ]) {
    const asked = await preflight(`${address}${path}`, BOARD);
    expect(asked.status, path).toBe(204);
    expect(allowed(asked), path).toBe(BOARD);
    expect(asked.headers.get("access-control-allow-methods")).toContain("POST");
    expect(asked.headers.get("access-control-allow-headers")).toContain("content-type");
    expect(asked.headers.get("access-control-allow-credentials")).toBeNull();
    expect(asked.headers.get("vary")).toContain("Origin");
  }
});

test("its pages may read answers, refusals included, and the headers that say what was cut", async () => {
  const address = await start([BOARD]);
  for (const path of ["/healthz", "/api/nothing", "/api/logs", "/api/openapi.json"]) {
    const answer = await fetch(`${address}${path}`, { headers: { origin: BOARD } });
    expect(allowed(answer), path).toBe(BOARD);
    expect(answer.headers.get("access-control-expose-headers")).toContain("Throughline-Complete");
    // The last of them is large enough to be compressed, which is said as well.
    expect(answer.headers.get("vary")).toContain("Origin");
  }
});

test.each([
  "https://board.example.evil",
  "http://board.example",
  "https://board.example:8443",
  "https://a.board.example",
  "HTTPS://BOARD.EXAMPLE",
  "null",
  "*",
])("the origin %s is another one", async (origin) => {
  const address = await start([BOARD]);
  expect(allowed(await preflight(`${address}/api/sql`, origin))).toBeNull();
  const answer = await fetch(`${address}/healthz`, { headers: { origin } });
  expect(allowed(answer)).toBeNull();
  expect(answer.headers.get("vary")).toContain("Origin");
});
