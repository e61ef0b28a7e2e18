/** Goal: a request is found by any id it is known under. Method: as register.test.ts; the caller is this process, untraced. */
import { expect } from "vitest";
import { appTest, type AppSuite } from "./testing/app-suite.ts";
import type { RunningApp } from "./testing/run-app.ts";

async function portOf(app: RunningApp): Promise<string> {
  await app.saw("port ");
  await app.saw("\n");
  return /port (\d+)/.exec(app.output())?.[1] ?? "";
}

interface Front {
  readonly headers: Headers;
  readonly seen: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Calls /front of two-hops, then ends the application as an operator would. */
async function callFront(
  suite: AppSuite,
  file: string,
  headers: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Front> {
  const app = suite.run(file, environment);
  const response = await fetch(`http://127.0.0.1:${await portOf(app)}/front`, { headers });
  const seen = (await response.json()) as Front["seen"];
  app.kill("SIGTERM");
  expect((await app.ended).stderr).toBe("");
  return { headers: response.headers, seen };
}

function attributeOfAll(suite: AppSuite, name: string): readonly unknown[] {
  const { spans, logs } = suite.receiver;
  // Server, two clients, two servers; three lines.
  expect([spans.length, logs.length]).toEqual([5, 3]);
  return [...new Set([...spans, ...logs].map(({ attributes }) => attributes[name]))];
}

for (const file of ["two-hops.mjs", "two-hops.cjs"]) {
  appTest.concurrent(
    `${file}: a caller's correlation id is on every span and line, passed on and returned`,
    async ({ suite }) => {
      const { headers, seen } = await callFront(suite, file, { "x-correlation-id": "ticket-4711" });
      expect(headers.get("x-correlation-id")).toBe("ticket-4711");
      expect(headers.get("x-request-id")).toBeNull();
      expect(seen["byFetch"]).toMatchObject({ "x-correlation-id": "ticket-4711" });
      expect(seen["byHttp"]).toMatchObject({ "x-correlation-id": "ticket-4711" });
      expect(attributeOfAll(suite, "correlation.id")).toEqual(["ticket-4711"]);
    },
  );

  appTest.concurrent(
    `${file}: a request without one gets one, in place of one that is no id too`,
    async ({ suite }) => {
      const { headers, seen } = await callFront(suite, file, { "x-request-id": "a b\u00e9" });
      const id = headers.get("x-request-id");
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
      expect(seen["byFetch"]).toMatchObject({ "x-request-id": id });
      expect(attributeOfAll(suite, "correlation.id")).toEqual([id]);
    },
  );
}

for (const [file, header] of [
  ["two-hops.mjs", "X-Request-ID"],
  ["two-hops.cjs", "x-request-id"],
] as const) {
  appTest.concurrent(
    `${file}: a call that sets ${header} itself sends that one only`,
    async ({ suite }) => {
      const own = { TEST_HEADERS: JSON.stringify({ [header]: "by-the-app" }) };
      const { headers, seen } = await callFront(suite, file, {}, own);
      expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
      expect(seen["byHttp"]).toMatchObject({ "x-request-id": "by-the-app" });
      expect(seen["byFetch"]).toMatchObject({ "x-request-id": "by-the-app" });
    },
  );
}

appTest.concurrent(
  "THROUGHLINE_SDK_CORRELATION=read makes no ids, off does not look for any",
  async ({ suite }) => {
    const read = await callFront(
      suite,
      "two-hops.mjs",
      {},
      { THROUGHLINE_SDK_CORRELATION: "read" },
    );
    expect(read.headers.get("x-request-id")).toBeNull();
    expect(attributeOfAll(suite, "correlation.id")).toEqual([undefined]);
    suite.receiver.spans.length = 0;
    suite.receiver.logs.length = 0;
    const off = await callFront(
      suite,
      "two-hops.cjs",
      { "x-request-id": "r-1" },
      { THROUGHLINE_SDK_CORRELATION: "off" },
    );
    expect(off.headers.get("x-request-id")).toBeNull();
    expect(off.seen["byHttp"]).not.toHaveProperty("x-request-id");
    expect(attributeOfAll(suite, "correlation.id")).toEqual([undefined]);
  },
);

for (const file of ["two-hops.mjs", "two-hops.cjs"]) {
  appTest.concurrent(
    `${file}: baggage on the allow-list becomes attributes of the whole request, the rest does not`,
    async ({ suite }) => {
      const { seen } = await callFront(
        suite,
        file,
        { baggage: "user.id=u-7,tenant=acme%20inc,secret=x" },
        { THROUGHLINE_SDK_BAGGAGE_ATTRIBUTES: "user.id, tenant" },
      );
      expect(seen["byFetch"]?.["baggage"]).toContain("user.id=u-7");
      expect(attributeOfAll(suite, "user.id")).toEqual(["u-7"]);
      expect(attributeOfAll(suite, "tenant")).toEqual(["acme inc"]);
      expect(attributeOfAll(suite, "secret")).toEqual([undefined]);
    },
  );
}

for (const file of ["sampled.mjs", "sampled.cjs"]) {
  appTest.concurrent(
    `${file}: logs follow the sampler where asked to, warnings and lines of no request always stay`,
    async ({ suite }) => {
      await suite.run(file, {
        OTEL_TRACES_SAMPLER: "traceidratio",
        OTEL_TRACES_SAMPLER_ARG: "0.5",
        THROUGHLINE_SDK_LOGS_FOLLOW_SAMPLING: "true",
      }).ended;
      const { spans, logs } = suite.receiver;
      const sampled = new Set(spans.map(({ traceId }) => traceId));
      const traced = logs.filter(({ body }) => body === "inside").map(({ traceId }) => traceId);
      expect(new Set(traced)).toEqual(sampled);
      expect(traced).toHaveLength(sampled.size);
      expect(logs.filter(({ body }) => body === "careful")).toHaveLength(10);
      expect(suite.logWith("outside").traceId).toBe("");
    },
  );
}

appTest.concurrent("without that option every line stays, sampled or not", async ({ suite }) => {
  await suite.run("sampled.mjs", { OTEL_TRACES_SAMPLER: "always_off" }).ended;
  expect(suite.receiver.spans).toEqual([]);
  expect(suite.receiver.logs).toHaveLength(21);
});
