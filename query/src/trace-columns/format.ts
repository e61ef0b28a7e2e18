/**
 * The layout of `GET /api/traces/{id}/columns`, described in docs/formats/trace-columns.md. Shared by the encoder of
 * the query service and the decoder of whoever shows a trace; it runs in a browser.
 */

/** "TLTC", read as a little-endian number. */
export const MAGIC = 0x43_54_4c_54;
export const VERSION = 1;
/** Magic, version, header bytes, columns offset: four 32-bit numbers. */
export const PREAMBLE_BYTES = 16;
/** Every column begins at a multiple of it, so that a typed array can lie over it. */
export const ALIGNMENT = 8;

/** Bits of the column `flags`. */
export const SpanFlag = {
  /** It names a parent that is not stored; shown as a root. */
  orphan: 1,
  /** Other spans of the trace have its id; they are left out. */
  repeatedId: 2,
  /** Its parents form a circle, which is cut above it; shown as a root. */
  cutFromCircle: 4,
} as const;

/** How the numbers of a column are stored. */
export type ColumnType = "u8" | "u16" | "u32" | "i32" | "f64";

/** The columns in their order in the file. */
export const COLUMN_NAMES = [
  "startNs",
  "durationNs",
  "parent",
  "name",
  "service",
  "host",
  "logCount",
  "errorLogCount",
  "eventCount",
  "linkCount",
  "kind",
  "status",
  "flags",
  "spanIds",
] as const;
type ColumnName = (typeof COLUMN_NAMES)[number];

export interface ColumnPlace {
  readonly name: ColumnName;
  readonly type: ColumnType;
  /** From the start of the columns, a multiple of `ALIGNMENT`. */
  readonly offset: number;
  /** Numbers, not bytes. */
  readonly length: number;
}

/** What stands in the header besides the places of the columns. `Verdict` and `Meta` are the JSON API's. */
export interface TraceColumnsAbout<Verdict = unknown, Meta = unknown> {
  readonly traceId: string;
  readonly spanCount: number;
  /** Of the earliest span, nanoseconds since 1970, decimal; `startNs` counts from it. "0" without spans. */
  readonly startTimeUnixNano: string;
  /** From the earliest start to the latest end, nanoseconds. */
  readonly durationNs: number;
  /** What the numbers of the columns of these names mean. A host is the nearest that a span's resource says of where its clock is; empty when it says nothing. */
  readonly dictionaries: {
    readonly service: readonly string[];
    readonly name: readonly string[];
    readonly kind: readonly string[];
    readonly host: readonly string[];
  };
  /** Parent ids that no stored span has; a span of the i-th has the parent `-2 - i`. */
  readonly missingParents: readonly string[];
  /** Where circles were cut: the row shown as a root, and the row of its parent. */
  readonly cuts: readonly (readonly [row: number, parentRow: number])[];
  /** Spans that are left out because another has their id. */
  readonly repeatedSpans: number;
  /** Span ids that are not 16 lower-case hex digits, by row; their 8 bytes are zero. */
  readonly oddSpanIds: readonly (readonly [row: number, spanId: string])[];
  /** All logs of the trace, and those of no stored span among them. */
  readonly logCount: number;
  readonly unattachedLogCount: number;
  readonly verdict: Verdict;
  readonly meta: Meta;
}

export type Unsigned = Uint8Array | Uint16Array | Uint32Array;

/** Rows are spans in reading order: a parent, then its whole subtree, siblings by start. */
export interface TraceColumnData {
  /** Nanoseconds since `startTimeUnixNano`; exact up to 104 days. */
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
  /** The parent's row, always smaller; -1 for a root; `-2 - i` where `missingParents[i]` is the parent. */
  readonly parent: Int32Array;
  readonly service: Unsigned;
  readonly name: Unsigned;
  readonly kind: Unsigned;
  readonly host: Unsigned;
  /** 0 unset, 1 ok, 2 error. */
  readonly status: Uint8Array;
  readonly logCount: Unsigned;
  /** Logs of severity ERROR and above. */
  readonly errorLogCount: Unsigned;
  readonly eventCount: Unsigned;
  readonly linkCount: Unsigned;
  /** `SpanFlag` bits. */
  readonly flags: Uint8Array;
  /** Eight bytes for each row. */
  readonly spanIds: Uint8Array;
}

export interface TraceColumns<Verdict = unknown, Meta = unknown> extends TraceColumnData {
  readonly about: TraceColumnsAbout<Verdict, Meta>;
}
