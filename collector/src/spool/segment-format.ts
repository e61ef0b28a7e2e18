/**
 * The bytes of a segment file. All integers are little-endian; `docs/formats/spool-segment.md` draws them.
 *
 *   header page   4096 bytes: who the file is and how its blocks must be inserted
 *   frame         32 bytes of frame header, then one ClickHouse Native block
 *   frame ...
 *   end frame     32 bytes: nothing after it counts
 *   anything      zeros, or frames of an earlier life of the recycled file
 *
 * Every checksum starts from the checksum of the segment's id, so bytes of an earlier life can never pass.
 */
import { strict as assert } from "node:assert";
import type { Signal } from "../contract.ts";
import { segmentChecks, toFormatVersion, type SegmentChecks } from "./segment-checks.ts";

export const HEADER_BYTES = 4096;
export const FRAME_HEADER_BYTES = 32;
/** No block may be larger; a length above it is damage. */
const PAYLOAD_BYTES_MAX = 1 << 30;
export const FRAME_MAGIC = Buffer.from("TLFR", "latin1");

const SEGMENT_MAGIC = Buffer.from("TLSPOOL\n", "latin1");
const END_MAGIC = Buffer.from("TLEN", "latin1");
const SENT_MAGIC = Buffer.from("TLST", "latin1");
const ID_BYTES = 16;
const DESCRIPTION_OFFSET = 48;

/** What the header page records, so that a segment can be inserted long after the code has changed. */
export interface SegmentDescription {
  readonly signal: Signal;
  readonly table: string;
  readonly day: number;
  readonly columns: readonly string[];
  readonly insertSettings: Readonly<Record<string, string>>;
}

export type ParsedSegmentHeader =
  | {
      readonly kind: "valid";
      readonly checks: SegmentChecks;
      readonly description: SegmentDescription;
    }
  /** No spool wrote this page for this id: zeros, or the header of the file's earlier life. */
  | { readonly kind: "foreign" }
  /** Begins like the header of this id, and is not whole. */
  | { readonly kind: "damaged"; readonly reason: string };

export interface FrameHeader {
  readonly kind: "block" | "end";
  /** Of the payload; 0 for an end frame. */
  readonly lengthBytes: number;
  readonly payloadChecksum: number;
  /** 0, 1, 2 … within the segment; in an end frame the number of frames before it. */
  readonly sequence: number;
  /** Of the block; in an end frame of the whole segment. */
  readonly rows: number;
}

export function encodeSegmentHeader(
  checks: SegmentChecks,
  description: SegmentDescription,
): Buffer {
  const idBytes = Buffer.from(checks.id, "hex");
  assert(idBytes.length === ID_BYTES, `a segment id has ${ID_BYTES} bytes: ${checks.id}`);
  const text = Buffer.from(JSON.stringify(description));
  assert(DESCRIPTION_OFFSET + text.length <= HEADER_BYTES, "segment description over one page");
  const page = Buffer.alloc(HEADER_BYTES);
  SEGMENT_MAGIC.copy(page, 0);
  page.writeUInt32LE(checks.version, 8);
  idBytes.copy(page, 16);
  page.writeUInt32LE(text.length, 32);
  page.writeUInt32LE(HEADER_BYTES, 36);
  text.copy(page, DESCRIPTION_OFFSET);
  page.writeUInt32LE(checks.checksum(page.subarray(16), 0), 12);
  return page;
}

/** @param expectedId from the file's name: the name is given before the header is written */
export function parseSegmentHeader(page: Buffer, expectedId: string): ParsedSegmentHeader {
  const id = page.subarray(16, 16 + ID_BYTES).toString("hex");
  if (page.length < HEADER_BYTES || !page.subarray(0, 8).equals(SEGMENT_MAGIC)) {
    return id === expectedId
      ? { kind: "damaged", reason: "the header does not begin with the magic bytes" }
      : { kind: "foreign" };
  }
  // The version says which checksum; one that we do not know is damage only in a page that is ours.
  const storedVersion = page.readUInt32LE(8);
  const version = toFormatVersion(storedVersion);
  if (version === undefined) {
    return id === expectedId
      ? { kind: "damaged", reason: `format version ${storedVersion}, this program reads 1 and 2` }
      : { kind: "foreign" };
  }
  const checks = segmentChecks(id, version);
  if (page.readUInt32LE(12) !== checks.checksum(page.subarray(16, HEADER_BYTES), 0)) {
    return id === expectedId
      ? { kind: "damaged", reason: "the header's checksum does not match" }
      : { kind: "foreign" };
  }
  if (id !== expectedId) return { kind: "foreign" };
  const length = page.readUInt32LE(32);
  const text = page.subarray(DESCRIPTION_OFFSET, DESCRIPTION_OFFSET + length).toString("utf8");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the checksum proves that encodeSegmentHeader wrote it
  return { kind: "valid", checks, description: JSON.parse(text) as SegmentDescription };
}

export function encodeFrameHeader(checks: SegmentChecks, frame: FrameHeader): Buffer {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  (frame.kind === "block" ? FRAME_MAGIC : END_MAGIC).copy(header, 0);
  header.writeUInt32LE(frame.lengthBytes, 8);
  header.writeUInt32LE(frame.payloadChecksum, 12);
  header.writeBigUInt64LE(BigInt(frame.sequence), 16);
  header.writeUInt32LE(frame.rows, 24);
  header.writeUInt32LE(headerChecksum(header, checks), 4);
  return header;
}

/** @returns undefined when the 32 bytes are no frame header of this segment */
export function parseFrameHeader(header: Buffer, checks: SegmentChecks): FrameHeader | undefined {
  if (header.length < FRAME_HEADER_BYTES) return undefined;
  const magic = header.subarray(0, 4);
  const kind = magic.equals(FRAME_MAGIC) ? "block" : magic.equals(END_MAGIC) ? "end" : undefined;
  if (kind === undefined || header.readUInt32LE(4) !== headerChecksum(header, checks)) {
    return undefined;
  }
  const lengthBytes = header.readUInt32LE(8);
  if (lengthBytes > PAYLOAD_BYTES_MAX) return undefined;
  return {
    kind,
    lengthBytes,
    payloadChecksum: header.readUInt32LE(12),
    sequence: Number(header.readBigUInt64LE(16)),
    rows: header.readUInt32LE(24),
  };
}

/**
 * The checksum of the whole body, built frame by frame from the frame headers: it covers every block's
 * length, checksum, place and rows. It goes into the deduplication token.
 * @param previous 0 for the first frame
 */
export function extendBodyChecksum(
  checks: SegmentChecks,
  previous: number,
  frame: FrameHeader,
): number {
  const text = `${frame.sequence}:${frame.rows}:${frame.lengthBytes}:${frame.payloadChecksum};`;
  return checks.checksum(Buffer.from(text), previous);
}

/** Lies behind the end frame of a segment that has been sent to ClickHouse at least once, or was about to be. */
export function encodeSentMark(checks: SegmentChecks): Buffer {
  const mark = Buffer.alloc(FRAME_HEADER_BYTES);
  SENT_MAGIC.copy(mark, 0);
  mark.writeUInt32LE(headerChecksum(mark, checks), 4);
  return mark;
}

function headerChecksum(header: Buffer, { checksum, seed }: SegmentChecks): number {
  return checksum(header.subarray(8, FRAME_HEADER_BYTES), seed);
}
