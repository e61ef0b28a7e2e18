/**
 * Goal: the ledger of request bodies balances at every scrape, in bytes as in records, whatever a request meets on its way.
 * Method: both receivers and the real ingest; an encoder and a spool that do as the body says.
 */
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { createIngest } from "./ingest.ts";
import { frame, startRawCall } from "./receive/testing/raw-grpc-call.ts";
import { send } from "./receive/testing/http-client.ts";
import {
  startReceivers,
  until,
  type ReceiversUnderTest,
} from "./receive/testing/start-receivers.ts";

const MIB = 1024 * 1024;
const GRPC_LOGS = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
const PROTOBUF = { "content-type": "application/x-protobuf" };

let receivers: ReceiversUnderTest;
afterEach(() => receivers.stop());

async function setUp(pause = Promise.resolve()): Promise<void> {
  receivers = await startReceivers({
    receive: { bodyMaxBytes: MIB, requestTimeoutMs: 300, headersTimeoutMs: 200 },
  });
  receivers.answer = createIngest({
    metrics: receivers.metrics,
    pool: {
      encode: async ({ body }) => {
        const text = Buffer.from(body).toString();
        await pause;
        if (text === "malformed") return { kind: "malformed", message: "not OTLP" };
        if (text === "bug") throw new Error("a bug");
        if (text === "busy") return { kind: "overloaded", message: "busy", retryAfterMs: 1000 };
        return { kind: "encoded", records: 3, rejected: 1, reason: "", batch: { blocks: [] } };
      },
      giveBack: () => undefined,
    },
    spool: { refusal: () => undefined, append: async () => ({ kind: "stored" }) },
  });
}

/** Received, accepted and rejected bytes of logs. */
async function readBytes() {
  const { port } = receivers.http;
  const text = (await send(port, { method: "GET", path: "/metrics" })).body.toString();
  const sum = (name: string) =>
    text
      .split("\n")
      .filter((line) => line.startsWith(`throughline_collector_${name}_bytes_total{`))
      .filter((line) => line.includes('signal="logs"'))
      .reduce((total, line) => total + Number(line.split(" ").at(-1)), 0);
  return { received: sum("received"), accepted: sum("accepted"), rejected: sum("rejected") };
}

async function post(body: Buffer | readonly Buffer[], headers = {}): Promise<number> {
  return (await send(receivers.http.port, { headers: { ...PROTOBUF, ...headers }, body })).code;
}

test("a body is received when it is accepted or rejected, by what arrived of it", async () => {
  await setUp();
  expect(await post(Buffer.alloc(100, "x"))).toBe(200);
  expect(await readBytes()).toEqual({ received: 100, accepted: 100, rejected: 0 });
  expect(await post(gzipSync(Buffer.alloc(1000)), { "content-encoding": "gzip" })).toBe(200);
  expect(await readBytes()).toEqual({ received: 1100, accepted: 1100, rejected: 0 });
  expect(await post(Buffer.from("malformed"))).toBe(400);
  expect(await post(Buffer.from("busy"))).toBe(429);
  expect(await post(Buffer.from("bug"))).toBe(429);
  expect(await readBytes()).toEqual({ received: 1116, accepted: 1100, rejected: 16 });
});

test("what cannot be decompressed counts as it came", async () => {
  await setUp();
  expect(await post(Buffer.from("not gzip"), { "content-encoding": "gzip" })).toBe(400);
  expect(await readBytes()).toEqual({ received: 8, accepted: 0, rejected: 8 });
  const bomb = gzipSync(Buffer.alloc(2 * MIB));
  expect(await post(bomb, { "content-encoding": "gzip" })).toBe(413);
  const bytes = 8 + bomb.length;
  expect(await readBytes()).toEqual({ received: bytes, accepted: 0, rejected: bytes });
});

test("a body that did not arrive whole has no bytes, whatever was announced", async () => {
  await setUp();
  expect(await post(Buffer.alloc(2 * MIB))).toBe(413);
  expect(await post(Array.from({ length: 40 }, () => Buffer.alloc(64 * 1024)))).toBe(413);
  expect(await post(Buffer.from("x"), { "content-encoding": "br" })).toBe(415);
  const tooLarge = startRawCall(receivers.grpc.port, GRPC_LOGS);
  tooLarge.stream.write(frame(Buffer.from("begin"), false, 2 * MIB));
  const tooSlow = startRawCall(receivers.grpc.port, GRPC_LOGS);
  tooSlow.stream.write(frame(Buffer.from("begin"), false, 100));
  await Promise.all([tooLarge.answered, tooSlow.answered]);
  for (const { session } of [tooLarge, tooSlow]) session.destroy();
  expect(await receivers.metric("rejected_requests_total", { reason: "unsupported_media" })).toBe(
    1,
  );
  expect(await readBytes()).toEqual({ received: 0, accepted: 0, rejected: 0 });
});

test("over gRPC a whole message counts, also where its call was not ended", async () => {
  await setUp();
  const ended = startRawCall(receivers.grpc.port, GRPC_LOGS);
  ended.stream.end(frame(Buffer.alloc(50, "x")));
  const refused = startRawCall(receivers.grpc.port, GRPC_LOGS);
  refused.stream.end(frame(Buffer.from("malformed")));
  const open = startRawCall(receivers.grpc.port, GRPC_LOGS);
  open.stream.write(frame(Buffer.alloc(7, "x")));
  await Promise.all([ended.answered, refused.answered, open.answered]);
  for (const { session } of [ended, refused, open]) session.destroy();
  expect(await readBytes()).toEqual({ received: 66, accepted: 50, rejected: 16 });
});

test("a request that is under way is on neither side yet", async () => {
  const pause = Promise.withResolvers<void>();
  await setUp(pause.promise);
  const answered = post(Buffer.alloc(100, "x"));
  await until(() => receivers.calls.length, 1);
  expect(await readBytes()).toEqual({ received: 0, accepted: 0, rejected: 0 });
  pause.resolve();
  expect(await answered).toBe(200);
  expect(await readBytes()).toEqual({ received: 100, accepted: 100, rejected: 0 });
});
