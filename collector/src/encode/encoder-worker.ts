/** The thread that encodes: the pool starts this module in a worker. */
import { strict as assert } from "node:assert";
import { parentPort, workerData } from "node:worker_threads";
import { freeMemory } from "../owned-memory.ts";
import { PROCESS_TOOLS } from "../rules/process-tools.ts";
import type { EncoderWorkerData } from "./encoder-messages.ts";
import { runEncoderWorker } from "./encoder-worker-loop.ts";
import { createEncoder } from "./encoder.ts";

assert(parentPort !== null, "encoder-worker.ts runs as a worker thread only");
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- encoder-pool.ts gives nothing else
const { limits } = workerData as EncoderWorkerData;
runEncoderWorker(parentPort, createEncoder({ limits, tools: PROCESS_TOOLS, onRead: freeMemory }));
