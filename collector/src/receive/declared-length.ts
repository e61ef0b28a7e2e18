/** What a compressed body says of its own length. Nobody has to tell the truth: to be trusted as far as memory goes that is not touched. */
import type { ContentCoding } from "./inflate.ts";
import { readFrameLength } from "./zstd-frames.ts";

/**
 * @param pieces the body as it came; of zstd each frame apart
 * @returns bytes after decompression; undefined where the coding or the sender does not say
 */
export function readDeclaredLength(
  coding: ContentCoding,
  pieces: readonly Uint8Array[],
): number | undefined {
  switch (coding) {
    case "gzip":
      return readGzipLength(pieces.at(-1));
    case "zstd":
      return sumFrameLengths(pieces);
    case "deflate":
      return undefined;
  }
}

const GZIP_BYTES_MIN = 18;

/** Of the last member, modulo 2^32: RFC 1952, 2.3.1. */
function readGzipLength(wire: Uint8Array | undefined): number | undefined {
  if (wire === undefined || wire.length < GZIP_BYTES_MIN) return undefined;
  return new DataView(wire.buffer, wire.byteOffset).getUint32(wire.length - 4, true);
}

function sumFrameLengths(frames: readonly Uint8Array[]): number | undefined {
  let length = 0;
  for (const frame of frames) {
    const declared = readFrameLength(frame);
    if (declared === undefined) return undefined;
    length += declared;
  }
  return length;
}
