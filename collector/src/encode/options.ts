import { DEFAULT_LIMITS } from "../limits.ts";
import type { RecordLimits } from "../limits.ts";
import type { ScanLimits } from "../otlp/rejection.ts";
import type { ProcessTools, RuleSet } from "../process/rule-set.ts";

/** What the settings say of a request and its records. */
export interface RequestLimits extends RecordLimits {
  /** Bytes of a request, also as the OTLP protobuf that one in another encoding becomes. */
  readonly bodyMaxBytes: number;
}

/** What a single request may ask of the encoder. What is over a limit is refused or cut, never dropped in silence. */
export interface EncoderLimits extends ScanLimits, RequestLimits {
  /** A block is closed when it has so many rows; below ClickHouse's max_insert_block_size (1 048 449). */
  readonly rowsPerBlockMax: number;
  /** A block is closed when it has about so many bytes. */
  readonly bytesPerBlockMax: number;
}

/** @see EncoderLimits for what each one does */
export const DEFAULT_ENCODER_LIMITS: EncoderLimits = {
  ...DEFAULT_LIMITS.record,
  bodyMaxBytes: DEFAULT_LIMITS.receive.bodyMaxBytes,
  rowsPerBlockMax: 100_000,
  bytesPerBlockMax: 48 * 1024 * 1024,
};

export interface EncoderOptions {
  /** Limits that differ from DEFAULT_ENCODER_LIMITS. */
  readonly limits?: Partial<EncoderLimits>;
  /** Memory that stays allocated between two batches. Default 16 MiB. */
  readonly retainedBytes?: number;
  /**
   * Secret start value for hashing, so that nobody can choose keys that collide. Default: random.
   * Blocks do not depend on it.
   */
  readonly hashSeed?: number;
  /** Rules for records; none without them. `Encoder.use` replaces them. */
  readonly rules?: RuleSet;
  /**
   * Told of a request's body as soon as it is not needed any more, long before the batch is done, so that its memory can be
   * given back.
   */
  readonly onRead?: (body: Uint8Array) => void;
  /** What rules with expressions or hashes need; without it they throw. */
  readonly tools?: ProcessTools;
}
