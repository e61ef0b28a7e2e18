/* oxlint-disable no-console -- a command line tool */
/**
 * Prints how many records per second one core encodes: `node collector/src/encode/bench/encode.ts [rounds]`.
 * Requests of 1 000 records, encoded 8 to a batch, as they arrive under load; every collection of garbage counts. With
 * `--rules`, what the shipped rules cost instead: encoders with and without them take turns, batch by batch, so that both meet the same neighbours.
 */
import { DEFAULT_RULES } from "../../process/default-rules.ts";
import { createEncoder } from "../encoder.ts";
import type { EncodedBlock } from "../../contract.ts";
import type { Encoder, EncodeRequest } from "../encoder.ts";
import { sampleLogs, sampleSpans } from "./sample-requests.ts";

const RECORDS = 1000;
const BATCH = 8;
const ITERATIONS = 25;
const RECEIVED_AT = 1_763_659_900_000_000_000n;
const words = process.argv.slice(2);
const withRules = words.includes("--rules");
const rounds = Number(words.find((word) => word !== "--rules") ?? 15);
const encoder = createEncoder();

/** As the product does with a block: its memory goes to another thread, and comes back. */
function takeBack(from: Encoder, { bytes }: EncodedBlock): void {
  const { buffer } = bytes;
  const there = structuredClone(buffer, { transfer: [buffer] });
  from.reuse([structuredClone(there, { transfer: [there] })]);
}

/** @returns µs of CPU time per record, one figure per batch */
function measureBatch(from: Encoder, requests: readonly EncodeRequest[]): number {
  const started = process.cpuUsage();
  for (const block of from.encode(requests, RECEIVED_AT).blocks) takeBack(from, block);
  const { user, system } = process.cpuUsage(started);
  return (user + system) / (RECORDS * BATCH);
}

/** Prints the medians of both, and of their ratios. */
function compareRules(name: string, requests: readonly EncodeRequest[]): void {
  const ruled = createEncoder({ rules: DEFAULT_RULES });
  const pairs = Array.from({ length: (rounds + 5) * 10 }, () => {
    const without = measureBatch(encoder, requests);
    const under = measureBatch(ruled, requests);
    return { without, under, ratio: under / without };
  }).slice(50);
  const median = (key: "without" | "under" | "ratio") =>
    pairs.map((pair) => pair[key]).toSorted((a, b) => a - b)[pairs.length >> 1] ?? 0;
  console.log(
    `${name}: ${median("without").toFixed(2)} µs each without rules, ${median("under").toFixed(2)} µs with the shipped ones ` +
      `(median ratio of ${pairs.length} pairs: ${median("ratio").toFixed(3)})`,
  );
}

/** @returns records per second of CPU time, one figure per round, ascending */
function measure(from: Encoder, requests: readonly EncodeRequest[]): readonly number[] {
  return Array.from({ length: rounds }, () => {
    const started = process.cpuUsage();
    for (let i = 0; i < ITERATIONS; i++) {
      for (const block of from.encode(requests, RECEIVED_AT).blocks) takeBack(from, block);
    }
    const { user, system } = process.cpuUsage(started);
    return (RECORDS * BATCH * ITERATIONS) / ((user + system) / 1e6);
  }).toSorted((a, b) => a - b);
}

function sumBytes(arrays: readonly Uint8Array[]): number {
  return arrays.reduce((sum, bytes) => sum + bytes.length, 0);
}

for (const [name, signal, make] of [
  ["log records", "logs", sampleLogs],
  ["spans", "traces", sampleSpans],
] as const) {
  const bodies = Array.from({ length: BATCH }, (_, index) => make(RECORDS, index + 1));
  const requests = bodies.map((body): EncodeRequest => ({ signal, encoding: "protobuf", body }));
  if (withRules) {
    compareRules(name, requests);
    continue;
  }
  const blocks = encoder.encode(requests, RECEIVED_AT).blocks.map(({ bytes }) => bytes);
  const bytesIn = Math.round(sumBytes(bodies) / RECORDS / BATCH);
  const bytesOut = Math.round(sumBytes(blocks) / RECORDS / BATCH);
  console.log(`${name}: ${bytesIn} bytes in, ${bytesOut} bytes out`);
  const encoders = {
    "no rules": encoder,
    "shipped rules": createEncoder({ rules: DEFAULT_RULES }),
  };
  for (const [rules, from] of Object.entries(encoders)) {
    const rates = measure(from, requests);
    const median = rates[rates.length >> 1] ?? 0;
    const best = rates.at(-1) ?? 0;
    console.log(
      `  ${rules}: median ${Math.round(median / 1000)} k/s per core, best ${Math.round(best / 1000)} k/s ` +
        `(${(1e6 / median).toFixed(2)} µs each)`,
    );
  }
}
console.log(`resident memory: ${Math.round(process.memoryUsage().rss / 1024 / 1024)} MB`);
