/** The thread that encodes: the pool starts this module in a worker. */
import { strict as assert } from "node:assert";
import { parentPort } from "node:worker_threads";
import { runEncoderWorker } from "./encoder-worker-loop.ts";
import { createEncoder } from "./encoder.ts";

assert(parentPort !== null, "encoder-worker.ts runs as a worker thread only");
runEncoderWorker(parentPort, createEncoder({}));
