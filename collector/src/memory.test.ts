/**
 * Goal: whatever arrives, and for how long, memory stays under the bound that README.md states, and what does not fit is told to
 * come back and taken then. Method: a real process with the default limits and no ClickHouse; for some seconds each, as many of the
 * largest bodies at once as an attacker or a bad day brings, of every signal, encoding and compression, over HTTP and gRPC; what
 * the kernel says was resident at most (VmHWM, Linux only).
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "./limits.ts";
import { largestBodies, zipkinSpans } from "./testing/largest-bodies.ts";
import {
  sendOverGrpc,
  sendOverHttp,
  sendZipkin,
  type Addresses,
  type Sender,
} from "./testing/send-body.ts";

const MIB = 1024 * 1024;
const AT_ONCE = 6;
const LOAD_MS = 2000;
/** 300 MB. */
const RESIDENT_MAX_MIB = 286;
const TRIES_MAX = 60;

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

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`http://${addresses.httpAddress}/metrics`)).text();
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  if (line === undefined) throw new Error(`no ${name} in the metrics`);
  return Number(line.split(" ").at(-1));
}

function residentMaxMib(): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** Sends until it is accepted, and again until the time is up. @returns how often it was told to come back */
async function keepSending(send: Sender, body: Parameters<Sender>[1]): Promise<number> {
  const end = performance.now() + LOAD_MS;
  let refusals = 0;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const answer = await send(addresses, body);
    if (answer === "accepted") {
      if (performance.now() > end) return refusals;
      continue;
    }
    if (answer !== "refused") throw new Error(answer.other);
    refusals += 1;
    await sleep(DEFAULT_LIMITS.admit.retryAfterMs * (0.2 + Math.random()));
  }
  throw new Error(`not accepted at the end of ${TRIES_MAX} tries`);
}

const { bodyMaxBytes } = DEFAULT_LIMITS.receive;
const bodies = largestBodies(bodyMaxBytes);
const zipkin = (only: "ids" | "all") =>
  ({
    signal: "traces",
    contentType: "application/json",
    coding: "identity",
    bytes: zipkinSpans(bodyMaxBytes, only),
  }) as const;

test.skipIf(process.platform !== "linux").each([
  ["protobuf logs over HTTP", sendOverHttp, bodies.logs],
  ["protobuf logs in gzip over gRPC", sendOverGrpc, bodies.gzipLogs],
  ["protobuf logs in zstd, some 100:1, over HTTP", sendOverHttp, bodies.zstdLogs],
  ["JSON logs over HTTP", sendOverHttp, bodies.jsonLogs],
  ["protobuf spans over gRPC", sendOverGrpc, bodies.spans],
  ["metrics of all kinds over HTTP", sendOverHttp, bodies.metrics],
  ["Zipkin spans in JSON", sendZipkin, zipkin("all")],
  ["small requests that grow over HTTP", sendOverHttp, bodies.growing],
] as const)(
  "many of the largest at once stay inside the bound and are taken in the end: %s",
  { timeout: 120_000 },
  async (_name, send, body) => {
    const refusals = await Promise.all(
      Array.from({ length: AT_ONCE }, () => keepSending(send, body)),
    );
    expect(Math.max(...refusals)).toBeGreaterThan(0);
    expect(await metric("throughline_collector_in_flight_bytes")).toBe(0);
    expect(residentMaxMib()).toBeLessThan(RESIDENT_MAX_MIB);
  },
);

test.skipIf(process.platform !== "linux")(
  "a Zipkin list that would become three times as large as a body may be is refused, inside the bound",
  { timeout: 120_000 },
  async () => {
    const body = zipkin("ids");
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, () => sendZipkin(addresses, body)),
      );
      expect(JSON.stringify(answers)).toContain("HTTP 413");
      expect(answers).not.toContain("accepted");
    }
    expect(residentMaxMib()).toBeLessThan(RESIDENT_MAX_MIB);
  },
);
