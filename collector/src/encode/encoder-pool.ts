/**
 * Encodes in worker threads, so that the receiving thread only receives, syncs and answers.
 *
 * Requests that arrive while all workers are busy wait together and go to the next free worker as one batch:
 * many small requests become few large blocks, and the batches grow with the load by themselves. Once as much waits as a batch
 * may have, a busy worker is given its next one ahead: it would else stand still until this thread finds time for it.
 *
 * A worker that dies or hangs takes its batch with it (the bytes were transferred to it). Those requests are
 * answered `overloaded`, a new worker is started, and for a while every batch holds a single request, so that one
 * that kills its worker cannot take its neighbours along a second time. One that filled the heap of its worker alone would do so
 * again: it is answered `too_large`, and its sender gives up.
 */
import { Worker } from "node:worker_threads";
import type { Logger } from "pino";
import type { EncodedBlock, EncodeOutcome, Overloaded } from "../contract.ts";
import { LIMIT_SETTINGS } from "../limits.ts";
import type { EncodeLimits } from "../limits.ts";
import type { CollectorMetrics } from "../telemetry/metrics.ts";
import type { RuleSet } from "../process/rule-set.ts";
import { BlockMemory } from "./memory/block-memory.ts";
import { packJob } from "./encoder-messages.ts";
import type {
  EncodeAnswer,
  EncoderWorkerData,
  PoolRequest,
  RulesMessage,
} from "./encoder-messages.ts";
import type { RequestLimits } from "./options.ts";

/** Blocks made from several requests; stored once for all of them. */
export interface EncodedBatch {
  readonly blocks: readonly EncodedBlock[];
}

export type PoolOutcome =
  | (Extract<EncodeOutcome, { kind: "encoded" }> & { readonly batch: EncodedBatch })
  | Exclude<EncodeOutcome, { kind: "encoded" }>
  | Overloaded;

export interface EncoderPoolOptions {
  /** The module each worker runs; it calls `runEncoderWorker`. */
  readonly workerUrl: URL;
  /** 1 or more. */
  readonly workers: number;
  readonly limits: EncodeLimits;
  /** What each worker's encoder keeps to. */
  readonly requestLimits: RequestLimits;
  /** Nanoseconds since 1970. */
  readonly clock: () => bigint;
  readonly metrics: Pick<CollectorMetrics, "encodeSeconds" | "queueDepth" | "redactedValues">;
  readonly logger: Logger;
}

interface Waiting {
  readonly request: PoolRequest;
  readonly bytes: number;
  readonly resolve: (outcome: PoolOutcome) => void;
}

interface Job {
  readonly id: number;
  readonly batch: readonly Waiting[];
  /** Takes so much memory that nothing else may be under way. */
  readonly isLarge: boolean;
}

/** One place for a worker; the worker in it may be replaced. */
interface Slot {
  worker: Worker | undefined;
  /** What it is at, and what it has ahead. */
  jobs: Job[];
  /** Of the first job. */
  watchdog: NodeJS.Timeout | undefined;
  finishTimer: (() => void) | undefined;
  startedAtMs: number;
}

const RETRY_AFTER_MS = 1000;
/** A worker that dies sooner than this after its start is restarted only after as long a pause. */
const YOUNG_MS = 1000;
/** One that is encoded and one ahead. */
const JOBS_PER_WORKER_MAX = 2;
/** Of blocks: while more wait for the disk no others are made, and a batch that is likely to become more is encoded alone. */
const BLOCK_BYTES_MAX = 16 * 1024 * 1024;
/** After a hundred batches without a large one, what was known of the last is forgotten. */
const GROWTH_DECAY = 0.95;
/** Memory that waits for the next batch: of some blocks of a full batch. */
const SPARE_BYTES_MAX = 8 * 1024 * 1024;
/** Batches of one request after a worker has died. */
const SOLO_BATCHES = 64;
/** A runaway encoder ends as a dead worker, not as a dead collector. */
const WORKER_HEAP_MAX_MIB = 256;

export class EncoderPool {
  readonly #options: EncoderPoolOptions;
  readonly #slots: Slot[] = [];
  /** Of blocks that came back. */
  readonly #memory = new BlockMemory(SPARE_BYTES_MAX);
  #queue: Waiting[] = [];
  #queueBytes = 0;
  /** Of blocks that were encoded and have not come back. */
  #unstoredBytes = 0;
  /** Bytes of blocks per byte of bodies: the most of late. A resource is stored with each of its records. */
  #growth = 1;
  #jobs = 0;
  #soloBatches = 0;
  /** What every worker was told, and every new one is told first. */
  #rules: RulesMessage | undefined;
  #stopped = false;
  #idle: (() => void) | undefined;

  constructor(options: EncoderPoolOptions) {
    this.#options = options;
  }

  start(): void {
    for (let index = 0; index < this.#options.workers; index++) {
      const slot: Slot = {
        worker: undefined,
        jobs: [],
        watchdog: undefined,
        finishTimer: undefined,
        startedAtMs: 0,
      };
      this.#slots.push(slot);
      this.#startWorker(slot);
    }
  }

  /** Batches sent from now on come under these rules; those with a worker end under the rules they began with. */
  useRules(rules: RuleSet): void {
    this.#rules = { rules };
    for (const { worker } of this.#slots) worker?.postMessage(this.#rules);
  }

  /** Always resolves. The request's body is given away. */
  encode(request: PoolRequest): Promise<PoolOutcome> {
    const { queueMaxBytes } = this.#options.limits;
    const bytes = request.body.byteLength;
    if (this.#stopped) return Promise.resolve(overloaded("the collector is stopping"));
    if (this.#queueBytes + bytes > queueMaxBytes && this.#queue.length > 0) {
      const name = LIMIT_SETTINGS.encode.queueMaxBytes.environmentName;
      const message = `${this.#queueBytes} bytes wait to be encoded (${name} is ${queueMaxBytes})`;
      return Promise.resolve(overloaded(message));
    }
    return new Promise((resolve) => {
      this.#queue.push({ request, bytes, resolve });
      this.#queueBytes += bytes;
      this.#dispatch();
    });
  }

  /** The blocks are stored, or will not be: their memory goes to the next ones. */
  giveBack(blocks: readonly EncodedBlock[]): void {
    for (const { bytes } of blocks) {
      this.#unstoredBytes -= bytes.byteLength;
      this.#memory.giveBack(bytes.buffer);
    }
    this.#dispatch();
  }

  /** Encodes what waits, for at most this long, then ends the workers. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    if (!this.#isIdle()) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
        timer = setTimeout(resolve, graceMs);
      });
      clearTimeout(timer);
    }
    const workers = this.#slots.flatMap((slot) => slot.worker ?? []);
    for (const slot of this.#slots) {
      slot.worker = undefined;
      this.#giveUp(slot);
    }
    this.#refuseQueue("the collector is stopping");
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #isIdle(): boolean {
    return this.#queue.length === 0 && this.#slots.every((slot) => slot.jobs.length === 0);
  }

  #startWorker(slot: Slot): void {
    const worker = new Worker(this.#options.workerUrl, {
      name: "encoder",
      workerData: { limits: this.#options.requestLimits } satisfies EncoderWorkerData,
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MAX_MIB },
    });
    slot.worker = worker;
    slot.startedAtMs = performance.now();
    if (this.#rules !== undefined) worker.postMessage(this.#rules);
    worker.on("message", (answer: EncodeAnswer) => this.#finish(slot, answer));
    worker.on("error", (error: Error) => this.#replace(slot, worker, error));
    worker.on("exit", (code) => this.#replace(slot, worker, new Error(`exit code ${code}`)));
    this.#dispatch();
  }

  #dispatch(): void {
    for (const slot of this.#slots) {
      if (!this.#mayEncode()) break;
      if (slot.worker === undefined || slot.jobs.length > 0) continue;
      this.#sendNext(slot, slot.worker);
    }
    for (const slot of this.#slots) {
      if (!this.#isBatchFull() || !this.#mayEncode()) break;
      if (slot.worker === undefined || slot.jobs.length >= JOBS_PER_WORKER_MAX) continue;
      this.#sendNext(slot, slot.worker);
    }
    this.#options.metrics.queueDepth.set({ queue: "encode" }, this.#queue.length);
    if (this.#isIdle()) this.#idle?.();
  }

  /** Whether something waits, the disk keeps up, and there is memory: a large batch is encoded alone. */
  #mayEncode(): boolean {
    if (this.#queue.length === 0 || this.#unstoredBytes > BLOCK_BYTES_MAX) return false;
    const jobs = this.#slots.flatMap((slot) => slot.jobs);
    return jobs.length === 0 || !(this.#isNextLarge() || jobs.some((job) => job.isLarge));
  }

  /** A worker takes several times the bytes of its batch while it encodes, and blocks may be larger still. */
  #isNextLarge(): boolean {
    const { batchMaxBytes } = this.#options.limits;
    const first = this.#queue[0]?.bytes ?? 0;
    const bytes = Math.max(first, Math.min(this.#queueBytes, batchMaxBytes));
    return bytes > batchMaxBytes || bytes * this.#growth > BLOCK_BYTES_MAX;
  }

  /** Never while batches hold one request: one that kills its worker would take the next along. */
  #isBatchFull(): boolean {
    const { batchMaxBytes, batchMaxRequests } = this.#options.limits;
    if (this.#soloBatches > 0) return false;
    return this.#queue.length >= batchMaxRequests || this.#queueBytes >= batchMaxBytes;
  }

  #takeBatch(): readonly Waiting[] {
    const { batchMaxBytes, batchMaxRequests } = this.#options.limits;
    const solo = this.#soloBatches > 0;
    if (solo) this.#soloBatches -= 1;
    let count = 0;
    let bytes = 0;
    for (const waiting of this.#queue) {
      if (count >= (solo ? 1 : batchMaxRequests)) break;
      if (count > 0 && bytes + waiting.bytes > batchMaxBytes) break;
      bytes += waiting.bytes;
      count += 1;
    }
    this.#queueBytes -= bytes;
    return this.#queue.splice(0, count);
  }

  #sendNext(slot: Slot, worker: Worker): void {
    this.#jobs += 1;
    const id = this.#jobs;
    const isLarge = this.#isNextLarge();
    const batch = this.#takeBatch();
    slot.jobs.push({ id, batch, isLarge });
    if (slot.jobs.length === 1) this.#watch(slot, worker);
    const { message, transfer } = packJob(
      { job: id, receivedAtUnixNano: this.#options.clock(), memory: this.#memory.takeAll() },
      batch.map((waiting) => waiting.request),
    );
    worker.postMessage(message, transfer);
  }

  /** The worker is at its first job from now on. */
  #watch(slot: Slot, worker: Worker): void {
    const { batchTimeoutMs } = this.#options.limits;
    slot.finishTimer = this.#options.metrics.encodeSeconds.startTimer();
    slot.watchdog = setTimeout(() => {
      this.#replace(slot, worker, new Error(`no answer after ${batchTimeoutMs} ms`));
    }, batchTimeoutMs);
  }

  #finish(slot: Slot, { job: id, result }: EncodeAnswer): void {
    const { worker } = slot;
    const [job] = slot.jobs;
    if (job?.id !== id || worker === undefined) return;
    slot.finishTimer?.();
    clearTimeout(slot.watchdog);
    slot.jobs.shift();
    if (slot.jobs.length > 0) this.#watch(slot, worker);
    for (const { rule, count } of result.redacted ?? []) {
      this.#options.metrics.redactedValues.inc({ rule }, count);
    }
    const batch: EncodedBatch = { blocks: result.blocks };
    this.#noteBlocks(job, result.blocks);
    for (const [index, { resolve }] of job.batch.entries()) {
      const outcome = result.outcomes[index];
      if (outcome === undefined) resolve(overloaded(this.#batchFull()));
      else if (outcome.kind === "encoded") resolve({ ...outcome, batch });
      else resolve(outcome);
    }
    this.#dispatch();
  }

  #noteBlocks({ batch }: Job, blocks: readonly EncodedBlock[]): void {
    const blockBytes = blocks.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    const bodyBytes = batch.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#unstoredBytes += blockBytes;
    this.#growth = Math.max(this.#growth * GROWTH_DECAY, blockBytes / Math.max(bodyBytes, 1));
  }

  /** Why the encoder left requests off. */
  #batchFull(): string {
    const { environmentName } = LIMIT_SETTINGS.record.expandedBytesPerRequestMax;
    const { expandedBytesPerRequestMax } = this.#options.requestLimits;
    return (
      `requests encoded together became more than ${expandedBytesPerRequestMax / 2} bytes before this one ` +
      `(half of ${environmentName})`
    );
  }

  /** Once per worker: `error` is followed by `exit`, and a watchdog's `terminate` by `exit` too. */
  #replace(slot: Slot, worker: Worker, error: Error): void {
    if (slot.worker !== worker) return;
    slot.worker = undefined;
    this.#options.logger.error({ err: error }, "an encoding worker died and is replaced");
    void worker.terminate();
    if (isOutOfMemory(error)) this.#refuseTooLarge(slot);
    this.#giveUp(slot);
    this.#soloBatches = SOLO_BATCHES;
    // Nobody may wait for a worker that perhaps never starts.
    if (this.#slots.every((other) => other.worker === undefined)) {
      this.#refuseQueue("no encoding worker runs at the moment");
    }
    const age = performance.now() - slot.startedAtMs;
    setTimeout(() => this.#restart(slot), age < YOUNG_MS ? YOUNG_MS : 0);
  }

  #restart(slot: Slot): void {
    if (!this.#stopped && slot.worker === undefined) this.#startWorker(slot);
  }

  /** What it was at, if that was a single request; with others nobody knows which it was, and they come back one by one. */
  #refuseTooLarge(slot: Slot): void {
    const [waiting, ...others] = slot.jobs[0]?.batch ?? [];
    if (waiting === undefined || others.length > 0) return;
    slot.jobs.shift();
    waiting.resolve({
      kind: "too_large",
      message:
        `The request has ${waiting.bytes} bytes, and what is in them takes more than ${WORKER_HEAP_MAX_MIB} MiB ` +
        "to encode; send smaller batches.",
    });
  }

  #giveUp(slot: Slot): void {
    const lost = slot.jobs.flatMap(({ batch }) => batch);
    slot.jobs = [];
    clearTimeout(slot.watchdog);
    for (const { resolve } of lost) resolve(overloaded("the encoding worker died"));
    if (this.#isIdle()) this.#idle?.();
  }

  #refuseQueue(message: string): void {
    const queue = this.#queue;
    this.#queue = [];
    this.#queueBytes = 0;
    for (const { resolve } of queue) resolve(overloaded(message));
  }
}

function overloaded(reason: string): Overloaded {
  return {
    kind: "overloaded",
    message: `${reason}; send the same request again`,
    retryAfterMs: RETRY_AFTER_MS,
  };
}

/** Of its heap, as Node says it; where the machine has no memory the same request may do later. */
function isOutOfMemory(error: Error): boolean {
  return "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}
