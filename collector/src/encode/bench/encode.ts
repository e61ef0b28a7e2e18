/* oxlint-disable no-console -- a command line tool */
/**
 * Prints how many records per second one core encodes: `node collector/src/encode/bench/encode.ts [rounds]`.
 * Requests of 1 000 records, encoded 8 to a batch, as they arrive under load.
 */
import { createEncoder } from "../encoder.ts";
import type { EncodeRequest } from "../encoder.ts";
import { sampleLogs, sampleSpans } from "./sample-requests.ts";

const RECORDS = 1000;
const BATCH = 8;
const ITERATIONS = 25;
const RECEIVED_AT = 1_763_659_900_000_000_000n;
const rounds = Number(process.argv[2] ?? 15);

const encoder = createEncoder();
// Blocks are transferred to another thread in the product. The first transfer makes V8 check every typed array for
// it from then on, so the measurement pays for that too.
structuredClone(new Uint8Array(8), { transfer: [new ArrayBuffer(8)] });

for (const [name, signal, make] of [
  ["log records", "logs", sampleLogs],
  ["spans", "traces", sampleSpans],
] as const) {
  const requests = Array.from({ length: BATCH }, (_, index): EncodeRequest => ({
    signal,
    encoding: "protobuf",
    body: make(RECORDS, index + 1),
  }));
  const rates: number[] = [];
  let encodedBytes = 0;
  for (let round = 0; round < rounds; round++) {
    const started = process.cpuUsage();
    for (let i = 0; i < ITERATIONS; i++) {
      const result = encoder.encode(requests, RECEIVED_AT);
      encodedBytes = result.blocks.reduce((sum, block) => sum + block.bytes.length, 0);
      for (const { bytes } of result.blocks) structuredClone(0, { transfer: [bytes.buffer] });
    }
    const { user, system } = process.cpuUsage(started);
    rates.push((RECORDS * BATCH * ITERATIONS) / ((user + system) / 1e6));
  }
  rates.sort((a, b) => a - b);
  const median = rates[rates.length >> 1] ?? 0;
  const best = rates.at(-1) ?? 0;
  const wireBytes = requests.reduce((sum, request) => sum + request.body.length, 0);
  console.log(
    `${name}: median ${Math.round(median / 1000)} k/s per core, best ${Math.round(best / 1000)} k/s ` +
      `(${(1e6 / median).toFixed(2)} µs each; ${Math.round(wireBytes / RECORDS / BATCH)} bytes in, ` +
      `${Math.round(encodedBytes / RECORDS / BATCH)} bytes out)`,
  );
}
console.log(`resident memory: ${Math.round(process.memoryUsage().rss / 1024 / 1024)} MB`);
