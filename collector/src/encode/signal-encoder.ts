import type { EncodedBlock } from "../contract.ts";
import type { EnvelopeScanner, RecordScanner } from "../otlp/envelope.ts";
import type { Rejection } from "../otlp/rejection.ts";
import type { Merger } from "../otlp/wire/merger.ts";
import type { WireReader } from "../otlp/wire/reader.ts";
import { OVER_LIMIT } from "../process/record-processor.ts";
import type { RecordProcessor } from "../process/record-processor.ts";
import type { TimestampProcessor } from "../process/timestamp.ts";
import type { BlockContext } from "./blocks/block-context.ts";
import type { EncoderLimits } from "./options.ts";
import type { RejectionLog } from "./rejection-log.ts";

/** What the encoders of the three signals share. */
export interface EncoderContext {
  readonly reader: WireReader;
  readonly merger: Merger;
  readonly limits: EncoderLimits;
  readonly envelope: EnvelopeScanner;
  readonly timestamps: TimestampProcessor;
  readonly processor: RecordProcessor;
  readonly blocks: BlockContext;
  readonly ledger: RequestLedger;
}

/** Scans the records of one signal into blocks. */
export interface SignalEncoder extends RecordScanner {
  commit(): void;
  rollback(): void;
  /** Writes the blocks there are. */
  drain(into: EncodedBlock[]): void;
  /** Forgets the rows there are, written or not. */
  reset(): void;
}

/** Counts what becomes of the records of one request, and what all requests of a batch become together. */
export class RequestLedger {
  /** Records stored. */
  stored = 0;
  readonly rejections: RejectionLog;
  private expandedBytes = 0;
  private batchBytes = 0;
  private readonly limits: EncoderLimits;

  constructor(limits: EncoderLimits, rejections: RejectionLog) {
    this.limits = limits;
    this.rejections = rejections;
  }

  beginBatch(): void {
    this.batchBytes = 0;
  }

  begin(): void {
    this.stored = this.expandedBytes = 0;
    this.rejections.clear();
  }

  /** The records of the request stay in the blocks of its batch. */
  commit(): void {
    this.batchBytes += this.expandedBytes;
  }

  /** @returns true if the batch has become half as large as a single request may: the next may still become all of that */
  isBatchFull(): boolean {
    return this.batchBytes > this.limits.expandedBytesPerRequestMax / 2;
  }

  /** @returns why no further record of this request can be stored, whatever is in it */
  exhausted(): Rejection | undefined {
    if (this.stored >= this.limits.recordsPerRequestMax) return "records_limit";
    return this.expandedBytes > this.limits.expandedBytesPerRequestMax
      ? "expansion_limit"
      : undefined;
  }

  /**
   * A rule has judged the record that begins at start.
   * @param verdict not KEPT
   */
  drop(verdict: number, start: number): void {
    // What a rule dropped is counted by the processor.
    if (verdict === OVER_LIMIT) this.rejections.add("expansion_limit", start);
  }

  /** @param expandedBytes about what the record's row takes in its block */
  store(expandedBytes: number): void {
    this.stored++;
    this.expandedBytes += expandedBytes;
  }
}
