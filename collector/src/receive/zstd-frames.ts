/**
 * Where the frames of a zstd body begin and end (RFC 8878, 3.1). Node's decompressor leaves out what follows the end of a frame
 * in one write, without an error; frames that are written one by one all come out, of one context.
 */

const MAGIC = 0xfd2fb528;
/** Frames to be passed over have any of 16 magic numbers. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_HEADER_BYTES = 8;
const DESCRIPTOR_AT = 4;
const SINGLE_SEGMENT = 0x20;
const CHECKSUM = 0x04;
const CHECKSUM_BYTES = 4;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const BLOCK_HEADER_BYTES = 3;
const RLE_BLOCK = 1;

interface FrameHeader {
  readonly sizeBytes: number;
  readonly hasChecksum: boolean;
  /** Where the length of the content is, if it is said, and in how many bytes. */
  readonly contentSizeAt: number;
  readonly contentSizeBytes: number;
}

/**
 * Judges nothing: what is no frame, or not a whole one, is part of the last piece, for the decompressor to refuse.
 * @param framesMax bounds the work and the list; at least 1
 * @returns views of at least one piece; undefined when there are more
 */
export function splitZstdFrames(
  wire: Uint8Array,
  framesMax: number,
): readonly Uint8Array[] | undefined {
  const view = new DataView(wire.buffer, wire.byteOffset, wire.byteLength);
  const frames: Uint8Array[] = [];
  let start = 0;
  do {
    if (frames.length === framesMax) return undefined;
    const end = findEnd(view, start) ?? wire.length;
    frames.push(wire.subarray(start, end));
    start = end;
  } while (start < wire.length);
  return frames;
}

/** @returns bytes after decompression, as the frame has it; undefined where it does not say */
export function readFrameLength(frame: Uint8Array): number | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (isSkippable(view, 0)) return 0;
  const header = readHeader(view, 0);
  if (header === undefined) return undefined;
  const { contentSizeAt } = header;
  switch (header.contentSizeBytes) {
    case 1:
      return view.getUint8(contentSizeAt);
    case 2:
      return view.getUint16(contentSizeAt, true) + 256;
    case 4:
      return view.getUint32(contentSizeAt, true);
    case 8:
      return Number(view.getBigUint64(contentSizeAt, true));
    default:
      return undefined;
  }
}

/** @returns undefined when there is no whole frame */
function findEnd(view: DataView, start: number): number | undefined {
  if (isSkippable(view, start)) {
    const end = start + SKIPPABLE_HEADER_BYTES + view.getUint32(start + 4, true);
    return end <= view.byteLength ? end : undefined;
  }
  const header = readHeader(view, start);
  if (header === undefined) return undefined;
  let at = start + header.sizeBytes;
  for (;;) {
    if (at + BLOCK_HEADER_BYTES > view.byteLength) return undefined;
    const block = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const isLast = (block & 1) === 1;
    at += BLOCK_HEADER_BYTES + (((block >> 1) & 3) === RLE_BLOCK ? 1 : block >> 3);
    if (isLast) break;
  }
  const end = at + (header.hasChecksum ? CHECKSUM_BYTES : 0);
  return end <= view.byteLength ? end : undefined;
}

function isSkippable(view: DataView, start: number): boolean {
  if (start + SKIPPABLE_HEADER_BYTES > view.byteLength) return false;
  return view.getUint32(start, true) - (view.getUint8(start) & 0x0f) === SKIPPABLE_MAGIC;
}

/** @returns undefined where the bytes are no header, or not all of one */
function readHeader(view: DataView, start: number): FrameHeader | undefined {
  if (start + DESCRIPTOR_AT >= view.byteLength) return undefined;
  if (view.getUint32(start, true) !== MAGIC) return undefined;
  const descriptor = view.getUint8(start + DESCRIPTOR_AT);
  const isSingleSegment = (descriptor & SINGLE_SEGMENT) !== 0;
  const dictionaryBytes = DICTIONARY_ID_BYTES[descriptor & 3] ?? 0;
  const sizeFlag = descriptor >> 6;
  const contentSizeBytes =
    sizeFlag === 0 && isSingleSegment ? 1 : (CONTENT_SIZE_BYTES[sizeFlag] ?? 0);
  const contentSizeAt = start + DESCRIPTOR_AT + 1 + (isSingleSegment ? 0 : 1) + dictionaryBytes;
  const end = contentSizeAt + contentSizeBytes;
  if (end > view.byteLength) return undefined;
  return {
    sizeBytes: end - start,
    hasChecksum: (descriptor & CHECKSUM) !== 0,
    contentSizeAt,
    contentSizeBytes,
  };
}
