/**
 * Goal: on the frameworks people use, one request is one tree and its log lines hang where they were written. Method: real
 * applications, CommonJS and ESM, with frameworks from their own lockfile; what was received is drawn and compared.
 */
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { buildSdk } from "../testing/build-sdk.ts";
import { frameworkApps } from "../testing/framework-apps.ts";
import { startOtlpReceiver, type OtlpReceiver } from "../testing/otlp-receiver.ts";
import { startApp, type RunningApp } from "../testing/run-app.ts";
import { drawTraces } from "../testing/span-tree.ts";

let receiver: OtlpReceiver;
let folder: string;
let app: RunningApp | undefined;

beforeAll(() => {
  buildSdk();
  folder = frameworkApps();
}, 300_000);

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});

afterEach(async () => {
  app?.kill("SIGKILL");
  await receiver.stop();
});

async function drawn(file: string): Promise<string> {
  app = startApp(`${folder}/${file}`, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.grpcEndpoint });
  expect(await app.ended).toMatchObject({ code: 0, stderr: "" });
  expect(new Set(receiver.spans.map(({ resource }) => resource["service.name"]))).toEqual(
    new Set(["throughline-framework-apps"]),
  );
  return drawTraces(receiver.spans, receiver.logs);
}

test.each(["http.mjs", "http.cjs"])("%s: node:http, fetch and the undici package", async (file) => {
  expect(await drawn(file)).toBe(
    `
CLIENT GET
  SERVER GET
    · handling order
    · stock says 3
    CLIENT GET
      SERVER GET
        · looking up stock`.trim(),
  );
});

test.each(["express.mjs", "express.cjs"])(
  "%s: middleware, routes and a handler that throws",
  async (file) => {
    expect(await drawn(file)).toBe(
      `
CLIENT GET
  SERVER GET /orders/:id
    INTERNAL middleware - authenticate
      · authenticated
    INTERNAL request handler
      · handling order
      · stock says 3
      CLIENT GET
        SERVER GET /stock/:id
          INTERNAL middleware - authenticate
            · authenticated
          INTERNAL request handler
CLIENT GET (error)
  SERVER GET /broken (error)
    · answered 500
    INTERNAL middleware - authenticate
      · authenticated
    INTERNAL request handler (error)`.trim(),
    );
    const failed = receiver.logs.find(({ body }) => body === "answered 500");
    expect(failed?.attributes).toMatchObject({ "exception.type": "RangeError" });
    const handler = receiver.spans.filter(({ name }) => name === "request handler").at(-1);
    expect(handler?.eventNames).toEqual(["exception"]);
  },
);

test.each(["koa.mjs", "koa.cjs"])(
  "%s: middleware, router and a handler that throws",
  async (file) => {
    expect(await drawn(file)).toBe(
      `
CLIENT GET
  SERVER GET /orders/:id
    INTERNAL middleware - authenticate
      · authenticated
      INTERNAL router - /orders/:id
        · handling order
        · stock says 3
        CLIENT GET
          SERVER GET /stock/:id
            INTERNAL middleware - authenticate
              · authenticated
              INTERNAL router - /stock/:id
CLIENT GET (error)
  SERVER GET /broken (error)
    · answered 500
    INTERNAL middleware - authenticate
      · authenticated
      INTERNAL router - /broken`.trim(),
    );
  },
);

test.each(["fastify.mjs", "fastify.cjs"])(
  "%s: its own logger, a plugin's route and a handler that throws",
  async (file) => {
    const drawing = await drawn(file);
    expect(drawing.replace(/127\.0\.0\.1:\d+/, "HOST")).toBe(
      `
CLIENT GET
  SERVER GET /orders/:id
    · incoming request
    · authenticated
    · handling order
    · stock says 3
    · request completed
    CLIENT GET
      SERVER GET /stock/:id
        · incoming request
        · authenticated
        · request completed
CLIENT GET (error)
  SERVER GET /broken (error)
    · incoming request
    · authenticated
    · no such page
    · request completed
· Server listening at http://HOST`.trim(),
    );
    const failed = receiver.spans.find(({ name }) => name === "GET /broken");
    expect(failed?.eventNames).toEqual(["exception"]);
  },
);

test("nest.mjs: NestJS 12 shows as what Express and its handlers do", async () => {
  expect(await drawn("nest.mjs")).toBe(
    `
CLIENT GET
  SERVER GET /orders/:id
    INTERNAL middleware - <anonymous>
    INTERNAL middleware - jsonParser
    INTERNAL middleware - urlencodedParser
    INTERNAL request handler
      · handling order`.trim(),
  );
});
