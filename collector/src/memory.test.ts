/**
 * Goal: whatever arrives at once, memory stays under the bound that README.md states, nothing is lost, and what does not fit is
 * told to come back and taken then. Method: a real process with the default limits, as many of the largest bodies at once as
 * an attacker or a bad day brings, plain and gzip, over HTTP and gRPC, from a connection each; what the kernel says was resident
 * at most (VmHWM, Linux only).
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, type IncomingHttpHeaders } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleLogs } from "./encode/bench/sample-requests.ts";
import { DEFAULT_LIMITS } from "./limits.ts";

const MIB = 1024 * 1024;
const AT_ONCE = 10;
/** 300 MB. */
const RESIDENT_MAX_MIB = 286;
const TRIES_MAX = 60;

interface Addresses {
  readonly grpcAddress: string;
  readonly httpAddress: string;
}

let directory: string;
let child: ChildProcess;
let addresses: Addresses;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "throughline-memory-"));
  // As `throughline start` and the image set it.
  const env = {
    ...process.env,
    MALLOC_ARENA_MAX: "2",
    MALLOC_MMAP_THRESHOLD_: String(4 * MIB),
    MALLOC_TRIM_THRESHOLD_: String(8 * MIB),
  };
  child = fork(new URL("./testing/collector-process.ts", import.meta.url), [directory], { env });
  const [message] = await once(child, "message");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- collector-process.ts sends nothing else
  addresses = message as Addresses;
}, 60_000);
afterAll(async () => {
  child.kill("SIGKILL");
  await once(child, "exit");
  rmSync(directory, { recursive: true });
});

const RECORDS_EACH = 1000;
const piece = sampleLogs(RECORDS_EACH);
// Protobuf messages back to back are one message.
const pieces = Math.floor(DEFAULT_LIMITS.receive.bodyMaxBytes / piece.length);
const plain = Buffer.concat(Array.from({ length: pieces }, () => piece));
const gzip = gzipSync(plain, { level: 6 });

type Answer = "accepted" | "refused" | { readonly other: string };

async function overHttp(body: Buffer, coding: string): Promise<Answer> {
  const response = await fetch(`http://${addresses.httpAddress}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/x-protobuf", "content-encoding": coding },
    body: new Uint8Array(body),
  });
  await response.arrayBuffer();
  if (response.status === 429) {
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    return "refused";
  }
  return response.status === 200 ? "accepted" : { other: `HTTP ${response.status}` };
}

function overGrpc(body: Buffer, coding: string): Promise<Answer> {
  return new Promise((resolve) => {
    // Node's client counts what it has not sent yet against the memory that it takes answers with.
    const session = connect(`http://${addresses.grpcAddress}`, { maxSessionMemory: 1000 });
    session.on("error", () => undefined);
    const stream = session.request({
      ":method": "POST",
      ":path": "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
      "content-type": "application/grpc",
      "grpc-encoding": coding,
      te: "trailers",
    });
    let status: unknown;
    const note = (headers: IncomingHttpHeaders) => void (status ??= headers["grpc-status"]);
    stream.on("response", note);
    stream.on("trailers", note);
    stream.on("error", () => undefined);
    stream.on("close", () => {
      session.destroy();
      if (status === "0") resolve("accepted");
      else resolve(status === "8" ? "refused" : { other: `gRPC ${String(status)}` });
    });
    stream.resume();
    const prefix = Buffer.alloc(5);
    prefix[0] = coding === "identity" ? 0 : 1;
    prefix.writeUInt32BE(body.length, 1);
    stream.write(prefix);
    stream.end(body);
  });
}

async function metric(name: string, labels: string): Promise<number> {
  const text = await (await fetch(`http://${addresses.httpAddress}/metrics`)).text();
  const series = labels === "" ? `${name} ` : `${name}{${labels}}`;
  const line = text.split("\n").find((each) => each.startsWith(series));
  if (line === undefined) throw new Error(`no ${series} in the metrics`);
  return Number(line.split(" ").at(-1));
}

function residentMaxMib(): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** Sends until it is accepted, with the pauses that were asked for; @returns how often it was told to come back */
async function deliver(
  send: (body: Buffer, coding: string) => Promise<Answer>,
  body: Buffer,
  coding: string,
): Promise<number> {
  for (let refusals = 0; refusals < TRIES_MAX; refusals++) {
    const answer = await send(body, coding);
    if (answer === "accepted") return refusals;
    if (answer !== "refused") throw new Error(answer.other);
    await sleep(DEFAULT_LIMITS.admit.retryAfterMs * (1 + Math.random()));
  }
  throw new Error(`refused ${TRIES_MAX} times`);
}

let accepted = 0;

test.skipIf(process.platform !== "linux").each([
  ["HTTP", "identity", plain, overHttp],
  ["gRPC", "identity", plain, overGrpc],
  ["HTTP", "gzip", gzip, overHttp],
  ["gRPC", "gzip", gzip, overGrpc],
] as const)(
  "the largest bodies at once, over %s, %s, stay inside the bound and are all taken in the end",
  { timeout: 120_000 },
  async (_transport, coding, body, send) => {
    await Promise.all(Array.from({ length: AT_ONCE }, () => deliver(send, body, coding)));
    accepted += AT_ONCE;
    const stored = await metric("throughline_collector_accepted_records_total", 'signal="logs"');
    expect(stored).toBe(accepted * pieces * RECORDS_EACH);
    expect(await metric("throughline_collector_in_flight_bytes", "")).toBe(0);
    expect(residentMaxMib()).toBeLessThan(RESIDENT_MAX_MIB);
  },
);
