/**
 * Goal: nothing an HTTP client sends, or fails to send, makes the collector hold more than its budget, wait for
 * ever or fall over; and stopping loses no answer.
 */
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { decodeStatus } from "./testing/decode-status.ts";
import { send, speak } from "./testing/http-client.ts";
import {
  ACCEPTED,
  startReceivers,
  until,
  type ReceiversOptions,
  type ReceiversUnderTest,
} from "./testing/start-receivers.ts";

const MIB = 1024 * 1024;
const PROTOBUF = { "content-type": "application/x-protobuf" };
const JSON_TYPE = { "content-type": "application/json" };
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function setUp(options?: ReceiversOptions): Promise<ReceiversUnderTest> {
  const receivers = await startReceivers(options);
  closers.push(() => receivers.stop());
  return receivers;
}

test("a declared length above the limit is 413 before a byte is read", async () => {
  const receivers = await setUp();
  const text = await speak(
    receivers.http.port,
    "POST /v1/logs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{",
    500,
  );
  expect(text).toMatch(/^HTTP\/1\.1 413 /u);
  expect(text).toContain("THROUGHLINE_OTLP_BODY_MAX_BYTES");
  expect(await receivers.metric("in_flight_bytes")).toBe(0);
  expect(await receivers.metric("rejected_requests_total", { reason: "too_large" })).toBe(1);
  expect(await receivers.metric("rejected_bytes_total", { reason: "too_large" })).toBe(0);
});

test("a client that sends its whole oversized body gets the 413 and may go on with the connection", async () => {
  const receivers = await setUp({ receive: { bodyMaxBytes: MIB } });
  const big = Buffer.concat([
    Buffer.from(
      `POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${8 * MIB}\r\n\r\n`,
    ),
    Buffer.alloc(8 * MIB),
    Buffer.from("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
  ]);
  const text = await speak(receivers.http.port, big);
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/gu)].map((match) => match[1])).toEqual(["413", "200"]);
  expect(await receivers.metric("in_flight_bytes")).toBe(0);
});

test("a compressed body has its own, smaller limit", async () => {
  const receivers = await setUp({ receive: { compressedBodyMaxBytes: 100_000 } });
  const headers = { ...PROTOBUF, "content-encoding": "gzip" };
  const answer = await send(receivers.http.port, { headers, body: randomBytes(100_001) });
  expect(answer.code).toBe(413);
  expect(decodeStatus(answer.body).message).toContain("THROUGHLINE_OTLP_COMPRESSED_BODY_MAX_BYTES");
});

test("a chunked body is cut off at the limit, and the client gets its 413", async () => {
  const receivers = await setUp({ receive: { bodyMaxBytes: MIB } });
  const pieces = Array.from({ length: 40 }, () => Buffer.alloc(64 * 1024));
  const answer = await send(receivers.http.port, { headers: PROTOBUF, body: pieces });
  expect(answer.code).toBe(413);
  expect(await receivers.metric("in_flight_bytes")).toBe(0);
  expect(receivers.calls).toHaveLength(0);
});

test("what does not fit the budget is 429 before it is read", async () => {
  const receivers = await setUp({ admit: { inFlightMaxBytes: MIB } });
  const text = await speak(
    receivers.http.port,
    `POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${2 * MIB}\r\n\r\n{`,
    500,
  );
  expect(text).toMatch(/^HTTP\/1\.1 429 /u);
  expect(text).toMatch(/retry-after: 2/iu);
  expect(text).toContain("THROUGHLINE_OTLP_IN_FLIGHT_MAX_BYTES");
});

test("the declared length is charged while the body is on its way and given back when the client leaves", async () => {
  const receivers = await setUp();
  const socket = connect(receivers.http.port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(
    `POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${5 * MIB}\r\n\r\n{`,
  );
  await until(() => receivers.metric("in_flight_bytes"), 10 * MIB);
  socket.destroy();
  await until(() => receivers.metric("in_flight_bytes"), 0);
  expect(receivers.calls).toHaveLength(0);
});

test("a bomb is 413, the pipeline never sees it, and the process takes the next request", async () => {
  const receivers = await setUp();
  const headers = { ...PROTOBUF, "content-encoding": "gzip" };
  const answer = await send(receivers.http.port, {
    headers,
    body: gzipSync(Buffer.alloc(10 * MIB)),
  });
  expect(answer.code).toBe(413);
  expect(decodeStatus(answer.body).message).toContain("THROUGHLINE_OTLP_COMPRESSION_RATIO_MAX");
  expect(receivers.calls).toHaveLength(0);
  expect(
    (await send(receivers.http.port, { headers: PROTOBUF, body: Buffer.from("x") })).code,
  ).toBe(200);
  expect(await receivers.metric("in_flight_bytes")).toBe(0);
});

test("bytes that only claim to be gzip are 400", async () => {
  const receivers = await setUp();
  const headers = { ...JSON_TYPE, "content-encoding": "gzip" };
  const answer = await send(receivers.http.port, {
    headers,
    body: Buffer.from("not gzip, not at all"),
  });
  expect(answer.code).toBe(400);
  expect(JSON.parse(answer.body.toString()).message).toContain("not valid gzip");
});

test("headers that never end are cut off after the header time", async () => {
  const receivers = await setUp({ receive: { headersTimeoutMs: 200, requestTimeoutMs: 400 } });
  const started = performance.now();
  const text = await speak(
    receivers.http.port,
    "POST /v1/logs HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    6000,
  );
  expect(text).toMatch(/^HTTP\/1\.1 408 /u);
  expect(performance.now() - started).toBeLessThan(5000);
});

test("a body that never ends is cut off after the request's time and its budget given back", async () => {
  const receivers = await setUp({ receive: { headersTimeoutMs: 200, requestTimeoutMs: 400 } });
  const text = await speak(
    receivers.http.port,
    "POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
    6000,
  );
  expect(text === "" || text.startsWith("HTTP/1.1 408 ")).toBe(true);
  await until(() => receivers.metric("in_flight_bytes"), 0);
  await until(() => receivers.metric("connections", { transport: "http" }), 0);
});

test("headers larger than the limit are 431", async () => {
  const receivers = await setUp({ receive: { headersMaxBytes: 2048 } });
  const text = await speak(
    receivers.http.port,
    `GET /healthz HTTP/1.1\r\nX: ${"y".repeat(5000)}\r\n\r\n`,
  );
  expect(text).toMatch(/^HTTP\/1\.1 431 /u);
});

test("connections beyond the limit get 503 and are counted", async () => {
  const receivers = await setUp({ receive: { connectionsMax: 1 } });
  const held = connect(receivers.http.port, "127.0.0.1");
  closers.push(() => held.destroy());
  await until(() => receivers.metric("connections", { transport: "http" }), 1);
  const text = await speak(receivers.http.port, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  expect(text).toMatch(/^HTTP\/1\.1 503 .*THROUGHLINE_OTLP_CONNECTIONS_MAX/su);
  expect(await receivers.metric("refused_connections_total", { transport: "http" })).toBe(1);
});

test("stopping answers what is in flight, then takes nothing more", async () => {
  const receivers = await setUp();
  receivers.answer = async () => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    return ACCEPTED;
  };
  const answered = send(receivers.http.port, { headers: PROTOBUF, body: Buffer.from("x") });
  await until(() => receivers.calls.length, 1);
  const stopped = receivers.http.stop(2000);
  expect((await answered).code).toBe(200);
  await stopped;
  await expect(
    send(receivers.http.port, { headers: PROTOBUF, body: Buffer.from("x") }),
  ).rejects.toThrow("ECONNREFUSED");
});

test("a keep-alive connection without a request does not hold up a stop", async () => {
  const receivers = await setUp();
  const socket = connect(receivers.http.port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.resume();
  closers.push(() => socket.destroy());
  socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  await new Promise((resolve) => socket.once("data", resolve));
  const started = performance.now();
  await receivers.http.stop(4000);
  expect(performance.now() - started).toBeLessThan(2000);
});

test("random bytes hurt nobody", async () => {
  const receivers = await setUp();
  for (let i = 0; i < 30; i++) await speak(receivers.http.port, randomBytes(300), 50);
  expect((await send(receivers.http.port, { method: "GET", path: "/healthz" })).code).toBe(200);
});
