/** The INSERT body of a segment: its blocks back to back, without header page and frame headers. */
import { noteDeadBytes } from "../garbage-collection.ts";
import type { DiskFile } from "./disk.ts";
import { SpoolError } from "./disk.ts";
import type { Extent } from "./scan-segment.ts";
import type { SegmentChecks } from "./segment-checks.ts";
import { FRAME_HEADER_BYTES, parseFrameHeader } from "./segment-format.ts";
import { WindowReader } from "./window-reader.ts";

const PIECE_BYTES = 256 * 1024;

export interface BodyRange {
  /** Where the whole frames are. */
  readonly extents: readonly Extent[];
  /** At most so many frames, from the first on. */
  readonly framesMax: number;
}

/**
 * Reads and checks the frames again. The last bytes of a frame leave only after its checksum has matched: a
 * damaged block reaches ClickHouse torn, and a torn block stores nothing.
 * @yields pieces of at most 256 KiB, each in its own memory
 * @throws SpoolError SPOOL_DAMAGED_FRAME
 */
export async function* readSegmentBody(
  file: DiskFile,
  checks: SegmentChecks,
  { extents, framesMax }: BodyRange,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new WindowReader(file);
  const { id, seed } = checks;
  let piece = Buffer.allocUnsafe(PIECE_BYTES);
  let filled = 0;
  let frames = 0;
  for (const extent of extents) {
    let position = extent.from;
    while (position < extent.to && frames < framesMax) {
      frames += 1;
      const header = parseFrameHeader(await reader.exactly(position, FRAME_HEADER_BYTES), checks);
      if (header?.kind !== "block") throw damaged(id, position);
      const frameOffset = position;
      position += FRAME_HEADER_BYTES;
      let checksum = seed;
      for (let left = header.lengthBytes; left > 0;) {
        if (filled === piece.length) {
          yield piece;
          noteDeadBytes(PIECE_BYTES);
          piece = Buffer.allocUnsafe(PIECE_BYTES);
          filled = 0;
        }
        const bytes = await reader.some(position, Math.min(left, piece.length - filled));
        if (bytes.length === 0) throw damaged(id, frameOffset);
        checksum = checks.checksum(bytes, checksum);
        bytes.copy(piece, filled);
        filled += bytes.length;
        position += bytes.length;
        left -= bytes.length;
      }
      if (checksum !== header.payloadChecksum) throw damaged(id, frameOffset);
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

function damaged(id: string, offset: number): SpoolError {
  return new SpoolError(
    "SPOOL_DAMAGED_FRAME",
    `segment ${id}: the frame at byte ${offset} no longer matches its checksum`,
  );
}
