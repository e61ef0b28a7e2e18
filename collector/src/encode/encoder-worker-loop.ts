import type { MessagePort } from "node:worker_threads";
import type { EncodeResult } from "../contract.ts";
import type { RuleSet } from "../process/rule-set.ts";
import { freeMemory } from "../owned-memory.ts";
import { packAnswer } from "./encoder-messages.ts";
import type { EncodeJob, PoolRequest, RulesMessage } from "./encoder-messages.ts";

/** As much of the encoder as a worker needs. */
export interface BatchEncoder {
  encode(requests: readonly PoolRequest[], receivedAtUnixNano: bigint): EncodeResult;
  reuse(memory: readonly ArrayBuffer[]): void;
  use(rules: RuleSet): void;
}

/**
 * Answers jobs until the port closes. What `encode` throws ends the thread: it is a bug, its state cannot be
 * trusted, and the pool starts another.
 */
export function runEncoderWorker(port: MessagePort, encoder: BatchEncoder): void {
  port.on("message", (received: EncodeJob | RulesMessage) => {
    if ("rules" in received) {
      encoder.use(received.rules);
      return;
    }
    const { job, receivedAtUnixNano, requests, memory } = received;
    encoder.reuse(memory);
    const result = encoder.encode(requests, receivedAtUnixNano);
    for (const { body } of requests) freeMemory(body);
    const { message, transfer } = packAnswer(job, result);
    port.postMessage(message, transfer);
  });
}
