/** Goal: an application that asks for its log level gets what sdk/README.md says, and no body when it knows it. */
import { afterEach, expect, test } from "vitest";
import { configOf } from "../agent-config/agent-config.ts";
import type { AgentConfig, AgentConfigReading, AgentConfigSource } from "../contract.ts";
import { send } from "./testing/http-client.ts";
import { startReceivers, type ReceiversUnderTest } from "./testing/start-receivers.ts";

let receivers: ReceiversUnderTest;
afterEach(() => receivers.stop());

const CONFIG: AgentConfig = {
  logLevels: { default: "info", services: { checkout: "debug", "a b&c": "warn" } },
  requestDebug: true,
};

async function serve(agentConfig: AgentConfigSource): Promise<void> {
  receivers = await startReceivers({ agentConfig });
}

const get = (path: string, headers: Record<string, string> = {}) =>
  send(receivers.http.port, { method: "GET", path, headers });

const whole: AgentConfigSource = (service) => ({
  kind: "ok",
  config: service === undefined ? CONFIG : configOf(CONFIG, service),
});

test("a service gets its own level and the default, everybody else's stay unsaid", async () => {
  await serve(whole);
  const answer = await get("/api/config?service=a%20b%26c");
  expect(answer).toMatchObject({
    code: 200,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-cache",
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
    },
  });
  expect(JSON.parse(answer.body.toString())).toEqual({
    logLevels: { default: "info", services: { "a b&c": "warn" } },
    requestDebug: true,
  });
  expect(JSON.parse((await get("/api/config")).body.toString())).toEqual(CONFIG);
  expect(await receivers.metric("agent_config_requests_total", { code: "200" })).toBe(2);
});

test("an answer that is known is 304 without a body, until what it says changes", async () => {
  let current = CONFIG;
  await serve((service = "") => ({ kind: "ok", config: configOf(current, service) }));
  const { etag = "" } = (await get("/api/config?service=checkout")).headers;
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
    const answer = await get("/api/config?service=checkout", { "if-none-match": known });
    expect([answer.code, answer.body.length, answer.headers.etag]).toEqual([304, 0, etag]);
  }
  // Another service's level is no news to this one.
  current = { ...CONFIG, logLevels: { ...CONFIG.logLevels, services: { checkout: "debug" } } };
  expect((await get("/api/config?service=checkout", { "if-none-match": etag })).code).toBe(304);
  current = { ...CONFIG, requestDebug: false };
  expect((await get("/api/config?service=checkout", { "if-none-match": etag })).code).toBe(200);
});

test("while nothing usable was read the answer is 503 with the reason, so that applications keep what they have", async () => {
  const reading: AgentConfigReading = { kind: "unavailable", reason: "requestDebug is wrong." };
  await serve(() => reading);
  const answer = await get("/api/config?service=checkout");
  expect(answer.code).toBe(503);
  expect(answer.body.toString()).toContain("requestDebug is wrong.");
  expect(await receivers.metric("agent_config_requests_total", { code: "503" })).toBe(1);
});

test("two services, or a name that is none, are 400", async () => {
  await serve(whole);
  for (const query of ["service=a&service=b", `service=${"x".repeat(1025)}`]) {
    const answer = await get(`/api/config?${query}`);
    expect(answer.code).toBe(400);
    expect(answer.body.toString()).toContain("GET /api/config?service=checkout");
  }
});
