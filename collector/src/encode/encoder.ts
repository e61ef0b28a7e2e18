import assert from "node:assert/strict";
import type { EncodedBlock, EncodeOutcome, EncodeResult, Encoding, Signal } from "../contract.ts";
import { LIMIT_SETTINGS } from "../limits.ts";
import { EnvelopeScanner } from "../otlp/envelope.ts";
import { locateField } from "../otlp/field-path.ts";
import { type Transcoded, transcodeJson } from "../otlp/json/transcode.ts";
import { MalformedInput } from "../otlp/wire/malformed.ts";
import { Merger } from "../otlp/wire/merger.ts";
import { WireReader } from "../otlp/wire/reader.ts";
import { transcodeZipkin } from "../otlp/zipkin/transcode.ts";
import { RecordProcessor } from "../process/record-processor.ts";
import type { ProcessTools, RuleSet } from "../process/rule-set.ts";
import { TimestampProcessor } from "../process/timestamp.ts";
import { AnyValueWriter } from "./any-value-writer.ts";
import { LogsEncoder } from "./logs-encoder.ts";
import { MetricsEncoder } from "./metrics-encoder.ts";
import { Arena, giveBack } from "./memory/arena.ts";
import { BlockMemory } from "./memory/block-memory.ts";
import { TextWriter } from "./memory/text-writer.ts";
import { DEFAULT_ENCODER_LIMITS } from "./options.ts";
import type { EncoderLimits, EncoderOptions } from "./options.ts";
import { RejectionLog } from "./rejection-log.ts";
import { RequestLedger } from "./signal-encoder.ts";
import type { EncoderContext, SignalEncoder } from "./signal-encoder.ts";
import { TracesEncoder } from "./traces-encoder.ts";

const RETAINED_BYTES = 16 * 1024 * 1024;
/** Memory that waits for blocks: of those of a batch of many requests. */
const SPARE_BYTES_MAX = 8 * 1024 * 1024;
/** A request, its columns, and the holes that columns leave as they grow: seldom takes more times its bytes. */
const COLUMNS_PER_BODY = 4;
/** The scan may read so far past the end of a request. */
const READ_AHEAD_BYTES = 16;

/** One OTLP export request, decompressed. */
export interface EncodeRequest {
  readonly signal: Signal;
  readonly encoding: Encoding;
  readonly body: Uint8Array;
}

export interface Encoder {
  /**
   * Encodes requests into blocks, one per table and UTC day of all of them together, more where these are many days. Bad input is an outcome,
   * never an exception. Nothing else is in a block's memory, so it can be transferred.
   *
   * A batch whose blocks have more than half of `expandedBytesPerRequestMax` ends: the outcomes are those of the requests up to there, at
   * least one, and of the others nothing was read.
   * @param receivedAtUnixNano the time of records that have none, and the middle of the window for those that have
   */
  encode(requests: readonly EncodeRequest[], receivedAtUnixNano: bigint): EncodeResult;
  /** Takes back the memory of blocks that nobody will read again. */
  reuse(memory: readonly ArrayBuffer[]): void;
  /** The records of further calls come under these rules. */
  use(rules: RuleSet): void;
}

/** Makes an encoder. It keeps its memory between calls; use one per thread. */
export function createEncoder(options: EncoderOptions = {}): Encoder {
  assert(new Uint8Array(new Uint32Array([1]).buffer)[0] === 1, "needs a little-endian machine");
  const limits = { ...DEFAULT_ENCODER_LIMITS, ...options.limits };
  const hashSeed = options.hashSeed ?? Math.floor(Math.random() * 2 ** 31);
  const encoder = new OtlpEncoder(limits, {
    arena: new Arena(options.retainedBytes ?? RETAINED_BYTES),
    hashSeed,
    tools: options.tools ?? NO_TOOLS,
    onRead: options.onRead ?? (() => undefined),
  });
  if (options.rules !== undefined) encoder.use(options.rules);
  return encoder;
}

/** For an encoder whose rules need none. */
const NO_TOOLS: ProcessTools = {
  compile: () => assert.fail("rules with expressions need tools"),
  hmac: () => assert.fail("rules that hash need tools"),
};

/** What the scanner reads, of what was sent otherwise. */
function transcode(
  signal: Signal,
  encoding: Exclude<Encoding, "protobuf">,
  body: Uint8Array,
  bytesMax: number,
): Transcoded {
  switch (encoding) {
    case "json":
      return transcodeJson(signal, body, bytesMax);
    case "zipkin-protobuf":
      return transcodeZipkin("protobuf", body, bytesMax);
    case "zipkin-json":
      return transcodeZipkin("json", body, bytesMax);
  }
}

class OtlpEncoder implements Encoder {
  private readonly arena: Arena;
  private readonly bodyMaxBytes: number;
  private readonly memory = new BlockMemory(SPARE_BYTES_MAX);
  private readonly onRead: (body: Uint8Array) => void;
  private readonly context: EncoderContext;
  private readonly signals: Readonly<Record<Signal, SignalEncoder>>;
  /** Where the request being encoded lies. */
  private input = { start: 0, end: 0, capacity: 0 };

  constructor(
    limits: EncoderLimits,
    parts: {
      readonly arena: Arena;
      readonly hashSeed: number;
      readonly tools: ProcessTools;
      readonly onRead: (body: Uint8Array) => void;
    },
  ) {
    const { arena, hashSeed, tools } = parts;
    this.arena = arena;
    this.bodyMaxBytes = limits.bodyMaxBytes;
    this.onRead = parts.onRead;
    const reader = new WireReader(arena);
    const merger = new Merger(arena);
    const text = new TextWriter(arena, limits.valueBytesMax);
    const envelope = new EnvelopeScanner(reader, merger, limits);
    this.context = {
      reader,
      merger,
      limits,
      envelope,
      timestamps: new TimestampProcessor({
        pastMaxDays: limits.timestampPastMaxDays,
        futureMaxDays: limits.timestampFutureMaxDays,
        daysPerRequestMax: limits.timestampDaysPerRequestMax,
      }),
      processor: new RecordProcessor({ reader, merger, envelope, tools, seed: hashSeed }),
      blocks: {
        values: new AnyValueWriter(reader, merger, text),
        text,
        hashSeed,
        memory: this.memory,
      },
      ledger: new RequestLedger(limits, new RejectionLog(limits)),
    };
    this.signals = {
      logs: new LogsEncoder(this.context),
      traces: new TracesEncoder(this.context),
      metrics: new MetricsEncoder(this.context),
    };
  }

  encode(requests: readonly EncodeRequest[], receivedAtUnixNano: bigint): EncodeResult {
    const { ledger, processor, timestamps } = this.context;
    timestamps.begin(receivedAtUnixNano);
    processor.beginBatch();
    ledger.beginBatch();
    const blocks: EncodedBlock[] = [];
    try {
      const outcomes: EncodeOutcome[] = [];
      for (const request of requests) {
        if (ledger.isBatchFull()) break;
        outcomes.push(this.encodeRequest(request));
        if (!timestamps.haveBlocksManyDays()) continue;
        this.drain(blocks);
        this.forget();
      }
      this.drain(blocks);
      const redacted = processor.redactions();
      return redacted === undefined ? { outcomes, blocks } : { outcomes, blocks, redacted };
    } finally {
      this.forget();
    }
  }

  reuse(memory: readonly ArrayBuffer[]): void {
    for (const one of memory) this.memory.giveBack(one);
  }

  use(rules: RuleSet): void {
    this.context.processor.use(rules);
  }

  private drain(into: EncodedBlock[]): void {
    for (const signal of Object.values(this.signals)) signal.drain(into);
  }

  /** After a batch, and after blocks of many days, nothing is left, even where it ended in a bug or without memory. */
  private forget(): void {
    for (const signal of Object.values(this.signals)) signal.reset();
    this.arena.reset();
    this.context.processor.forgetMemory();
    this.input = { start: 0, end: 0, capacity: 0 };
    this.context.timestamps.beginBlocks();
  }

  private encodeRequest(request: EncodeRequest): EncodeOutcome {
    const { envelope, ledger, merger, processor, timestamps } = this.context;
    const records = this.signals[request.signal];
    const refusal = this.read(request);
    if (refusal !== undefined) return refusal;
    const { start, end } = this.input;
    merger.begin(start, end);
    ledger.begin();
    timestamps.beginRequest();
    processor.beginRequest(start, end);
    try {
      envelope.scan(start, end, records);
    } catch (error) {
      if (!(error instanceof MalformedInput)) throw error;
      records.rollback();
      return { kind: "malformed", message: this.explain(request.signal, error) };
    }
    records.commit();
    ledger.commit();
    const { stored, rejections } = ledger;
    const dropped = processor.drops();
    const rejectedBy = rejections.counts();
    return {
      kind: "encoded",
      records: stored,
      rejected: rejections.count,
      reason: rejections.reason((offset) => this.locate(request.signal, offset)),
      ...(rejectedBy === undefined ? {} : { rejectedBy }),
      ...(dropped === undefined ? {} : { dropped }),
    };
  }

  /** Brings a request to where columns can take bytes from. @returns why not, if it has to be transcoded and cannot be */
  private read({ signal, encoding, body }: EncodeRequest): EncodeOutcome | undefined {
    if (encoding === "protobuf") {
      this.load(body);
      this.onRead(body);
      return undefined;
    }
    const { bodyMaxBytes } = this;
    const transcoded = transcode(signal, encoding, body, bodyMaxBytes);
    if (transcoded.kind === "invalid") return { kind: "malformed", message: transcoded.message };
    if (transcoded.kind === "too_large") {
      const message =
        `The request has ${body.length} bytes, and as OTLP protobuf more than the limit of ${bodyMaxBytes} ` +
        `(${LIMIT_SETTINGS.receive.bodyMaxBytes.environmentName}); send smaller batches.`;
      return { kind: "too_large", message };
    }
    // Before there is a third copy of it.
    this.onRead(body);
    this.load(transcoded.body);
    giveBack(transcoded.body);
    return undefined;
  }

  private load(body: Uint8Array): void {
    const needed = body.length + READ_AHEAD_BYTES;
    let { start, capacity } = this.input;
    if (needed > capacity) {
      this.arena.foresee(COLUMNS_PER_BODY * needed);
      start = this.arena.allocate(needed);
      capacity = needed;
    }
    this.arena.bytes.set(body, start);
    this.arena.bytes.fill(0, start + body.length, start + needed);
    this.input = { start, end: start + body.length, capacity };
  }

  private explain(signal: Signal, error: MalformedInput): string {
    const offset = this.context.merger.originOf(error.offset);
    const where = this.locate(signal, offset);
    return `${where}: ${error.why} (at byte ${offset - this.input.start} of ${this.input.end - this.input.start})`;
  }

  private locate(signal: Signal, offset: number): string {
    const { start, end } = this.input;
    const bytes = this.arena.bytes.subarray(start, end);
    return locateField(signal, bytes, offset - start);
  }
}
