/**
 * Goal: every request gets exactly one answer, whatever becomes of the worker, and waiting requests share blocks.
 * Method: real worker threads with an encoder that dies or hangs when a request says so.
 */
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { DEFAULT_ENCODER_LIMITS } from "./options.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import type { EncodeLimits } from "../limits.ts";
import { createCollectorMetrics } from "../telemetry/metrics.ts";
import { EncoderPool } from "./encoder-pool.ts";
import type { PoolOutcome } from "./encoder-pool.ts";

const pools: EncoderPool[] = [];

const metrics = createCollectorMetrics();

function startPool(limits: Partial<EncodeLimits> = {}, workers = 1): EncoderPool {
  const pool = new EncoderPool({
    workerUrl: new URL("./testing/fake-encoder-worker.ts", import.meta.url),
    workers,
    limits: { ...DEFAULT_LIMITS.encode, ...limits },
    requestLimits: DEFAULT_ENCODER_LIMITS,
    clock: () => 1n,
    metrics,
    logger: pino({ level: "silent" }),
  });
  pools.push(pool);
  pool.start();
  return pool;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop(0)));
});

function encode(pool: EncoderPool, body: string | Uint8Array): Promise<PoolOutcome> {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  return pool.encode({ signal: "logs", encoding: "protobuf", body: bytes });
}

function blocksOf(outcome: PoolOutcome | undefined): string {
  if (outcome?.kind !== "encoded") return `no blocks: ${outcome?.kind}`;
  return outcome.batch.blocks.map((block) => Buffer.from(block.bytes).toString("latin1")).join();
}

test("requests that arrive while the worker is busy share blocks", async () => {
  const pool = startPool();
  const outcomes = await Promise.all(["a", "b", "bad", "c", "d"].map((body) => encode(pool, body)));
  expect(outcomes.map((outcome) => outcome.kind)).toEqual([
    "encoded",
    "encoded",
    "malformed",
    "encoded",
    "encoded",
  ]);
  expect(blocksOf(outcomes[0])).toBe("a");
  expect(blocksOf(outcomes[1])).toBe("b|c|d");
  // The very same batch, so that it is stored once.
  const [, second, , fourth] = outcomes;
  expect(
    second?.kind === "encoded" && fourth?.kind === "encoded" && second.batch === fourth.batch,
  ).toBe(true);
});

test("a batch keeps to its bounds in bytes and requests", async () => {
  const pool = startPool({ batchMaxBytes: 5, batchMaxRequests: 2 });
  const bodies = ["first", "aa", "bb", "cc", "dddddd", "e"];
  const outcomes = await Promise.all(bodies.map((body) => encode(pool, body)));
  expect(outcomes.map(blocksOf)).toEqual(["first", "aa|bb", "aa|bb", "cc", "dddddd", "e"]);
});

async function waiting(): Promise<number> {
  const { values } = await metrics.queueDepth.get();
  return values.find(({ labels }) => labels.queue === "encode")?.value ?? 0;
}

test("a body larger than a batch is encoded while nothing else is", async () => {
  const pool = startPool({ batchMaxBytes: 5 }, 2);
  const small = encode(pool, "a");
  const large = encode(pool, "larger");
  expect(await waiting()).toBe(1);
  await small;
  expect(await waiting()).toBe(0);
  const next = encode(pool, "b");
  expect(await waiting()).toBe(1);
  expect(blocksOf(await large)).toBe("larger");
  expect(await waiting()).toBe(0);
  expect(blocksOf(await next)).toBe("b");
});

test("requests that grow a lot are encoded one after the other", async () => {
  const pool = startPool({}, 2);
  const grown = await encode(pool, "grow");
  if (grown.kind !== "encoded") throw new Error(grown.kind);
  pool.giveBack(grown.batch.blocks);
  const outcomes = [encode(pool, "aaaaaa"), encode(pool, "bbbbbb")];
  expect(await waiting()).toBe(1);
  expect((await Promise.all(outcomes)).map(blocksOf)).toEqual(["aaaaaa", "bbbbbb"]);
});

test("nothing is encoded while the disk does not keep up with the blocks", async () => {
  const pool = startPool();
  const grown = await encode(pool, "grow");
  if (grown.kind !== "encoded") throw new Error(grown.kind);
  const next = encode(pool, "a");
  expect(await waiting()).toBe(1);
  pool.giveBack(grown.batch.blocks);
  expect(await waiting()).toBe(0);
  expect(blocksOf(await next)).toBe("a");
});

test("a busy worker is given a whole batch ahead, and what is less waits for it", async () => {
  const pool = startPool({ batchMaxRequests: 2 });
  const outcomes = [encode(pool, "first"), encode(pool, "a")];
  expect(await waiting()).toBe(1);
  outcomes.push(encode(pool, "b"));
  expect(await waiting()).toBe(0);
  outcomes.push(encode(pool, "c"), encode(pool, "d"), encode(pool, "e"));
  expect(await waiting()).toBe(3);
  expect((await Promise.all(outcomes)).map(blocksOf)).toEqual([
    "first",
    "a|b",
    "a|b",
    "c|d",
    "c|d",
    "e",
  ]);
});

test("what a worker had ahead is answered too when it dies", async () => {
  const pool = startPool({ batchMaxRequests: 2, batchTimeoutMs: 3000 });
  const outcomes = await Promise.all(["hang", "a", "b", "c"].map((body) => encode(pool, body)));
  expect(outcomes.slice(0, 3).map((outcome) => outcome.kind)).toEqual(
    Array.from({ length: 3 }, () => "overloaded"),
  );
});

test("a body that owns its memory is moved, one that shares it is not", async () => {
  const pool = startPool();
  const own = new Uint8Array(100_000).fill(0x61);
  const around = Buffer.from("-shared-");
  const shared = around.subarray(1, 7);
  const outcomes = await Promise.all([encode(pool, own), encode(pool, shared)]);
  expect(blocksOf(outcomes[0])).toBe("a".repeat(100_000));
  expect(blocksOf(outcomes[1])).toBe("shared");
  expect(own.byteLength).toBe(0);
  expect(around.toString()).toBe("-shared-");
});

test("the memory of a stored block goes back to the encoder", async () => {
  const pool = startPool();
  const first = await encode(pool, "a".repeat(100_000));
  const blocks = first.kind === "encoded" ? first.batch.blocks : [];
  pool.giveBack(blocks);
  const second = await encode(pool, "next");
  expect(blocks[0]?.bytes.byteLength).toBe(0);
  expect(blocksOf(second)).toBe("next");
  const [block] = second.kind === "encoded" ? second.batch.blocks : [];
  expect(block?.bytes.buffer.byteLength).toBe(100_000);
});

test("two requests over the same memory are both encoded", async () => {
  const pool = startPool();
  const body = new Uint8Array(100_000).fill(0x61);
  await encode(pool, "first");
  const outcomes = await Promise.all([
    encode(pool, "busy"),
    encode(pool, body),
    encode(pool, body),
  ]);
  expect(blocksOf(outcomes[1])).toHaveLength(200_001);
});

test("a worker's death is answered as overloaded, and the next requests go to a new worker", async () => {
  const pool = startPool();
  const dying = encode(pool, "die");
  expect(await dying).toMatchObject({ kind: "overloaded", retryAfterMs: 1000 });
  const outcomes = await Promise.all([encode(pool, "a"), encode(pool, "b"), encode(pool, "c")]);
  // One by one for a while: a request that kills must not take its neighbours along twice.
  expect(outcomes.map(blocksOf)).toEqual(["a", "b", "c"]);
});

test("a request that takes more memory than a worker has is not to be sent again, its neighbours are", async () => {
  const pool = startPool();
  const together = await Promise.all(["first", "a", "hoard"].map((body) => encode(pool, body)));
  expect(together.map(({ kind }) => kind)).toEqual(["encoded", "overloaded", "overloaded"]);
  const alone = await Promise.all(["hoard", "a"].map((body) => encode(pool, body)));
  expect(alone[0]).toMatchObject({
    kind: "too_large",
    message: expect.stringContaining("send smaller batches"),
  });
  // It waited while there was no worker, or was given to the new one.
  expect(["encoded", "overloaded"]).toContain(alone[1]?.kind);
  expect(blocksOf(await encode(pool, "after"))).toBe("after");
});

test("a worker that hangs is replaced", async () => {
  const pool = startPool({ batchTimeoutMs: 3000 });
  expect(await encode(pool, "hang")).toMatchObject({ kind: "overloaded" });
  expect(blocksOf(await encode(pool, "after"))).toBe("after");
});

test("a worker's death leaves the batches of the other workers alone", async () => {
  const pool = startPool({ batchTimeoutMs: 3000 }, 2);
  const outcomes = await Promise.all([encode(pool, "hang"), encode(pool, "a"), encode(pool, "b")]);
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(["overloaded", "encoded", "encoded"]);
});

test("what an encoder left off because the batch had become too large is told to come back", async () => {
  const pool = startPool();
  const bodies = ["first", "a", "full", "b", "c"];
  const outcomes = await Promise.all(bodies.map((body) => encode(pool, body)));
  expect(outcomes.slice(0, 3).map(blocksOf)).toEqual(["first", "a|full", "a|full"]);
  for (const outcome of outcomes.slice(3)) {
    expect(outcome).toMatchObject({
      kind: "overloaded",
      retryAfterMs: 1000,
      message: expect.stringContaining("THROUGHLINE_OTLP_EXPANDED_MAX_BYTES"),
    });
  }
  expect(blocksOf(await encode(pool, "b"))).toBe("b");
});

test("a full queue refuses and names the setting", async () => {
  const pool = startPool({ queueMaxBytes: 10 });
  const outcomes = await Promise.all(
    ["first", "123456789", "x", "y", "z"].map((body) => encode(pool, body)),
  );
  expect(outcomes.map((outcome) => outcome.kind)).toEqual([
    "encoded",
    "encoded",
    "encoded",
    "overloaded",
    "overloaded",
  ]);
  expect(outcomes[3]).toMatchObject({
    message: expect.stringContaining("THROUGHLINE_ENCODE_QUEUE_MAX_BYTES"),
  });
});

test("a stop finishes what waits and refuses what comes after", async () => {
  const pool = startPool();
  const waiting = Promise.all([encode(pool, "a"), encode(pool, "b")]);
  await pool.stop(5000);
  expect((await waiting).map(blocksOf)).toEqual(["a", "b"]);
  expect(await encode(pool, "late")).toMatchObject({ kind: "overloaded" });
});

test("a stop does not wait for a worker that hangs", async () => {
  const pool = startPool();
  const hanging = encode(pool, "hang");
  const queued = encode(pool, "queued");
  await pool.stop(200);
  expect(await hanging).toMatchObject({ kind: "overloaded" });
  expect(await queued).toMatchObject({ kind: "overloaded" });
});
