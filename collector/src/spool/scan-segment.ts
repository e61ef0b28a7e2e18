/**
 * Finds out what a segment file holds, from its bytes alone. Nothing else remembers: the files are the only
 * record of what was acknowledged.
 */
import type { DiskFile } from "./disk.ts";
import {
  encodeSentMark,
  extendBodyChecksum,
  FRAME_HEADER_BYTES,
  FRAME_MAGIC,
  HEADER_BYTES,
  parseFrameHeader,
  parseSegmentHeader,
} from "./segment-format.ts";
import type { SegmentChecks } from "./segment-checks.ts";
import type { FrameHeader, SegmentDescription } from "./segment-format.ts";
import { WindowReader } from "./window-reader.ts";

/** Half-open range of whole frames: from <= offset < to. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

/** What the whole frames of a segment amount to. */
export interface SegmentContents {
  /** How they are checked. */
  readonly checks: SegmentChecks;
  /** In file order; more than one only when something between them is damaged. */
  readonly extents: readonly Extent[];
  readonly frames: number;
  readonly rows: number;
  readonly bodyBytes: number;
  readonly bodyChecksum: number;
}

export type SegmentScan =
  /** Nothing was ever acknowledged in this file under this name. */
  | { readonly kind: "unused" }
  | { readonly kind: "unreadable"; readonly reason: string }
  | {
      readonly kind: "readable";
      readonly description: SegmentDescription;
      readonly contents: SegmentContents;
      /** An end frame closes it; without one the file was open when its process ended. */
      readonly ended: boolean;
      /**
       * Whether it may have been sent to ClickHouse: false only where the end frame is there and the mark behind it is
       * not, because the mark is synced before the first byte is sent.
       */
      readonly maybeSent: boolean;
      /** Empty, or what is missing between whole frames: damage to bytes that may have been acknowledged. */
      readonly damage: string;
      /** Whole frame headers without their whole block, behind the last frame: writes that no one waited for. */
      readonly tornFrames: number;
    };

/**
 * @param id from the file's name
 * @param windowBytes of memory, at least 64 KiB; default 1 MiB
 */
export async function scanSegment(
  file: DiskFile,
  id: string,
  windowBytes?: number,
): Promise<SegmentScan> {
  const reader = new WindowReader(file, windowBytes);
  const page = await reader.exactly(0, HEADER_BYTES);
  const header = parseSegmentHeader(page, id);
  if (header.kind === "foreign") return { kind: "unused" };
  if (header.kind === "damaged") return { kind: "unreadable", reason: header.reason };
  const { checks, description } = header;
  const frames = await scanFrames(reader, checks);
  return { kind: "readable", description, ...frames };
}

interface FoundFrame {
  readonly offset: number;
  readonly header: FrameHeader;
}

async function scanFrames(reader: WindowReader, checks: SegmentChecks) {
  const contents = new ContentsBuilder(checks);
  let torn = 0;
  let holes = 0;
  let position = HEADER_BYTES;
  for (;;) {
    const found = await findFrame(reader, position, checks, contents.nextSequence);
    torn += found.torn;
    if (found.frame === undefined) {
      return {
        contents: contents.build(),
        ended: false,
        maybeSent: true,
        damage: damageOf(holes),
        tornFrames: torn,
      };
    }
    const { offset, header } = found.frame;
    if (offset !== position || header.sequence !== contents.nextSequence) holes++;
    if (header.kind === "end") {
      const behind = await reader.exactly(offset + FRAME_HEADER_BYTES, FRAME_HEADER_BYTES);
      const maybeSent = behind.equals(encodeSentMark(checks));
      const damage = damageOf(holes);
      return { contents: contents.build(), ended: true, maybeSent, damage, tornFrames: 0 };
    }
    // Torn headers before a whole frame are part of the hole that was just counted.
    torn = 0;
    contents.add(offset, header);
    position = offset + FRAME_HEADER_BYTES + header.lengthBytes;
  }
}

function damageOf(holes: number): string {
  return holes === 0 ? "" : `${holes} gap(s) between whole frames`;
}

class ContentsBuilder {
  readonly #checks: SegmentChecks;
  readonly #extents: { from: number; to: number }[] = [];
  #rows = 0;
  #bodyBytes = 0;
  #bodyChecksum = 0;
  frames = 0;
  nextSequence = 0;

  constructor(checks: SegmentChecks) {
    this.#checks = checks;
  }

  add(offset: number, header: FrameHeader): void {
    const to = offset + FRAME_HEADER_BYTES + header.lengthBytes;
    const last = this.#extents.at(-1);
    if (last?.to === offset) last.to = to;
    else this.#extents.push({ from: offset, to });
    this.frames += 1;
    this.nextSequence = header.sequence + 1;
    this.#rows += header.rows;
    this.#bodyBytes += header.lengthBytes;
    this.#bodyChecksum = extendBodyChecksum(this.#checks, this.#bodyChecksum, header);
  }

  build(): SegmentContents {
    return {
      checks: this.#checks,
      extents: this.#extents,
      frames: this.frames,
      rows: this.#rows,
      bodyBytes: this.#bodyBytes,
      bodyChecksum: this.#bodyChecksum,
    };
  }
}

/**
 * The next whole frame at or behind `position`. A frame header that checks and a block that does not is torn:
 * the search goes on behind the header, so that damage to one frame does not hide the next.
 */
async function findFrame(
  reader: WindowReader,
  position: number,
  checks: SegmentChecks,
  sequenceMin: number,
): Promise<{ readonly frame: FoundFrame | undefined; readonly torn: number }> {
  let torn = 0;
  let offset = position;
  for (;;) {
    const header = parseFrameHeader(await reader.exactly(offset, FRAME_HEADER_BYTES), checks);
    if (header !== undefined && header.sequence >= sequenceMin) {
      if (await isWhole(reader, offset, header, checks)) return { frame: { offset, header }, torn };
      torn += 1;
    }
    const next = await findMagic(reader, offset + 1);
    if (next === undefined) return { frame: undefined, torn };
    offset = next;
  }
}

async function isWhole(
  reader: WindowReader,
  offset: number,
  header: FrameHeader,
  checks: SegmentChecks,
): Promise<boolean> {
  if (header.kind === "end") return true;
  let checksum = checks.seed;
  let position = offset + FRAME_HEADER_BYTES;
  let left = header.lengthBytes;
  while (left > 0) {
    const piece = await reader.some(position, left);
    if (piece.length === 0) return false;
    checksum = checks.checksum(piece, checksum);
    position += piece.length;
    left -= piece.length;
  }
  return checksum === header.payloadChecksum;
}

async function findMagic(reader: WindowReader, from: number): Promise<number | undefined> {
  let position = from;
  for (;;) {
    const piece = await reader.exactly(position, SEARCH_BYTES);
    if (piece.length < FRAME_MAGIC.length) return undefined;
    const index = nextMagic(piece);
    if (index !== -1) return position + index;
    // The magic may lie across the border of two pieces.
    position += piece.length - (FRAME_MAGIC.length - 1);
    if (piece.length < SEARCH_BYTES) return undefined;
  }
}

const SEARCH_BYTES = 1 << 16;
/** Both kinds of frame begin with these two bytes. */
const MAGIC_START = Buffer.from("TL", "latin1");

function nextMagic(piece: Buffer): number {
  for (let index = piece.indexOf(MAGIC_START); index !== -1;) {
    const tail = piece.toString("latin1", index + 2, index + 4);
    if (tail === "FR" || tail === "EN") return index;
    index = piece.indexOf(MAGIC_START, index + 1);
  }
  return -1;
}
