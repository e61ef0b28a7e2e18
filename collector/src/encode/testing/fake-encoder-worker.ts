/**
 * An encoder whose behavior the test writes into the request's body: "die" and "hang" do, "hoard" fills the heap, "bad" is
 * malformed, "grow" becomes a block of 17 MiB, after "full" the batch has no room for more, and anything else becomes a row of a block that holds the bodies of its
 * batch.
 */
import { strict as assert } from "node:assert";
import { parentPort } from "node:worker_threads";
import type { EncodeOutcome } from "../../contract.ts";
import { runEncoderWorker } from "../encoder-worker-loop.ts";

const GROWN_BYTES = 17 * 1024 * 1024;

assert(parentPort !== null);
const spare: ArrayBuffer[] = [];
runEncoderWorker(parentPort, {
  use() {},
  reuse: (memory) => void spare.push(...memory),
  encode(requests) {
    const bodies = requests.map((request) => Buffer.from(request.body).toString("latin1"));
    if (bodies.includes("die")) process.exit(1);
    while (bodies.includes("hang"));
    const hoard: object[] = [];
    while (bodies.includes("hoard")) hoard.push({ hoard: [hoard.length] });
    const full = bodies.indexOf("full");
    if (full >= 0) bodies.length = full + 1;
    const outcomes = bodies.map(encodeOne);
    const good = bodies.filter((body) => body !== "bad");
    const text = Buffer.from(good.join("|"));
    const sizeBytes = bodies.includes("grow") ? GROWN_BYTES : text.length;
    const bytes = new Uint8Array(spare.pop() ?? new ArrayBuffer(sizeBytes), 0, sizeBytes);
    bytes.set(text);
    const block = { signal: "logs", table: "otel_logs", day: 0, rows: good.length, bytes } as const;
    return { outcomes, blocks: good.length === 0 ? [] : [block] };
  },
});

function encodeOne(body: string): EncodeOutcome {
  if (body === "bad") return { kind: "malformed", message: "bad" };
  return { kind: "encoded", records: 1, rejected: 0, reason: "" };
}
