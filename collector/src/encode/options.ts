import type { ScanLimits } from "../otlp/rejection.ts";
import type { ProcessTools, RuleSet } from "../process/rule-set.ts";

/** What a single request may ask of the encoder. What is over a limit is refused or cut, never dropped in silence. */
export interface EncoderLimits extends ScanLimits {
  /** Log records, spans or data points of one request; those beyond are rejected. */
  readonly recordsPerRequestMax: number;
  /** Attributes of a record, of its resource, its scope, or all its events together; a record with more is rejected. */
  readonly attributesPerRecordMax: number;
  /** Bytes of an attribute key; a record with a longer one is rejected. */
  readonly keyBytesMax: number;
  /**
   * Bytes of one text as it is stored: body, attribute value, name. A longer one is cut at a character, and the
   * attribute `throughline.truncated` names it. Texts of scopes, events, links and metrics cannot be cut that
   * way: the record is rejected.
   */
  readonly valueBytesMax: number;
  /** Arrays and key-value lists inside each other in one value; a record with a deeper one is rejected. */
  readonly valueDepthMax: number;
  /** Events, links, exemplars, buckets or quantiles of one record, each; a record with more is rejected. */
  readonly listItemsMax: number;
  /**
   * Bytes that one request may become in blocks. A resource is sent once and stored with each of its rows, so a
   * small request can become a huge block; records beyond are rejected.
   */
  readonly expandedBytesPerRequestMax: number;
  /** A block is closed when it has so many rows; below ClickHouse's max_insert_block_size (1 048 449). */
  readonly rowsPerBlockMax: number;
  /** A block is closed when it has about so many bytes. */
  readonly bytesPerBlockMax: number;
  /** Records older than this when received are filed under the receive time. */
  readonly timestampPastMaxDays: number;
  /** Records this far in the future when received are filed under the receive time. */
  readonly timestampFutureMaxDays: number;
}

/** @see EncoderLimits for what each one does */
export const DEFAULT_ENCODER_LIMITS: EncoderLimits = {
  recordsPerRequestMax: 250_000,
  attributesPerRecordMax: 1024,
  keyBytesMax: 1024,
  valueBytesMax: 1024 * 1024,
  valueDepthMax: 32,
  listItemsMax: 10_000,
  expandedBytesPerRequestMax: 128 * 1024 * 1024,
  rowsPerBlockMax: 100_000,
  bytesPerBlockMax: 48 * 1024 * 1024,
  timestampPastMaxDays: 366,
  timestampFutureMaxDays: 2,
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
  /** What rules with expressions or hashes need; without it they throw. */
  readonly tools?: ProcessTools;
}
