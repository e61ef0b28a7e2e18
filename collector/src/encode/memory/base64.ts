/* oxlint-disable typescript/no-non-null-assertion -- offsets are inside memory by construction */
import type { Region } from "./region.ts";

const DIGITS = new TextEncoder().encode(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
);
const PADDING = 0x3d;

/** Appends the bytes [start, end) of the region's memory as base64 with padding, without a length. */
export function writeBase64(region: Region, start: number, end: number): void {
  region.reserve(4 * Math.ceil((end - start) / 3));
  const { bytes } = region.memory;
  let { position } = region;
  for (let p = start; p < end; p += 3) {
    const left = end - p;
    const first = bytes[p]!;
    const second = left > 1 ? bytes[p + 1]! : 0;
    const third = left > 2 ? bytes[p + 2]! : 0;
    bytes[position] = DIGITS[first >> 2]!;
    bytes[position + 1] = DIGITS[((first & 3) << 4) | (second >> 4)]!;
    bytes[position + 2] = left > 1 ? DIGITS[((second & 15) << 2) | (third >> 6)]! : PADDING;
    bytes[position + 3] = left > 2 ? DIGITS[third & 63]! : PADDING;
    position += 4;
  }
  region.position = position;
}
