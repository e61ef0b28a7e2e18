/**
 * The words the stages share. Stages import this file and never each other; `pipeline.ts` wires them:
 *
 *   receive → admit → encode (otlp + process + encode, in a worker) → spool → insert
 */

import type { Rejection } from "./otlp/rejection.ts";

export type Signal = "traces" | "logs" | "metrics";
export type Transport = "grpc" | "http";

/** How the body of an OTLP request is written, after decompression. */
export type OtlpEncoding = "protobuf" | "json";
/** Also lists of Zipkin's spans, which the encoder turns into OTLP first. */
export type Encoding = OtlpEncoding | `zipkin-${OtlpEncoding}`;

/** One export request as a transport hands it over: decompressed bytes, nothing decoded. */
export interface IngestRequest {
  readonly signal: Signal;
  readonly encoding: Encoding;
  /**
   * Given away with the call: where it owns its memory it is transferred to the encoding worker, which
   * leaves it empty here. Measure it before, never read it after.
   */
  readonly body: Uint8Array;
  readonly transport: Transport;
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

/** The answer of every stage that is full. */
export type Overloaded = Extract<IngestOutcome, { kind: "overloaded" }>;

/**
 * The budget of bytes and requests in flight, shared by both receivers. They charge it before they
 * buffer, by the declared length where there is one.
 */
export interface Admission {
  /** Opens one request with its first charge; `overloaded` charges nothing. */
  open(bytes: number): AdmissionTicket | Overloaded;
}

/** One request's share of the budget. */
export interface AdmissionTicket {
  readonly kind: "ticket";
  /** Asks for more; when refused, nothing is added and what was charged stays charged. */
  charge(bytes: number): Overloaded | undefined;
  /** Sets the charge to what is really held now; only ever lowers it. */
  settle(bytes: number): void;
  /** Gives everything back; further calls do nothing. */
  close(): void;
}

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
  /** Nothing else is in the memory behind them, which may be larger. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Records that a rule dropped, or values that it redacted. */
export interface RuleCount {
  readonly rule: string;
  readonly count: number;
}

/** Records of one request that were rejected for the same reason. */
export interface RejectionCount {
  readonly reason: Rejection;
  readonly count: number;
}

/** What became of one request in a batch given to the encoder. */
export type EncodeOutcome =
  | {
      readonly kind: "encoded";
      readonly records: number;
      readonly rejected: number;
      readonly reason: string;
      /** The rejected ones by why; absent for none. */
      readonly rejectedBy?: readonly RejectionCount[];
      /** Records that rules dropped, by rule; told to nobody but the metrics. Absent for none. */
      readonly dropped?: readonly RuleCount[];
    }
  | Extract<IngestOutcome, { kind: "malformed" | "too_large" }>;

/** Several requests encoded together: fewer, larger blocks for the same bytes. */
export interface EncodeResult {
  /** One per request, in the order given; those left off were not encoded, because the batch was full. */
  readonly outcomes: readonly EncodeOutcome[];
  /** Rows of the encoded requests only; a malformed request leaves no trace in them. */
  readonly blocks: readonly EncodedBlock[];
  /** Values that rules redacted in the batch, by rule; absent for none. */
  readonly redacted?: readonly RuleCount[];
}

/** A synced segment file that waits for ClickHouse: its frames in order are the body of one INSERT. */
export interface SealedSegment {
  /** 32 hex digits; ascending ids are ascending in time. */
  readonly id: string;
  readonly signal: Signal;
  readonly table: string;
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  readonly rows: number;
  /** Bytes of the INSERT body. */
  readonly bodyBytes: number;
  /** `table/id/checksum of the body`: the same bytes always carry the same token. */
  readonly deduplicationToken: string;
  /** Names of the columns in every block, recorded when the segment was opened. */
  readonly columns: readonly string[];
  /** ClickHouse settings recorded when the segment was opened; a retry must use the same ones. */
  readonly insertSettings: Readonly<Record<string, string>>;
  /** An earlier process may have sent it: what ClickHouse holds of it is not known. */
  readonly inDoubt: boolean;
  /** To be called before the first byte is sent: a later process will know that it must ask. */
  markSent(): Promise<void>;
  /**
   * The Native blocks, back to back, in bounded pieces. A frame whose checksum fails never ends: the iterator
   * throws before its last piece, so that ClickHouse sees a torn block and takes nothing.
   * @param framesMax only so many blocks from the first on; default: all
   */
  body(framesMax?: number): AsyncGenerator<Uint8Array, void, undefined>;
}

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

/** What instrumented applications are told while they run; sdk/README.md says what they make of it. */
export interface AgentConfig {
  readonly logLevels: {
    /** For services without a level of their own; absent leaves it to the application's loggers. */
    readonly default?: LogLevel;
    /** By `service.name`. */
    readonly services: Readonly<Record<string, LogLevel>>;
  };
  /** Whether a request may ask by its baggage to be recorded at every level. */
  readonly requestDebug: boolean;
}

export type AgentConfigReading =
  | { readonly kind: "ok"; readonly config: AgentConfig }
  /** Nothing usable was read since the start; a sentence for the log of whoever asks. */
  | { readonly kind: "unavailable"; readonly reason: string };

/** With a service only what concerns it. */
export type AgentConfigSource = (service?: string) => AgentConfigReading;

/** What `/readyz` and `/healthz` report. Data is acknowledged as long as `ready` is true. */
export interface HealthReport {
  readonly ready: boolean;
  /** Sentences that say what is wrong and what to do; empty when all is well. May be non-empty while ready. */
  readonly problems: readonly string[];
  readonly spool: {
    readonly writable: boolean;
    readonly usedBytes: number;
    readonly maxBytes: number;
    /** Segments and records that are acknowledged and not yet in ClickHouse. */
    readonly segmentsWaiting: number;
    readonly recordsWaiting: number;
    readonly segmentsQuarantined: number;
  };
  readonly clickhouse: {
    readonly reachable: boolean;
    /** When `reachable` last changed, milliseconds since 1970. */
    readonly sinceUnixMs: number;
    /** The last failure; empty while reachable. */
    readonly message: string;
  };
}

/** Asked on every health request; never throws and does no I/O. */
export type Health = () => HealthReport;
