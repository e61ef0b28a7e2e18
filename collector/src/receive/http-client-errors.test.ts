/**
 * Goal: a request that fails before anybody can read it whole is told which setting decides and what helps, its connection
 * is closed, and it is counted as other refusals are.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { speak } from "./testing/http-client.ts";
import {
  startReceivers,
  until,
  type ReceiversOptions,
  type ReceiversUnderTest,
} from "./testing/start-receivers.ts";

const POST_LOGS = "POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
const QUICK: ReceiversOptions = { receive: { headersTimeoutMs: 200, requestTimeoutMs: 400 } };

let receivers: ReceiversUnderTest;
afterEach(() => receivers.stop());

async function setUp(options: ReceiversOptions): Promise<number> {
  receivers = await startReceivers(options);
  return receivers.http.port;
}

function rejected(reason: string, signal?: string): Promise<number> {
  const labels = signal === undefined ? { reason } : { reason, signal };
  return receivers.metric("rejected_requests_total", labels);
}

async function refusals() {
  const response = await fetch(`http://${receivers.http.address}/api/refusals`);
  const body = (await response.json()) as { refusals: { reason: string; signal: string | null }[] };
  return body.refusals.map(({ reason, signal }) => `${reason} ${signal}`);
}

test("headers that are too large get 431 with the setting's name", async () => {
  const port = await setUp({ receive: { headersMaxBytes: 2048 } });
  const text = await speak(port, `${POST_LOGS}X: ${"y".repeat(5000)}\r\n\r\n`);
  expect(text).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/u);
  expect(text).toMatch(/connection: close/iu);
  expect(text).toMatch(/more than 2048 bytes \(THROUGHLINE_OTLP_HEADERS_MAX_BYTES\)/u);
  expect(await rejected("too_large")).toBe(1);
  expect(await refusals()).toEqual(["too_large null"]);
});

test("a client that still writes reads its 431 even so, and is counted once", async () => {
  const port = await setUp({ receive: { headersMaxBytes: 2048 } });
  const text = await speak(port, `${POST_LOGS}X: ${"y".repeat(4_000_000)}`);
  expect(text).toMatch(/^HTTP\/1\.1 431 .*THROUGHLINE_OTLP_HEADERS_MAX_BYTES/su);
  expect(await rejected("too_large")).toBe(1);
  await until(() => receivers.metric("connections", { transport: "http" }), 0);
});

test("headers that trickle get 408 with the setting's name", async () => {
  const port = await setUp(QUICK);
  const text = await speak(port, `${POST_LOGS}X-Slow: `, 6000);
  expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/u);
  expect(text).toMatch(/connection: close/iu);
  expect(text).toContain("within 200 ms (THROUGHLINE_OTLP_HEADERS_TIMEOUT_MS)");
  expect(await rejected("too_slow")).toBe(1);
  expect(await refusals()).toEqual(["too_slow null"]);
});

test("the next headers on a connection that had its answer are timed and told likewise", async () => {
  const port = await setUp(QUICK);
  const text = await speak(port, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /heal", 6000);
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/gu)].map((match) => match[1])).toEqual(["200", "408"]);
  expect(text).toContain("THROUGHLINE_OTLP_HEADERS_TIMEOUT_MS");
  expect(await rejected("too_slow")).toBe(1);
});

test("the shorter of the two times is the one that is named", async () => {
  const port = await setUp({ receive: { headersTimeoutMs: 60_000, requestTimeoutMs: 200 } });
  const text = await speak(port, `${POST_LOGS}X-Slow: `, 6000);
  expect(text).toContain("within 200 ms (THROUGHLINE_OTLP_REQUEST_TIMEOUT_MS)");
});

test("a body that trickles gets 408 with the other setting's name, and counts for its signal", async () => {
  const port = await setUp(QUICK);
  const text = await speak(port, `${POST_LOGS}Content-Length: 1000\r\n\r\n{`, 6000);
  expect(text).toMatch(/^HTTP\/1\.1 408 /u);
  expect(text).toContain("within 400 ms (THROUGHLINE_OTLP_REQUEST_TIMEOUT_MS)");
  expect(await rejected("too_slow", "logs")).toBe(1);
  expect(await refusals()).toEqual(["too_slow logs"]);
  await until(() => receivers.metric("in_flight_bytes"), 0);
  expect(receivers.calls).toHaveLength(0);
});

test("a request that was refused already is not refused a second time", async () => {
  const port = await setUp(QUICK);
  const text = await speak(port, `${POST_LOGS}Content-Length: 99999999999\r\n\r\n{`, 6000);
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/gu)].map((match) => match[1])).toEqual(["413"]);
  expect(await rejected("too_large", "logs")).toBe(1);
  expect(await rejected("too_slow")).toBe(0);
});

test("what is not HTTP gets 400 with what is wrong with it", async () => {
  const port = await setUp({});
  const text = await speak(port, "HELLO\r\n\r\n");
  expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/u);
  expect(text).toContain("Invalid method");
  expect(await rejected("malformed")).toBe(1);
  expect(await speak(port, `${POST_LOGS}Transfer-Encoding: chunked\r\n\r\nno length\r\n`)).toMatch(
    /^HTTP\/1\.1 400 /u,
  );
  expect(await rejected("malformed", "logs")).toBe(1);
});

test("a client that leaves in the middle is no refusal", async () => {
  const port = await setUp({});
  for (const begun of [POST_LOGS, `${POST_LOGS}Content-Length: 1000\r\n\r\n{`]) {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.end(begun);
    await once(socket.resume(), "close");
    await until(() => receivers.metric("connections", { transport: "http" }), 0);
  }
  expect(await refusals()).toEqual([]);
});

test("first bytes that leave the protocol open and then stop get 408 on either port", async () => {
  await setUp(QUICK);
  for (const { port } of [receivers.http, receivers.grpc]) {
    const text = await speak(port, "PRI * HT", 6000);
    expect(text).toMatch(/^HTTP\/1\.1 408 /u);
    expect(text).toContain("within 200 ms (THROUGHLINE_OTLP_HEADERS_TIMEOUT_MS)");
  }
  expect(await rejected("too_slow")).toBe(2);
  expect(await refusals()).toEqual(["too_slow null", "too_slow null"]);
});

test("a connection on which nothing was ever said is closed without a word", async () => {
  await setUp(QUICK);
  for (const { port } of [receivers.http, receivers.grpc]) {
    expect(await speak(port, "", 6000)).toBe("");
  }
  expect(await refusals()).toEqual([]);
});
