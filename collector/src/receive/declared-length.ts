/** What a compressed body says of its own length. Nobody has to tell the truth: to be trusted as far as memory goes that is not touched. */
import type { ContentCoding } from "./inflate.ts";

/** @returns bytes after decompression; undefined where the coding or the sender does not say */
export function readDeclaredLength(coding: ContentCoding, wire: Uint8Array): number | undefined {
  const view = new DataView(wire.buffer, wire.byteOffset, wire.byteLength);
  switch (coding) {
    case "gzip":
      return readGzipLength(view);
    case "zstd":
      return readZstdLength(view);
    case "deflate":
      return undefined;
  }
}

const GZIP_BYTES_MIN = 18;

/** Of the last member, modulo 2^32: RFC 1952, 2.3.1. */
function readGzipLength(view: DataView): number | undefined {
  if (view.byteLength < GZIP_BYTES_MIN) return undefined;
  return view.getUint32(view.byteLength - 4, true);
}

const ZSTD_MAGIC = 0xfd2fb528;
/** Magic number, descriptor, window, dictionary and the longest length: RFC 8878, 3.1.1.1. */
const ZSTD_HEADER_BYTES_MAX = 18;
const SINGLE_SEGMENT = 0x20;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;

/** Of the first frame. */
function readZstdLength(view: DataView): number | undefined {
  if (view.byteLength < ZSTD_HEADER_BYTES_MAX || view.getUint32(0, true) !== ZSTD_MAGIC) {
    return undefined;
  }
  const descriptor = view.getUint8(4);
  const isSingleSegment = (descriptor & SINGLE_SEGMENT) !== 0;
  const dictionaryBytes = DICTIONARY_ID_BYTES[descriptor & 3] ?? 0;
  const at = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes;
  switch (descriptor >> 6) {
    case 0:
      return isSingleSegment ? view.getUint8(at) : undefined;
    case 1:
      return view.getUint16(at, true) + 256;
    case 2:
      return view.getUint32(at, true);
    default:
      return Number(view.getBigUint64(at, true));
  }
}
