/**
 * Goal: the shop shows what the product is for. Method: run it whole, 20 requests, against a tiny OTLP receiver,
 * and read what arrived.
 */
import { existsSync } from "node:fs";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ObservedResponse } from "./shared/messages.ts";
import { startShop, type Shop } from "./shop.ts";
import { startJsonReceiver, type JsonReceiver, type JsonSpan } from "./testing/json-receiver.ts";

const SERVER = 2;
const PRODUCER = 4;
const CONSUMER = 5;

const built = existsSync(fileURLToPath(import.meta.resolve("@throughline/sdk/register")));

let receiver: JsonReceiver;
let shop: Shop;
let interesting: string;
const responses: ObservedResponse[] = [];

beforeAll(async () => {
  expect(built, "the SDK is not built: run `npm run build`").toBe(true);
  receiver = await startJsonReceiver();
  shop = await startShop({
    otlpEndpoint: receiver.endpoint,
    otlpProtocol: "http/json",
    requests: 24,
    requestsPerSecond: 10,
    seed: 7,
    onResponse: (response) => responses.push(response),
  });
  interesting = await shop.firstInterestingTraceId();
  await shop.trafficEnded;
  await shop.stop();
}, 60_000);

afterAll(async () => {
  await shop.stop();
  await receiver.stop();
});

function spansOf(traceId: string): readonly JsonSpan[] {
  return receiver.spans.filter((span) => span.traceId === traceId);
}

function traceOf(scenario: string): string {
  return responses.find((response) => response.scenario === scenario)?.traceId ?? "none";
}

test("every request is answered, and the services are the ones announced", () => {
  expect(responses).toHaveLength(24);
  expect(new Set(receiver.spans.map(({ service }) => service))).toEqual(new Set(shop.services));
});

test("the interesting trace is one tree over all services with an error, a retry and a queue hop", () => {
  const spans = spansOf(interesting);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  expect(spans.filter(({ parentSpanId }) => parentSpanId === "")).toHaveLength(1);
  expect(spans.every((span) => span.parentSpanId === "" || ids.has(span.parentSpanId))).toBe(true);
  expect(new Set(spans.map(({ service }) => service)).size).toBe(5);
  expect(spans.filter(({ name }) => name === "charge card").map(({ error }) => error)).toEqual([
    true,
    false,
  ]);
  const producer = spans.find(({ kind }) => kind === PRODUCER);
  const consumer = spans.find(({ kind }) => kind === CONSUMER);
  expect(consumer).toMatchObject({ parentSpanId: producer?.spanId, links: 1 });
});

test("most server and database spans of the interesting trace have logs inside them", () => {
  const logged = new Set(
    receiver.logs.filter(({ traceId }) => traceId === interesting).map(({ spanId }) => spanId),
  );
  const spans = spansOf(interesting).filter(
    ({ kind, name }) => kind === SERVER || name.includes("stock"),
  );
  expect(spans.length).toBeGreaterThan(4);
  expect(spans.filter(({ spanId }) => !logged.has(spanId))).toEqual([]);
});

test("recommendations ask the database once per product", () => {
  const selects = spansOf(traceOf("recommendations")).filter(
    ({ name }) => name === "SELECT products",
  );
  expect(selects.length).toBeGreaterThan(15);
});

test("a processor that is down fails the checkout after three attempts, with the exception recorded", () => {
  const spans = spansOf(traceOf("checkout-processor-down"));
  expect(spans.filter(({ name, error }) => name === "charge card" && error)).toHaveLength(3);
  expect(
    spans.some(({ service, events }) => service === "payments" && events.includes("exception")),
  ).toBe(true);
  expect(responses.find(({ scenario }) => scenario === "checkout-processor-down")?.status).toBe(
    502,
  );
});

test("two versions of checkout run side by side", () => {
  const versions = receiver.spans.filter(({ service }) => service === "checkout");
  expect(new Set(versions.map(({ version }) => version))).toEqual(new Set(["1.4.0", "1.5.0"]));
});

test("exactly one log line holds a card number", () => {
  expect(receiver.logs.filter(({ body }) => body.includes("4111 1111 1111 1111"))).toHaveLength(1);
});

test("when its parent is killed, the shop's processes end by themselves", async () => {
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const parent = spawn(process.execPath, [main, "--endpoint", receiver.endpoint, "--rate", "1"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const url = await new Promise<string>((resolve) => {
    parent.stdout.on("data", (chunk: Buffer) => {
      const found = /storefront (http\S+)/.exec(chunk.toString());
      if (found?.[1] !== undefined) resolve(found[1]);
    });
  });
  expect((await fetch(`${url}/search?q=oak`)).status).toBe(200);
  parent.kill("SIGKILL");
  await expect
    .poll(
      () =>
        fetch(url).then(
          () => "alive",
          () => "gone",
        ),
      { timeout: 10_000 },
    )
    .toBe("gone");
}, 30_000);
