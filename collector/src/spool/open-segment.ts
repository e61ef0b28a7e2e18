/**
 * One segment file while it takes blocks.
 *
 *   open ── append ok ──▶ open          every block so far is synced
 *     │ └── append fails ▶ failed       the descriptor is never written or synced again
 *     └── seal ─────────▶ sealed        an end frame closes it; it only leaves by insert or quarantine
 *
 * A failed segment keeps what was synced before. `cut` then writes the end frame behind that, through a new
 * descriptor, and syncs it: until that has worked, the file might come back from a crash with the failed frames
 * in it, under another checksum and so another deduplication token. It must not be inserted before.
 */
import { strict as assert } from "node:assert";
import type { EncodedBlock } from "../contract.ts";
import type { Disk, DiskFile } from "./disk.ts";
import { writeWhole, writeWholeSynced } from "./disk.ts";
import type { SegmentContents } from "./scan-segment.ts";
import { segmentChecks, type SegmentChecks } from "./segment-checks.ts";
import {
  encodeFrameHeader,
  encodeSegmentHeader,
  extendBodyChecksum,
  FRAME_HEADER_BYTES,
  HEADER_BYTES,
} from "./segment-format.ts";
import type { SegmentDescription } from "./segment-format.ts";

/** A new file starts with this much and doubles; small installations stay small. */
const FIRST_ALLOCATION_BYTES = 256 * 1024;
/** No single growth is larger: the zeros are written inside a group commit. */
const GROWTH_BYTES_MAX = 4 * 1024 * 1024;
/** An append that goes so far beyond the file is not worth zeros: it waits for its own bytes anyway, and they would be written twice. */
const LARGE_APPEND_BYTES = 1024 * 1024;
/** A segment of one block needs this much beside it: header page, frame header, end frame, mark of having been sent. */
export const SEGMENT_OVERHEAD_BYTES = HEADER_BYTES + 3 * FRAME_HEADER_BYTES;
const ZEROS = Buffer.alloc(256 * 1024);

export interface OpenSegmentOptions {
  readonly id: string;
  readonly path: string;
  readonly description: SegmentDescription;
  readonly file: DiskFile;
  /** What the file already holds; all of it may be overwritten. */
  readonly allocatedBytes: number;
  /** By the monotonic clock. */
  readonly openedAtMs: number;
  /** How far files may grow ahead of their data. */
  readonly spareBytes: () => number;
}

export interface SealResult {
  readonly contents: SegmentContents;
  /** Worth a line in the log, nothing more; undefined when the end frame was written. */
  readonly endFrameError: unknown;
}

export class OpenSegment {
  readonly id: string;
  readonly path: string;
  readonly description: SegmentDescription;
  readonly openedAtMs: number;
  readonly #file: DiskFile;
  readonly #checks: SegmentChecks;
  readonly #spareBytes: () => number;
  #state: "open" | "failed" | "sealed" = "open";
  #allocatedBytes: number;
  /** Behind the last synced frame. */
  #endOffset = HEADER_BYTES;
  #frames = 0;
  #rows = 0;
  #bodyBytes = 0;
  #bodyChecksum = 0;

  constructor(options: OpenSegmentOptions) {
    this.id = options.id;
    this.path = options.path;
    this.description = options.description;
    this.openedAtMs = options.openedAtMs;
    this.#file = options.file;
    this.#checks = segmentChecks(options.id);
    this.#spareBytes = options.spareBytes;
    this.#allocatedBytes = options.allocatedBytes;
  }

  get allocatedBytes(): number {
    return this.#allocatedBytes;
  }

  /** Synced rows. */
  get rows(): number {
    return this.#rows;
  }

  /** Synced bytes of blocks. */
  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  get frames(): number {
    return this.#frames;
  }

  /**
   * Writes the blocks and syncs them. When it rejects, nothing of them counts and the segment has failed.
   * Not to be called again before it settles.
   */
  async append(blocks: readonly EncodedBlock[]): Promise<void> {
    assert(this.#state === "open", `append to a ${this.#state} segment`);
    const headers = blocks.map((block, index) => ({
      kind: "block" as const,
      lengthBytes: block.bytes.byteLength,
      payloadChecksum: this.#checks.checksum(block.bytes, this.#checks.seed),
      sequence: this.#frames + index,
      rows: block.rows,
    }));
    const buffers: Uint8Array[] = [];
    const first = this.#frames === 0;
    if (first) buffers.push(encodeSegmentHeader(this.#checks, this.description));
    for (const [index, block] of blocks.entries()) {
      const header = headers[index];
      assert(header !== undefined);
      buffers.push(encodeFrameHeader(this.#checks, header), block.bytes);
    }
    const bodyBytes = sum(headers.map((header) => header.lengthBytes));
    const end = this.#endOffset + bodyBytes + blocks.length * FRAME_HEADER_BYTES;
    try {
      const offset = first ? 0 : this.#endOffset;
      if (await this.#allocate(end + 2 * FRAME_HEADER_BYTES)) {
        await writeWhole(this.#file, buffers, offset);
        // Of zeros too: afterwards the blocks on disk are there, and writes to them are synced alone.
        await this.#file.sync();
      } else {
        await writeWholeSynced(this.#file, buffers, offset);
      }
    } catch (error) {
      this.#state = "failed";
      throw error;
    }
    this.#endOffset = end;
    this.#frames += blocks.length;
    this.#rows += sum(headers.map((header) => header.rows));
    this.#bodyBytes += bodyBytes;
    for (const header of headers) {
      this.#bodyChecksum = extendBodyChecksum(this.#checks, this.#bodyChecksum, header);
    }
  }

  /**
   * Closes the file behind an end frame. The frame is not synced: without it a scan finds the same frames,
   * with it a scan is shorter and notices a lost one. A disk that refuses it therefore costs nothing.
   */
  async seal(): Promise<SealResult> {
    assert(this.#state === "open" && this.#frames > 0, "seal of an empty or failed segment");
    this.#state = "sealed";
    let endFrameError: unknown;
    try {
      await writeWhole(this.#file, [this.#endFrame()], this.#endOffset);
      await this.#file.close();
    } catch (error) {
      endFrameError = error;
    }
    return { contents: this.#contents(), endFrameError };
  }

  /** Gives the descriptor back; the file stays as it is. */
  async abandon(): Promise<void> {
    this.#state = "failed";
    await this.#file.close();
  }

  /** For a failed and abandoned segment with synced frames. May be repeated until it resolves. */
  async cut(disk: Disk): Promise<SegmentContents> {
    assert(this.#state === "failed" && this.#frames > 0, "cut of a healthy or empty segment");
    await writeEndFrame(disk, this.path, this.#endOffset, this.#endFrame());
    return this.#contents();
  }

  #endFrame(): Buffer {
    return encodeEndFrame(this.#checks, { frames: this.#frames, rows: this.#rows });
  }

  #contents(): SegmentContents {
    return {
      checks: this.#checks,
      extents: [{ from: HEADER_BYTES, to: this.#endOffset }],
      frames: this.#frames,
      rows: this.#rows,
      bodyBytes: this.#bodyBytes,
      bodyChecksum: this.#bodyChecksum,
    };
  }

  /**
   * Fills with zeros ahead of small appends. A sync of a file that grows waits for the file system's journal, which
   * ClickHouse's own syncs share; a sync inside allocated blocks does not.
   * @returns whether the file grows
   */
  async #allocate(neededBytes: number): Promise<boolean> {
    if (neededBytes <= this.#allocatedBytes) return false;
    if (neededBytes - this.#allocatedBytes >= LARGE_APPEND_BYTES) {
      this.#allocatedBytes = neededBytes;
      return true;
    }
    const wanted = Math.max(this.#allocatedBytes, FIRST_ALLOCATION_BYTES);
    const growth = Math.min(wanted, GROWTH_BYTES_MAX, Math.max(this.#spareBytes(), 0));
    const target = Math.max(this.#allocatedBytes + growth, neededBytes);
    const zeros: Uint8Array[] = [];
    for (let left = target - this.#allocatedBytes; left > 0; left -= ZEROS.length) {
      zeros.push(left < ZEROS.length ? ZEROS.subarray(0, left) : ZEROS);
    }
    // All at once: each write is a trip to the thread pool, inside of a group commit.
    await writeWhole(this.#file, zeros, this.#allocatedBytes);
    this.#allocatedBytes = target;
    return true;
  }
}

export function encodeEndFrame(
  checks: SegmentChecks,
  contents: { readonly frames: number; readonly rows: number },
): Buffer {
  return encodeFrameHeader(checks, {
    kind: "end",
    lengthBytes: 0,
    payloadChecksum: 0,
    sequence: contents.frames,
    rows: contents.rows,
  });
}

/** Through its own descriptor, synced: afterwards the segment's contents cannot change any more. */
export async function writeEndFrame(
  disk: Disk,
  path: string,
  offset: number,
  endFrame: Buffer,
): Promise<void> {
  const file = await disk.open(path, "update");
  try {
    await writeWhole(file, [endFrame], offset);
    await file.sync();
  } finally {
    await file.close();
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}
