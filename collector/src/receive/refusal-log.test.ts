/** Goal: whoever sets up a sender finds out why nothing arrives, whichever way it went wrong, and nobody makes the log grow. */
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { once } from "node:events";
import { connect as connectTls } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { OTLP_SERVICES } from "./otlp-services.ts";
import { RefusalLog } from "./refusal-log.ts";
import { send, speak } from "./testing/http-client.ts";
import { startReceivers, type ReceiversUnderTest } from "./testing/start-receivers.ts";

const LOGS = OTLP_SERVICES.find(({ signal }) => signal === "logs")!;
const JSON_TYPE = { "content-type": "application/json" };

let receivers: ReceiversUnderTest | undefined;
afterEach(() => receivers?.stop());

/** What `GET /api/refusals` answers, without the age. */
async function refusals({ http }: ReceiversUnderTest): Promise<readonly Record<string, unknown>[]> {
  const answer = await send(http.port, { method: "GET", path: "/api/refusals" });
  expect(answer.code).toBe(200);
  const body: { refusals: { ageMs: number }[] } = JSON.parse(answer.body.toString());
  return body.refusals.map(({ ageMs, ...rest }) => {
    expect(ageMs).toBeGreaterThanOrEqual(0);
    expect(ageMs).toBeLessThan(60_000);
    return rest;
  });
}

function exportOverGrpc({ grpc }: ReceiversUnderTest, path: string, metadata = new Metadata()) {
  const client = new Client(grpc.address, credentials.createInsecure());
  const same = (bytes: Buffer) => bytes;
  return new Promise<string>((resolve) => {
    client.makeUnaryRequest(path, same, same, Buffer.from("x"), metadata, (error) => {
      client.close();
      resolve(error?.details ?? "");
    });
  });
}

test("a request that is refused says over both transports what its sender was told", async () => {
  receivers = await startReceivers();
  const message = "Not OTLP: resource_logs[0] is a number.";
  receivers.answer = { kind: "malformed", message };
  await send(receivers.http.port, { headers: JSON_TYPE, body: Buffer.from("{}") });
  expect(await exportOverGrpc(receivers, LOGS.grpcPath)).toBe(message);
  await send(receivers.http.port, { headers: JSON_TYPE, body: Buffer.from("{}") });
  const refusal = { signal: "logs", reason: "malformed", message, records: 0 };
  expect(await refusals(receivers)).toEqual([
    { transport: "http", ...refusal, requests: 2 },
    { transport: "grpc", ...refusal, requests: 1 },
  ]);
});

test("records refused one by one are counted, though their request was accepted", async () => {
  receivers = await startReceivers();
  receivers.answer = { kind: "accepted", rejected: 3, reason: "trace_id has 4 bytes, not 16." };
  await send(receivers.http.port, { headers: JSON_TYPE, body: Buffer.from("{}") });
  await send(receivers.http.port, { headers: JSON_TYPE, body: Buffer.from("{}") });
  const refusal = {
    transport: "http",
    signal: "logs",
    reason: "invalid_record",
    message: "trace_id has 4 bytes, not 16.",
    requests: 2,
    records: 6,
  };
  expect(await refusals(receivers)).toEqual([refusal]);
});

test("Zipkin's fields are named as Zipkin has them", async () => {
  receivers = await startReceivers();
  const reason = "resource_spans[4].scope_spans[0].spans[0].trace_id is empty.";
  receivers.answer = { kind: "accepted", rejected: 1, reason };
  const path = "/api/v2/spans";
  await send(receivers.http.port, { path, headers: JSON_TYPE, body: Buffer.from("[]") });
  expect(await refusals(receivers)).toMatchObject([
    { signal: "traces", reason: "invalid_record", message: "[4].trace_id is empty." },
  ]);
});

test.each([
  ["a media type", { headers: { "content-type": "text/plain" } }, "unsupported_media"],
  ["a coding", { headers: { ...JSON_TYPE, "content-encoding": "br" } }, "unsupported_media"],
  ["a length", { headers: { ...JSON_TYPE, "content-length": "99999999" } }, "too_large"],
])("%s that is not taken is refused with the words of the answer", async (_, sending, reason) => {
  receivers = await startReceivers();
  const answer = await send(receivers.http.port, { ...sending, body: Buffer.from("x") });
  const { message } = JSON.parse(answer.body.toString());
  expect(message).not.toBe("");
  expect(await refusals(receivers)).toMatchObject([{ signal: "logs", reason, message }]);
});

test("a gRPC message that is too large is refused at its header with the words of the answer", async () => {
  receivers = await startReceivers({ receive: { bodyMaxBytes: 0 } });
  const tooLarge = await exportOverGrpc(receivers, LOGS.grpcPath);
  expect(await refusals(receivers)).toMatchObject([
    { transport: "grpc", signal: "logs", reason: "too_large", message: tooLarge },
  ]);
});

test("a path or method that takes nothing is named, without what follows a question mark", async () => {
  receivers = await startReceivers();
  await send(receivers.http.port, { path: "/v1/trace?key=secret", body: Buffer.from("x") });
  await exportOverGrpc(receivers, "/opentelemetry.proto.Nope/Export");
  // Somebody who looks around with a browser sends nothing that could be missed.
  await send(receivers.http.port, { method: "GET", path: "/favicon.ico" });
  const found = await refusals(receivers);
  expect(found).toMatchObject([
    { transport: "grpc", signal: null, reason: "unknown_path" },
    { transport: "http", signal: null, reason: "unknown_path", requests: 1 },
  ]);
  expect(found[0]!["message"]).toContain("/opentelemetry.proto.Nope/Export");
  expect(found[1]!["message"]).toContain("Nothing is at POST /v1/trace. ");
});

test("the other port's protocol is refused with the port that speaks it", async () => {
  receivers = await startReceivers();
  await exportOverGrpc({ ...receivers, grpc: receivers.http }, LOGS.grpcPath);
  await send(receivers.grpc.port, { headers: JSON_TYPE, body: Buffer.from("{}") });
  const found = await refusals(receivers);
  expect(found).toMatchObject([
    { transport: "grpc", reason: "wrong_protocol", signal: null },
    { transport: "http", reason: "wrong_protocol", signal: null },
  ]);
  expect(found[0]!["message"]).toContain(`Send OTLP/HTTP to port ${receivers.http.port}`);
  expect(found[1]!["message"]).toContain(`Send OTLP/gRPC to port ${receivers.grpc.port}`);
});

test.each(["grpc", "http"] as const)(
  "TLS on the %s port fails at once, is counted, and the remedy is there",
  async (transport) => {
    receivers = await startReceivers();
    const { port } = receivers[transport];
    const socket = connectTls({ host: "127.0.0.1", port, rejectUnauthorized: false });
    await once(socket, "error");
    const [found, ...others] = await refusals(receivers);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ transport, signal: null, reason: "wrong_protocol" });
    expect(found!["message"]).toContain(`Port ${port} speaks no TLS`);
    expect(await receivers.metric("wrong_protocol_connections_total", { transport })).toBe(1);
  },
);

test("one connection too many is told apart from a full collector by its words", async () => {
  receivers = await startReceivers({ receive: { connectionsMax: 1 } });
  const first = speak(receivers.grpc.port, "", 2000);
  expect(await speak(receivers.grpc.port, "GET / HTTP/1.1\r\n\r\n")).toContain("503");
  expect(await refusals(receivers)).toMatchObject([
    {
      transport: "grpc",
      signal: null,
      reason: "overloaded",
      message: expect.stringMatching(/^1 connections are open/),
    },
  ]);
  await receivers.stop();
  await first;
});

test("ten thousand refusals are a few lines of bounded length, the newest first, with their age", () => {
  let nowMs = 0;
  const log = new RefusalLog(() => nowMs);
  for (let i = 0; i < 10_000; i++) {
    nowMs = i;
    const signal = (["traces", "logs", "metrics"] as const)[i % 3];
    log.note({ transport: "http", signal, reason: "malformed", message: `${i} `.repeat(500) });
  }
  nowMs += 500;
  const found = log.recent();
  expect(found.map(({ signal, ageMs }) => [signal, ageMs])).toEqual([
    ["traces", 500],
    ["metrics", 501],
    ["logs", 502],
  ]);
  expect(found.map(({ message }) => message.length)).toEqual([1000, 1000, 1000]);
  expect(found.reduce((sum, { requests }) => sum + requests, 0)).toBe(10_000);
});
