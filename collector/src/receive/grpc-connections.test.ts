/**
 * Goal: connections to the gRPC port come and go without harm, whatever is on them. Method: real clients, and sockets with what
 * no client sends.
 */
import { status } from "@grpc/grpc-js";
import { randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { closeAll, frame, openClient, openRawCall, send, setUp } from "./testing/grpc-clients.ts";
import { ACCEPTED, until } from "./testing/start-receivers.ts";

afterEach(closeAll);

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

test("a connection without calls is closed after its idle time, one with a call is not", async () => {
  const receivers = await setUp({ receive: { idleTimeoutMs: 100 } });
  const busy = openRawCall(receivers.grpc.port);
  busy.stream.write(frame(Buffer.alloc(10), false, 1000));
  const idle = connectHttp2(`http://127.0.0.1:${receivers.grpc.port}`);
  await new Promise((resolve) => idle.once("close", resolve));
  expect(busy.session.closed).toBe(false);
  busy.stream.end(Buffer.alloc(990));
  expect(await busy.answered).toMatchObject({ status: "0" });
});

test("what is no gRPC is 415, and the connection goes on", async () => {
  const receivers = await setUp();
  const call = openRawCall(receivers.grpc.port, { "content-type": "application/json" });
  const answer = new Promise((resolve) => call.stream.once("response", resolve));
  expect(await answer).toMatchObject({ ":status": 415 });
  expect(call.session.closed).toBe(false);
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
