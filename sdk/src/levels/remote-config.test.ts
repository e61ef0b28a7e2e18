/** Goal: log levels change while the application runs, for a service or for one request. Method: as register.test.ts. */
import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { appTest, type AppSuite } from "../testing/app-suite.ts";
import type { RunningApp } from "../testing/run-app.ts";
import { readConfig } from "./remote-config.ts";

let server: Server;
let config: unknown;
let asked: { readonly url: string; readonly etag: string | undefined }[];

beforeEach(async () => {
  config = {};
  asked = [];
  server = createServer((request, response) => {
    const etag = `"${JSON.stringify(config).length}"`;
    asked.push({ url: request.url ?? "", etag: request.headers["if-none-match"] });
    if (request.headers["if-none-match"] === etag) response.writeHead(304).end();
    else response.writeHead(200, { etag }).end(JSON.stringify(config));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function runLeveled(suite: AppSuite, file: string): RunningApp {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return suite.run(file, {
    THROUGHLINE_SDK_CONFIG_URL: `http://127.0.0.1:${port}/api/config`,
    THROUGHLINE_SDK_CONFIG_INTERVAL_MS: "100",
    OTEL_BLRP_SCHEDULE_DELAY: "20",
  });
}

/** Which loggers' lines of one request became records: `pino debug`, `console info`, … */
async function recordedOf(
  suite: AppSuite,
  app: RunningApp,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  await app.saw("\n");
  const port = /port (\d+)/.exec(app.output())?.[1];
  await (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).text();
  // console.warn of the next request would do as well: the queue keeps order, so an answered batch holds all of this path.
  await new Promise((resolve) => setTimeout(resolve, 250));
  return suite.receiver.logs
    .map(({ body }) => String(body))
    .filter((body) => body.endsWith(` ${path}`))
    .map((body) => body.slice(0, -path.length - 1))
    .toSorted();
}

const OWN_LEVELS = ["bunyan info", "console debug", "console info", "pino info", "winston info"];
const EVERYTHING = ["bunyan", "console", "pino", "strict", "winston"].flatMap((name) => [
  `${name} debug`,
  `${name} info`,
]);

for (const file of ["leveled.mjs", "leveled.cjs"]) {
  appTest(
    `${file}: the service's level is lowered and raised while it runs; its own output stays as it was`,
    async ({ suite }) => {
      const app = runLeveled(suite, file);
      expect(await recordedOf(suite, app, "/own")).toEqual(OWN_LEVELS);
      expect(asked[0]?.url).toBe("/api/config?service=throughline-test-apps");

      config = { logLevels: { default: "warn", services: { "throughline-test-apps": "debug" } } };
      await nextAnswer();
      expect(await recordedOf(suite, app, "/lowered")).toEqual(EVERYTHING);
      const [lowered] = suite.receiver.logs.filter(({ body }) => body === "pino debug /lowered");
      expect(lowered).toMatchObject({
        severityNumber: 5,
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        attributes: { part: "child" },
      });

      config = { logLevels: { default: "warn" } };
      await nextAnswer();
      expect(await recordedOf(suite, app, "/raised")).toEqual([]);

      config = { requestDebug: true };
      await nextAnswer();
      const debug = { baggage: "throughline.debug=1" };
      expect(await recordedOf(suite, app, "/one-request", debug)).toEqual(EVERYTHING);
      expect(await recordedOf(suite, app, "/another")).toEqual(OWN_LEVELS);

      for (const path of ["/lowered", "/one-request"]) {
        expect(app.output()).not.toContain(`pino debug ${path}`);
        expect(app.output()).not.toContain(`bunyan debug ${path}`);
        expect(app.output()).not.toContain(`winston debug ${path}`);
        expect(app.output()).toContain(`pino info ${path}`);
      }
      // Unchanged answers are not sent again.
      expect(asked.filter(({ etag }) => etag !== undefined).length).toBeGreaterThan(2);
      // What asks is not itself a request of the application.
      expect(suite.receiver.spans.filter(({ kind }) => kind === 3)).toEqual([]);
    },
  );
}

/** Until the application has asked twice more: the second question comes after the first answer was taken in. */
async function nextAnswer(): Promise<void> {
  const before = asked.length;
  await vi.waitFor(() => expect(asked.length).toBeGreaterThanOrEqual(before + 2), {
    timeout: 5_000,
  });
}

appTest(
  "an address that gives no levels is told once, and the application ends without waiting for it",
  async ({ suite }) => {
    const result = await suite.run("console.mjs", {
      THROUGHLINE_SDK_CONFIG_URL: "http://127.0.0.1:1/api/config",
      THROUGHLINE_SDK_CONFIG_INTERVAL_MS: "100",
    }).ended;
    expect(result.code).toBe(0);
    expect(suite.receiver.logs).toHaveLength(6);
  },
);

test.each([
  [{}, undefined, false],
  [{ logLevels: { default: "info" } }, 9, false],
  [{ logLevels: { default: "info", services: { shop: "DEBUG" } }, requestDebug: true }, 5, true],
  [{ logLevels: { services: { other: "debug" } } }, undefined, false],
])("%j is read", (body, severityMin, requestDebug) => {
  expect(readConfig(body, "shop")).toEqual({ severityMin, requestDebug });
});

test.each([[[]], [{ logLevels: 5 }], [{ logLevels: { default: "loud" } }], [null]])(
  "%j is refused",
  (body) => {
    expect(() => readConfig(body, "shop")).toThrow(TypeError);
  },
);
