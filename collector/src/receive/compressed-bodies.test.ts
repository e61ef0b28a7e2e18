/** Goal: a compressed body is taken whole or refused, over HTTP, Zipkin's route and gRPC alike, and counted as it came. */
import { randomBytes } from "node:crypto";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { send } from "./testing/http-client.ts";
import { frame, startRawCall } from "./testing/raw-grpc-call.ts";
import {
  startReceivers,
  type ReceiversOptions,
  type ReceiversUnderTest,
} from "./testing/start-receivers.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function setUp(options?: ReceiversOptions): Promise<ReceiversUnderTest> {
  const receivers = await startReceivers(options);
  closers.push(() => receivers.stop());
  return receivers;
}

type Post = (receivers: ReceiversUnderTest, coding: string, wire: Buffer) => Promise<number>;

const postTo =
  (path: string): Post =>
  async ({ http }, coding, body) => {
    const headers = { "content-type": "application/x-protobuf", "content-encoding": coding };
    return (await send(http.port, { path, headers, body })).code;
  };

const callExport: Post = async ({ grpc }, coding, wire) => {
  const path = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
  const call = startRawCall(grpc.port, path, { "grpc-encoding": coding });
  closers.push(() => call.session.destroy());
  call.stream.end(frame(wire, true));
  return Number((await call.answered).status);
};

const OTLP_HTTP = postTo("/v1/logs");

test.each([
  ["OTLP/HTTP", OTLP_HTTP, 200, 400],
  ["Zipkin", postTo("/api/v2/spans"), 202, 400],
  ["gRPC", callExport, 0, 3],
] as const)(
  "frames of zstd arrive over %s as one body, and one with something else behind it is refused",
  async (_, post, accepted, malformed) => {
    const receivers = await setUp();
    const skippable = Buffer.from("502a4d1803000000616263", "hex");
    const frames = ["one, ", "two"].map((text) => zstdCompressSync(text));
    const wire = Buffer.concat([skippable, ...frames]);
    expect(await post(receivers, "zstd", wire)).toBe(accepted);
    const more = Buffer.concat([wire, Buffer.from("three")]);
    expect(await post(receivers, "zstd", more)).toBe(malformed);
    expect(receivers.calls.map(({ body }) => Buffer.from(body).toString())).toEqual(["one, two"]);
    expect(await receivers.metric("rejected_requests_total", { reason: "malformed" })).toBe(1);
    expect(await receivers.metric("in_flight_bytes")).toBe(0);
  },
);

const COMPRESS = { gzip: gzipSync, deflate: deflateSync, zstd: zstdCompressSync } as const;
const CODINGS = ["gzip", "deflate", "zstd"] as const;
const WAYS = [
  ["OTLP/HTTP", OTLP_HTTP],
  ["Zipkin", postTo("/api/v2/spans")],
  ["gRPC", callExport],
] as const;
const BODY = randomBytes(150_000);

interface RefusedBody {
  readonly reason: string;
  readonly change: (wire: Buffer) => Buffer;
  readonly limits: ReceiversOptions;
}

const REFUSED: readonly RefusedBody[] = [
  {
    reason: "overloaded",
    change: (wire) => wire,
    limits: { admit: { inFlightMaxBytes: 200_000 } },
  },
  { reason: "too_large", change: (wire) => wire, limits: { receive: { bodyMaxBytes: 140_000 } } },
  { reason: "malformed", change: (wire) => wire.subarray(0, -20), limits: {} },
  { reason: "malformed", change: (wire) => Buffer.concat([wire, Buffer.alloc(20)]), limits: {} },
];
const CASES = WAYS.flatMap(([way, post]) =>
  CODINGS.flatMap((coding) => REFUSED.map((refused) => ({ way, post, coding, ...refused }))),
);

test.each(CASES)(
  "a $coding body that is refused over $way as $reason is counted with the bytes that came",
  async ({ post, coding, reason, change, limits }) => {
    const receivers = await setUp(limits);
    const wire = change(COMPRESS[coding](BODY));
    await post(receivers, coding, wire);
    expect(await receivers.metric("rejected_requests_total", { reason })).toBe(1);
    expect(await receivers.metric("rejected_bytes_total", { reason })).toBe(wire.length);
  },
);
