/**
 * Goal: gRPC clients get the answers OTLP promises, and nothing they send makes the collector hold more than
 * its budget or fall over. Method: real clients (grpc-js, and Node's http2 for what a client must not do).
 */
import { Client, credentials, type Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { OTLP_SERVICES } from "./otlp-services.ts";
import { decodeStatus } from "./testing/decode-status.ts";
import { frame, startRawCall, type RawCall } from "./testing/raw-grpc-call.ts";
import {
  ACCEPTED,
  startReceivers,
  until,
  type ReceiversOptions,
  type ReceiversUnderTest,
} from "./testing/start-receivers.ts";

const MIB = 1024 * 1024;
const LOGS = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
const GZIP = { "grpc.default_compression_algorithm": 2 };
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function setUp(options?: ReceiversOptions): Promise<ReceiversUnderTest> {
  const receivers = await startReceivers(options);
  closers.push(() => receivers.stop());
  return receivers;
}

function openClient(address: string, options: Record<string, number> = {}): Client {
  const client = new Client(address, credentials.createInsecure(), options);
  closers.push(() => client.close());
  return client;
}

interface Answer {
  readonly error: ServiceError | null;
  readonly response: Buffer | undefined;
}

function send(client: Client, body: Buffer, path = LOGS, metadata?: Metadata): Promise<Answer> {
  const same = (bytes: Buffer) => bytes;
  return new Promise((resolve) => {
    const done = (error: ServiceError | null, response?: Buffer) => resolve({ error, response });
    if (metadata === undefined) client.makeUnaryRequest(path, same, same, body, done);
    else client.makeUnaryRequest(path, same, same, body, metadata, done);
  });
}

function detailsOf(error: ServiceError | null) {
  const bytes = error?.metadata.get("grpc-status-details-bin")[0];
  if (!Buffer.isBuffer(bytes)) throw new Error(`no details in ${error?.message}`);
  return decodeStatus(bytes);
}

function openRawCall(port: number, headers?: Record<string, string>): RawCall {
  const call = startRawCall(port, LOGS, headers);
  closers.push(() => call.session.destroy());
  return call;
}

test.each(OTLP_SERVICES)("$signal arrive byte for byte and are answered", async (service) => {
  const receivers = await setUp();
  const body = randomBytes(300_000);
  const { error, response } = await send(
    openClient(receivers.grpc.address),
    body,
    service.grpcPath,
  );
  expect(error).toBeNull();
  expect(response).toHaveLength(0);
  expect(receivers.calls).toHaveLength(1);
  expect(receivers.calls[0]).toMatchObject({
    signal: service.signal,
    encoding: "protobuf",
    transport: "grpc",
  });
  expect(Buffer.compare(receivers.calls[0]!.body, body)).toBe(0);
});

test.each([
  ["gzip", 2],
  ["deflate", 1],
])("%s is inflated before the pipeline sees it", async (_name, algorithm) => {
  const receivers = await setUp();
  const body = Buffer.from("a line that repeats itself. ".repeat(20_000));
  const client = openClient(receivers.grpc.address, {
    "grpc.default_compression_algorithm": algorithm,
  });
  expect((await send(client, body)).error).toBeNull();
  expect(Buffer.compare(receivers.calls[0]!.body, body)).toBe(0);
});

test("a body has its memory to itself, small ones too, so that it can be transferred", async () => {
  const receivers = await setUp();
  const sizes: number[] = [];
  receivers.answer = async ({ body }) => {
    sizes.push(body.buffer.byteLength - body.length);
    return ACCEPTED;
  };
  const client = openClient(receivers.grpc.address);
  await send(client, Buffer.alloc(10, 1));
  await send(client, Buffer.alloc(5000, 1));
  await send(client, Buffer.alloc(200_000, 1));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(5);
});

test("records refused one by one become partial success", async () => {
  const receivers = await setUp();
  receivers.answer = { kind: "accepted", rejected: 300, reason: "no trace id" };
  const { response } = await send(openClient(receivers.grpc.address), Buffer.from("x"));
  expect(response?.toString("hex")).toBe("0a1008ac02120b6e6f207472616365206964");
});

test("malformed is INVALID_ARGUMENT with where and why", async () => {
  const receivers = await setUp();
  receivers.answer = {
    kind: "malformed",
    message: "byte 17: resource_logs ends early (7 of 90 %)",
  };
  const { error } = await send(openClient(receivers.grpc.address), Buffer.from("x"));
  expect(error).toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: "byte 17: resource_logs ends early (7 of 90 %)",
  });
  expect(detailsOf(error)).toEqual({
    code: status.INVALID_ARGUMENT,
    message: "byte 17: resource_logs ends early (7 of 90 %)",
    retryAfterMs: undefined,
  });
  expect(await receivers.metric("rejected_requests_total", { reason: "malformed" })).toBe(1);
});

test("too large is RESOURCE_EXHAUSTED without RetryInfo, so that clients give up", async () => {
  const receivers = await setUp();
  receivers.answer = { kind: "too_large", message: "100 001 records" };
  const { error } = await send(openClient(receivers.grpc.address), Buffer.from("x"));
  expect(error?.code).toBe(status.RESOURCE_EXHAUSTED);
  expect(detailsOf(error).retryAfterMs).toBeUndefined();
});

test("overloaded is RESOURCE_EXHAUSTED with RetryInfo, so that clients come back", async () => {
  const receivers = await setUp();
  receivers.answer = { kind: "overloaded", message: "the spool is full", retryAfterMs: 2250 };
  const { error } = await send(openClient(receivers.grpc.address), Buffer.from("x"));
  expect(error).toMatchObject({ code: status.RESOURCE_EXHAUSTED, details: "the spool is full" });
  expect(detailsOf(error).retryAfterMs).toBe(2250);
});

test("a bug in the pipeline tells the client to send again and gives the budget back", async () => {
  const receivers = await setUp();
  receivers.answer = () => Promise.reject(new Error("boom"));
  const { error } = await send(openClient(receivers.grpc.address), Buffer.from("x"));
  expect(error?.code).toBe(status.RESOURCE_EXHAUSTED);
  expect(detailsOf(error).retryAfterMs).toBe(5000);
  expect(receivers.bugs).toMatchObject([{ message: "boom" }]);
  expect(await receivers.metric("in_flight_bytes")).toBe(0);
  expect(await receivers.metric("rejected_requests_total", { reason: "internal_error" })).toBe(1);
});

test("an unknown method is UNIMPLEMENTED, and the connection goes on", async () => {
  const receivers = await setUp();
  const client = openClient(receivers.grpc.address);
  const { error } = await send(client, Buffer.alloc(200_000), "/opentelemetry.proto.Nope/Export");
  expect(error).toMatchObject({ code: status.UNIMPLEMENTED });
  expect(error?.details).toContain("/opentelemetry.proto.Nope/Export");
  expect((await send(client, Buffer.from("x"))).error).toBeNull();
});

test("an unknown compression is UNIMPLEMENTED and names what is supported", async () => {
  const receivers = await setUp();
  const call = openRawCall(receivers.grpc.port, { "grpc-encoding": "snappy" });
  call.stream.end(frame(Buffer.from("x"), true));
  expect(await call.answered).toEqual({
    status: "12",
    message: "grpc-encoding snappy is not supported: send gzip, zstd, deflate or none.",
  });
});

test("a message declared too large is refused at its header, before a byte of it is read", async () => {
  const receivers = await setUp();
  const call = openRawCall(receivers.grpc.port);
  call.stream.write(frame(Buffer.alloc(0), false, 65 * MIB));
  const answer = await call.answered;
  expect(answer.status).toBe("8");
  expect(answer.message).toContain("THROUGHLINE_OTLP_BODY_MAX_BYTES");
  expect(await receivers.metric("in_flight_bytes")).toBe(0);
  expect(receivers.calls).toHaveLength(0);
});

test("a whole oversized message from a real client gets its answer too", async () => {
  const receivers = await setUp({ receive: { bodyMaxBytes: MIB } });
  const { error } = await send(openClient(receivers.grpc.address), randomBytes(3 * MIB));
  expect(error?.code).toBe(status.RESOURCE_EXHAUSTED);
  expect(error?.details).toContain("3145728 bytes, more than 1048576");
  expect(detailsOf(error).retryAfterMs).toBeUndefined();
});

test("what does not fit the budget is refused at its header, with a delay", async () => {
  const receivers = await setUp({ admit: { inFlightMaxBytes: 10 * MIB } });
  const call = openRawCall(receivers.grpc.port);
  call.stream.write(frame(Buffer.alloc(0), false, 6 * MIB));
  const answer = await call.answered;
  expect(answer.status).toBe("8");
  expect(answer.message).toContain("THROUGHLINE_OTLP_IN_FLIGHT_MAX_BYTES");
  expect(await receivers.metric("rejected_requests_total", { reason: "overloaded" })).toBe(1);
});

test("the declared length is charged while the message is on its way and given back when the client leaves", async () => {
  const receivers = await setUp();
  const call = openRawCall(receivers.grpc.port);
  call.stream.write(frame(Buffer.alloc(1000), false, 5 * MIB));
  await until(() => receivers.metric("in_flight_bytes"), 10 * MIB);
  call.session.destroy();
  await until(() => receivers.metric("in_flight_bytes"), 0);
  expect(receivers.calls).toHaveLength(0);
});

test("a client that leaves while its request is written keeps its share of the budget until the end", async () => {
  const receivers = await setUp();
  let finish: () => void = () => undefined;
  receivers.answer = () => new Promise((resolve) => (finish = () => resolve(ACCEPTED)));
  const call = openRawCall(receivers.grpc.port);
  call.stream.end(frame(Buffer.alloc(1000)));
  await until(() => receivers.calls.length, 1);
  call.session.destroy();
  await until(() => receivers.metric("connections", { transport: "grpc" }), 0);
  expect(await receivers.metric("in_flight_bytes")).toBe(2000);
  finish();
  await until(() => receivers.metric("in_flight_bytes"), 0);
});

test("a bomb is refused, the pipeline never sees it, and the process takes the next request", async () => {
  const receivers = await setUp();
  const client = openClient(receivers.grpc.address, GZIP);
  const { error } = await send(client, Buffer.alloc(10 * MIB));
  expect(error?.code).toBe(status.RESOURCE_EXHAUSTED);
  expect(error?.details).toContain("THROUGHLINE_OTLP_COMPRESSION_RATIO_MAX");
  expect(receivers.calls).toHaveLength(0);
  expect((await send(client, Buffer.from("fine"))).error).toBeNull();
  expect(await receivers.metric("in_flight_bytes")).toBe(0);
});

test("bytes that only claim to be gzip are INVALID_ARGUMENT", async () => {
  const receivers = await setUp();
  const call = openRawCall(receivers.grpc.port, { "grpc-encoding": "gzip" });
  call.stream.end(frame(Buffer.from("not gzip at all, not at all"), true));
  expect(await call.answered).toMatchObject({ status: "3" });
  expect(await receivers.metric("in_flight_bytes")).toBe(0);
});

test("a compressed stream cut short is INVALID_ARGUMENT", async () => {
  const receivers = await setUp();
  const call = openRawCall(receivers.grpc.port, { "grpc-encoding": "gzip" });
  call.stream.end(frame(gzipSync(randomBytes(2000)).subarray(0, 1500), true));
  expect(await call.answered).toMatchObject({ status: "3" });
});

test("a frame that ends before its declared length is refused and stores nothing", async () => {
  const receivers = await setUp();
  const call = openRawCall(receivers.grpc.port);
  call.stream.end(frame(Buffer.alloc(10), false, 1000));
  const { status: code } = await call.answered;
  expect(code).not.toBe("0");
  expect(receivers.calls).toHaveLength(0);
  await until(() => receivers.metric("in_flight_bytes"), 0);
});

test("a second message in one call is refused", async () => {
  const receivers = await setUp();
  const call = openRawCall(receivers.grpc.port);
  call.stream.write(Buffer.concat([frame(Buffer.from("one")), frame(Buffer.from("two"))]));
  expect(await call.answered).toMatchObject({ status: "3" });
  await until(() => receivers.metric("in_flight_bytes"), 0);
  expect(receivers.calls).toHaveLength(0);
});

test("a message that trickles is ended after the request's time", async () => {
  const receivers = await setUp({ receive: { requestTimeoutMs: 150 } });
  const call = openRawCall(receivers.grpc.port);
  call.stream.write(frame(Buffer.alloc(1), false, 1000));
  const trickle = setInterval(() => call.stream.write(Buffer.alloc(1)), 30);
  closers.push(() => clearInterval(trickle));
  expect(await call.answered).toMatchObject({ status: "4" });
  await until(() => receivers.metric("in_flight_bytes"), 0);
});

test.each([
  ["a message", 1000],
  ["an empty message", 0],
])("%s whose call is never ended is given up after the request's time", async (_, sizeBytes) => {
  const receivers = await setUp({ receive: { requestTimeoutMs: 150 } });
  const call = openRawCall(receivers.grpc.port);
  call.stream.write(frame(Buffer.alloc(sizeBytes)));
  await until(() => receivers.metric("in_flight_requests"), 1);
  const { status: code, message } = await call.answered;
  expect(code).toBe("4");
  expect(message).toContain("the call was not ended by the client within 150 ms");
  expect(message).toContain("THROUGHLINE_OTLP_REQUEST_TIMEOUT_MS");
  await until(() => receivers.metric("in_flight_requests"), 0);
  expect(await receivers.metric("in_flight_bytes")).toBe(0);
  await until(() => receivers.metric("rejected_requests_total", { reason: "too_slow" }), 1);
  expect(receivers.calls).toHaveLength(0);
});

test("a request that takes longer than its bytes had is answered all the same", async () => {
  const receivers = await setUp({ receive: { requestTimeoutMs: 100 } });
  receivers.answer = async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return ACCEPTED;
  };
  expect((await send(openClient(receivers.grpc.address), Buffer.from("x"))).error).toBeNull();
});

test("a header that arrives byte by byte is understood", async () => {
  const receivers = await setUp();
  const call = openRawCall(receivers.grpc.port);
  for (const byte of frame(Buffer.from("slowly"))) {
    call.stream.write(Buffer.of(byte));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  call.stream.end();
  expect(await call.answered).toMatchObject({ status: "0" });
  expect(Buffer.from(receivers.calls[0]!.body).toString()).toBe("slowly");
});

test("a client cannot choose the guard's own header", async () => {
  const receivers = await setUp();
  const call = openRawCall(receivers.grpc.port, { "x-throughline-call": "1" });
  call.stream.end(frame(Buffer.from("x")));
  expect(await call.answered).toMatchObject({ status: "0" });
});

test("an empty message is a request like any other", async () => {
  const receivers = await setUp();
  const { error } = await send(openClient(receivers.grpc.address), Buffer.alloc(0));
  expect(error).toBeNull();
  expect(receivers.calls[0]?.body).toHaveLength(0);
});

test("200 concurrent calls are each answered for their own bytes", async () => {
  const receivers = await setUp();
  receivers.answer = async ({ body }) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    return { kind: "accepted", rejected: body.length, reason: "" };
  };
  const client = openClient(receivers.grpc.address, GZIP);
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) => send(client, Buffer.alloc(i + 1, 7))),
  );
  answers.forEach(({ response }, i) => {
    const varint = response!.subarray(3);
    expect(varint[0]! & 127, `call ${i}`).toBe((i + 1) & 127);
  });
  expect(await receivers.metric("in_flight_bytes")).toBe(0);
  expect(await receivers.metric("in_flight_requests")).toBe(0);
});

test("HTTP/1.1 on the gRPC port gets a readable answer that names the HTTP port", async () => {
  const receivers = await setUp();
  const { statusCode, text } = await new Promise<{ statusCode: number; text: string }>(
    (resolve, reject) => {
      const request = httpRequest(
        { port: receivers.grpc.port, method: "POST", path: "/v1/traces" },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => (text += chunk));
          response.on("end", () => resolve({ statusCode: response.statusCode ?? 0, text }));
        },
      );
      request.on("error", reject);
      request.end(Buffer.alloc(100_000));
    },
  );
  expect(statusCode).toBe(400);
  expect(text).toContain(`Send OTLP/HTTP to port ${receivers.http.port}`);
  expect(await receivers.metric("wrong_protocol_connections_total", { transport: "grpc" })).toBe(1);
});

test("a connection that says nothing is closed after the header time", async () => {
  const receivers = await setUp({ receive: { headersTimeoutMs: 100 } });
  const socket = connect(receivers.grpc.port, "127.0.0.1");
  socket.on("error", () => undefined);
  await new Promise((resolve) => socket.once("close", resolve));
  await until(() => receivers.metric("connections", { transport: "grpc" }), 0);
});

test("connections beyond the limit are closed at once and counted", async () => {
  const receivers = await setUp({ receive: { connectionsMax: 1 } });
  const first = openClient(receivers.grpc.address);
  expect((await send(first, Buffer.from("x"))).error).toBeNull();
  const second = openClient(receivers.grpc.address, { "grpc.use_local_subchannel_pool": 1 });
  expect((await send(second, Buffer.from("x"))).error?.code).toBe(status.UNAVAILABLE);
  await until(() => receivers.metric("refused_connections_total", { transport: "grpc" }), 1);
  expect((await send(first, Buffer.from("x"))).error).toBeNull();
});

test("stopping answers what is in flight, then takes nothing more", async () => {
  const receivers = await setUp();
  receivers.answer = async () => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    return ACCEPTED;
  };
  const client = openClient(receivers.grpc.address);
  const answered = send(client, Buffer.from("x"));
  await until(() => receivers.calls.length, 1);
  const stopped = receivers.grpc.stop(2000);
  expect((await answered).error).toBeNull();
  await stopped;
  expect((await send(client, Buffer.from("x"))).error?.code).toBe(status.UNAVAILABLE);
});

test("random bytes after the preface hurt nobody", async () => {
  const receivers = await setUp();
  for (let i = 0; i < 20; i++) {
    const socket = connect(receivers.grpc.port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.resume();
    socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    socket.end(randomBytes(200));
    await new Promise((resolve) => socket.once("close", resolve));
  }
  expect((await send(openClient(receivers.grpc.address), Buffer.from("x"))).error).toBeNull();
});
