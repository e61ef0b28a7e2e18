/**
 * The words the stages share. Stages import this file and never each other; `pipeline.ts` wires them:
 *
 *   receive → admit → encode (otlp + process + encode, in a worker) → spool → insert
 */

export type Signal = "traces" | "logs" | "metrics";

/** How the body of a request is written, after decompression. */
export type Encoding = "protobuf" | "json";

/** One OTLP export request as a transport hands it over: decompressed bytes, nothing decoded. */
export interface IngestRequest {
  readonly signal: Signal;
  readonly encoding: Encoding;
  readonly body: Uint8Array;
  readonly transport: "grpc" | "http";
}

/**
 * What the client is told. Nothing but `accepted` means that anything was stored, and `accepted` is only
 * said after the bytes are synced.
 */
export type IngestOutcome =
  | {
      readonly kind: "accepted";
      /** Records refused one by one; more than 0 becomes OTLP's `partial_success`. */
      readonly rejected: number;
      /** Why, in a sentence that names the field and the remedy; empty when nothing was rejected. */
      readonly reason: string;
    }
  /** The body is not OTLP; says where (byte offset or JSON path) and why. Nothing of it was stored. */
  | { readonly kind: "malformed"; readonly message: string }
  /** A limit that a retry of the same bytes would hit again; names the setting. */
  | { readonly kind: "too_large"; readonly message: string }
  /** Full for now: the same bytes may be sent again after the delay. */
  | { readonly kind: "overloaded"; readonly message: string; readonly retryAfterMs: number };

/** The one call both transports make. Never rejects for bad input; rejects only on a bug. */
export type Ingest = (request: IngestRequest) => Promise<IngestOutcome>;

/**
 * A run of rows for one table and one UTC day: exactly one ClickHouse Native block, ready to be part of
 * an INSERT body. Its columns are `insertColumns(table)` of `@throughline/schemas`, in that order.
 */
export interface EncodedBlock {
  readonly signal: Signal;
  readonly table: string;
  /** Days since 1970-01-01 UTC of every row's partition column. */
  readonly day: number;
  readonly rows: number;
  readonly bytes: Uint8Array;
}

/** What became of one request in a batch given to the encoder. */
export type EncodeOutcome =
  | {
      readonly kind: "encoded";
      readonly records: number;
      readonly rejected: number;
      readonly reason: string;
    }
  | { readonly kind: "malformed"; readonly message: string };

/** Several requests encoded together: fewer, larger blocks for the same bytes. */
export interface EncodeResult {
  /** One per request, in the order given. */
  readonly outcomes: readonly EncodeOutcome[];
  /** Rows of the encoded requests only; a malformed request leaves no trace in them. */
  readonly blocks: readonly EncodedBlock[];
}
