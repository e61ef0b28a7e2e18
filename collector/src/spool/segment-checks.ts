/**
 * The checksums of one segment. Which they are says the format version in its header page: CRC-32 (of zlib) in version 1,
 * CRC-32C (Castagnoli) since version 2. Version 1 is still read, and its deduplication tokens stay what they were.
 */
import { crc32c } from "@node-rs/crc32";
import { crc32 } from "node:zlib";

export type FormatVersion = 1 | 2;
/** What new segments are written in. */
const FORMAT_VERSION: FormatVersion = 2;

type Checksum = (bytes: Uint8Array, start: number) => number;

const CHECKSUMS: Readonly<Record<FormatVersion, Checksum>> = {
  1: crc32,
  2: (bytes, start) => crc32c(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), start),
};

export interface SegmentChecks {
  readonly id: string;
  readonly version: FormatVersion;
  /** The checksum of the segment's id, from which every other one in it starts: bytes of an earlier life never pass. */
  readonly seed: number;
  /** Goes on from an earlier checksum; 0 for none. */
  readonly checksum: Checksum;
}

/** @param version default: what new segments are written in */
export function segmentChecks(id: string, version: FormatVersion = FORMAT_VERSION): SegmentChecks {
  const checksum = CHECKSUMS[version];
  return { id, version, seed: checksum(Buffer.from(id, "hex"), 0), checksum };
}

/** @returns undefined for what this program does not read */
export function toFormatVersion(value: number): FormatVersion | undefined {
  return value === 1 || value === 2 ? value : undefined;
}
