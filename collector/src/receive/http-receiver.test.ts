/**
 * Goal: HTTP clients get the answers OTLP promises, in the encoding they used. What they must not be able to do
 * is in http-limits.test.ts.
 */
import { Client, credentials, type ServiceError, status } from "@grpc/grpc-js";
import { ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import { randomBytes } from "node:crypto";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { OTLP_SERVICES } from "./otlp-services.ts";
import { decodeStatus } from "./testing/decode-status.ts";
import { send, speak } from "./testing/http-client.ts";
import {
  startReceivers,
  type ReceiversOptions,
  type ReceiversUnderTest,
} from "./testing/start-receivers.ts";

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

test.each(OTLP_SERVICES)("$signal arrive byte for byte in both encodings", async (service) => {
  const receivers = await setUp();
  const path = service.httpPath;
  const binary = randomBytes(300_000);
  const protobuf = await send(receivers.http.port, { path, headers: PROTOBUF, body: binary });
  expect(protobuf).toMatchObject({ code: 200, headers: PROTOBUF });
  expect(protobuf.body).toHaveLength(0);
  const text = Buffer.from('{"resourceLogs":[]}');
  const json = await send(receivers.http.port, {
    path: `${path}/`,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: text,
  });
  expect(json).toMatchObject({ code: 200, headers: JSON_TYPE });
  expect(json.body.toString()).toBe("{}");
  expect(
    receivers.calls.map(({ signal, encoding, transport }) => [signal, encoding, transport]),
  ).toEqual([
    [service.signal, "protobuf", "http"],
    [service.signal, "json", "http"],
  ]);
  expect(Buffer.compare(receivers.calls[0]!.body, binary)).toBe(0);
  expect(Buffer.compare(receivers.calls[1]!.body, text)).toBe(0);
});

test.each([
  ["gzip", gzipSync],
  ["deflate", deflateSync],
  ["zstd", zstdCompressSync],
] as const)("%s is inflated, with a length and chunked", async (coding, compress) => {
  const receivers = await setUp();
  const body = Buffer.from("a line that repeats itself. ".repeat(20_000));
  const headers = { ...PROTOBUF, "content-encoding": coding };
  const wire = compress(body);
  await send(receivers.http.port, { headers, body: wire });
  await send(receivers.http.port, { headers, body: [wire.subarray(0, 100), wire.subarray(100)] });
  expect(receivers.calls).toHaveLength(2);
  for (const call of receivers.calls) expect(Buffer.compare(call.body, body)).toBe(0);
  expect(await receivers.metric("in_flight_bytes")).toBe(0);
});

test("an unknown compression is 415 and names what is supported", async () => {
  const receivers = await setUp();
  const headers = { ...JSON_TYPE, "content-encoding": "br" };
  const answer = await send(receivers.http.port, { headers, body: Buffer.from("{}") });
  expect(answer).toMatchObject({
    code: 415,
    headers: { "accept-encoding": "gzip, zstd, deflate" },
  });
  expect(JSON.parse(answer.body.toString()).message).toBe(
    "Content-Encoding br is not supported: send gzip, zstd, deflate or none.",
  );
});

test.each(["text/plain", "application/xml", undefined])(
  "content type %s is 415 and names both",
  async (type) => {
    const receivers = await setUp();
    const headers: Record<string, string> = type === undefined ? {} : { "content-type": type };
    const answer = await send(receivers.http.port, { headers, body: Buffer.from("x") });
    expect(answer.code).toBe(415);
    expect(JSON.parse(answer.body.toString()).message).toContain(
      "send application/x-protobuf or application/json",
    );
  },
);

test.each(["foo", "", ";;", "application/json,application/json", "application/"])(
  "content type '%s', which is none, is 415 and counted like any other, and no bug",
  async (type) => {
    const receivers = await setUp();
    const headers = { "content-type": type };
    const answer = await send(receivers.http.port, { headers, body: Buffer.from("{}") });
    expect(answer.code).toBe(415);
    const { message } = JSON.parse(answer.body.toString());
    expect(message).toBe(
      `${type === "" ? "No Content-Type" : `Content-Type ${type}`} is not OTLP: send application/x-protobuf or application/json.`,
    );
    const labels = { signal: "logs", reason: "unsupported_media" };
    expect(await receivers.metric("rejected_requests_total", labels)).toBe(1);
    const refusals = await send(receivers.http.port, { method: "GET", path: "/api/refusals" });
    expect(refusals.body.toString()).toContain(JSON.stringify(message));
    expect(receivers.calls).toEqual([]);
    expect(receivers.bugs).toEqual([]);
  },
);

test("a type whose parameters are none is still that type", async () => {
  const receivers = await setUp();
  const headers = { "content-type": "application/json; ;charset" };
  const answer = await send(receivers.http.port, { headers, body: Buffer.from("{}") });
  expect(answer).toMatchObject({ code: 200, headers: JSON_TYPE });
  expect(Buffer.from(receivers.calls[0]!.body).toString()).toBe("{}");
});

test.each([
  ["PUT", "/v1/logs", 405],
  ["POST", "/v1/nowhere", 404],
  ["OPTIONS", "/v1/logs", 204],
])("%s %s is %d whatever the content type says", async (method, path, code) => {
  const receivers = await setUp();
  const headers = { "content-type": "foo" };
  const answer = await send(receivers.http.port, { method, path, headers, body: Buffer.from("x") });
  expect(answer.code).toBe(code);
  expect(receivers.bugs).toEqual([]);
});

test("partial success comes in the request's encoding", async () => {
  const receivers = await setUp();
  receivers.answer = { kind: "accepted", rejected: 2, reason: "no body" };
  const json = await send(receivers.http.port, { headers: JSON_TYPE, body: Buffer.from("{}") });
  expect(JSON.parse(json.body.toString())).toEqual({
    partialSuccess: { rejectedLogRecords: "2", errorMessage: "no body" },
  });
  const protobuf = await send(receivers.http.port, { headers: PROTOBUF, body: Buffer.from("x") });
  expect(ProtobufLogsSerializer.deserializeResponse(protobuf.body).partialSuccess).toEqual({
    rejectedLogRecords: 2,
    errorMessage: "no body",
  });
});

test("malformed is 400 with a Status in the request's encoding", async () => {
  const receivers = await setUp();
  receivers.answer = { kind: "malformed", message: "resourceLogs[0].scopeLogs: expected a list" };
  const json = await send(receivers.http.port, { headers: JSON_TYPE, body: Buffer.from("{}") });
  expect(json).toMatchObject({ code: 400, headers: JSON_TYPE });
  expect(JSON.parse(json.body.toString())).toEqual({
    code: 3,
    message: "resourceLogs[0].scopeLogs: expected a list",
  });
  const protobuf = await send(receivers.http.port, { headers: PROTOBUF, body: Buffer.from("x") });
  expect(protobuf).toMatchObject({ code: 400, headers: PROTOBUF });
  expect(decodeStatus(protobuf.body)).toMatchObject({ code: 3, retryAfterMs: undefined });
});

test("overloaded is 429 with whole seconds, rounded up", async () => {
  const receivers = await setUp();
  receivers.answer = { kind: "overloaded", message: "the spool is full", retryAfterMs: 2250 };
  const answer = await send(receivers.http.port, { headers: PROTOBUF, body: Buffer.from("x") });
  expect(answer).toMatchObject({ code: 429, headers: { "retry-after": "3" } });
  expect(decodeStatus(answer.body)).toEqual({
    code: 8,
    message: "the spool is full",
    retryAfterMs: 2250,
  });
});

test("a bug in the pipeline tells the client to send again and gives the budget back", async () => {
  const receivers = await setUp();
  receivers.answer = () => Promise.reject(new Error("boom"));
  const answer = await send(receivers.http.port, { headers: PROTOBUF, body: Buffer.from("x") });
  expect(answer).toMatchObject({ code: 429, headers: { "retry-after": "5" } });
  expect(receivers.bugs).toMatchObject([{ message: "boom" }]);
  expect(await receivers.metric("in_flight_bytes")).toBe(0);
});

test("other methods are 405 with a sentence, other paths 404 with the right ones", async () => {
  const receivers = await setUp();
  const get = await send(receivers.http.port, { method: "GET", path: "/v1/traces" });
  expect(get).toMatchObject({ code: 405, headers: { allow: "POST, OPTIONS" } });
  expect(get.body.toString()).toContain("takes OTLP traces by POST");
  const nowhere = await send(receivers.http.port, {
    path: "/v2/traces",
    headers: JSON_TYPE,
    body: Buffer.from("{}"),
  });
  expect(nowhere.code).toBe(404);
  expect(nowhere.body.toString()).toContain("/v1/traces, /v1/logs, /v1/metrics");
});

test("a gRPC client on the HTTP port is told the gRPC port", async () => {
  const receivers = await setUp();
  const client = new Client(receivers.http.address, credentials.createInsecure());
  closers.push(() => client.close());
  const same = (bytes: Buffer) => bytes;
  const error = await new Promise<ServiceError | null>((resolve) =>
    client.makeUnaryRequest(OTLP_SERVICES[0]!.grpcPath, same, same, Buffer.alloc(100_000), resolve),
  );
  expect(error?.code).toBe(status.UNIMPLEMENTED);
  expect(error?.details).toContain(`Send OTLP/gRPC to port ${receivers.grpc.port}`);
  expect(await receivers.metric("wrong_protocol_connections_total", { transport: "http" })).toBe(1);
});

test("gRPC's content type over HTTP/1.1 is told the gRPC port", async () => {
  const receivers = await setUp();
  const answer = await send(receivers.http.port, {
    headers: { "content-type": "application/grpc+proto" },
    body: Buffer.from("x"),
  });
  expect(answer.code).toBe(415);
  expect(answer.body.toString()).toContain(`Send OTLP/gRPC to port ${receivers.grpc.port}`);
});

test("health says that the process lives, whether it acknowledges, and what is wrong", async () => {
  const receivers = await setUp();
  const get = (path: string) => send(receivers.http.port, { method: "GET", path });
  expect(await get("/healthz")).toMatchObject({ code: 200 });
  const away = await get("/readyz");
  expect(away.code).toBe(200);
  expect(JSON.parse(away.body.toString())).toMatchObject({
    ready: true,
    problems: ["ClickHouse does not answer; requests are kept on disk."],
    clickhouse: { reachable: false },
  });
  receivers.ready = false;
  expect((await get("/readyz")).code).toBe(503);
  expect((await get("/healthz")).code).toBe(200);
});

test("metrics are Prometheus text and count what happened", async () => {
  const receivers = await setUp();
  await send(receivers.http.port, { headers: PROTOBUF, body: Buffer.alloc(123) });
  const { headers, body } = await send(receivers.http.port, { method: "GET", path: "/metrics" });
  expect(headers["content-type"]).toContain("text/plain; version=0.0.4");
  const text = body.toString();
  expect(text).toContain('throughline_collector_received_bytes_total{signal="logs"} 123');
  expect(text).toContain(
    'throughline_collector_received_requests_total{signal="logs",encoding="protobuf",transport="http"} 1',
  );
  expect(text).toContain(
    'throughline_collector_ack_latency_seconds_count{signal="logs",transport="http"} 1',
  );
});

test("a page served from this machine may send, another may not", async () => {
  const receivers = await setUp();
  const preflight = (origin: string) =>
    send(receivers.http.port, {
      method: "OPTIONS",
      path: "/v1/traces",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-team",
      },
    });
  expect(await preflight("http://localhost:5173")).toMatchObject({
    code: 204,
    headers: {
      "access-control-allow-origin": "http://localhost:5173",
      "access-control-allow-headers": "content-type,x-team",
      "access-control-allow-methods": "POST",
      vary: "Origin",
    },
  });
  for (const origin of ["https://evil.example", "http://localhost.evil.example", "null"]) {
    expect(
      (await preflight(origin)).headers["access-control-allow-origin"],
      origin,
    ).toBeUndefined();
  }
});

test("answers to an allowed page can be read by it, refusals too", async () => {
  const receivers = await setUp({ corsOrigins: ["https://shop.example"] });
  const headers = { ...JSON_TYPE, origin: "https://shop.example" };
  const taken = await send(receivers.http.port, { headers, body: Buffer.from("{}") });
  expect(taken.headers["access-control-allow-origin"]).toBe("https://shop.example");
  const refused = await send(receivers.http.port, {
    headers: { ...headers, "content-type": "text/plain" },
    body: Buffer.from("{}"),
  });
  expect(refused.headers["access-control-allow-origin"]).toBe("https://shop.example");
  const loopback = await send(receivers.http.port, {
    headers: { ...JSON_TYPE, origin: "http://localhost:1" },
    body: Buffer.from("{}"),
  });
  expect(loopback.headers["access-control-allow-origin"]).toBeUndefined();
});

test("requests pipelined on one connection are answered in order", async () => {
  const receivers = await setUp();
  receivers.answer = async ({ body }) => ({ kind: "accepted", rejected: body.length, reason: "" });
  const one = (body: string, extra = "") =>
    `POST /v1/logs HTTP/1.1\r\nHost: x\r\n${extra}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const text = await speak(
    receivers.http.port,
    one("1") + one("22") + one("333", "Connection: close\r\n"),
  );
  expect([...text.matchAll(/"rejectedLogRecords":"(\d)"/gu)].map((match) => match[1])).toEqual([
    "1",
    "2",
    "3",
  ]);
});
