/* oxlint-disable typescript/no-non-null-assertion -- offsets are inside memory by construction */
import type { Memory } from "../../otlp/wire/memory.ts";
import type { Region } from "./region.ts";
import { sanitizedCopy, utf8CutLength } from "./utf8.ts";

/** Up to this length a loop is faster than `copyWithin`, which takes 50 to 100 ns whatever the length. */
const LOOP_BYTES_MAX = 160;
/** "00" to "ff", as two bytes in the order in which they are read. */
const HEX_PAIRS = Uint16Array.from({ length: 256 }, (_, byte) =>
  Buffer.from(Buffer.from([byte]).toString("hex"), "latin1").readUInt16LE(),
);

/**
 * Writes ClickHouse Strings, a varint length and the bytes, to the end of a region. A String takes any bytes, but
 * what reads it back as JSON does not: bytes that are not UTF-8 become U+FFFD. Looking for them costs a quarter of
 * a nanosecond per byte as long as the text is ASCII.
 */
export class TextWriter {
  readonly memory: Memory;
  /** Texts that were longer than the limit and were cut, since the start of the encoder. */
  cuts = 0;
  /** Bytes of texts that may be longer than what was sent (JSON, base64, repaired), since the start of the encoder. */
  contentBytes = 0;
  readonly textBytesMax: number;
  private readonly loopBytesMax: number;

  constructor(memory: Memory, textBytesMax: number) {
    this.memory = memory;
    this.textBytesMax = textBytesMax;
    this.loopBytesMax = Math.min(LOOP_BYTES_MAX, textBytesMax);
  }

  empty(region: Region): void {
    region.reserve(1);
    this.memory.bytes[region.position++] = 0;
  }

  /** Appends the text at [start, end) of the memory the region lies in, cut to the limit. */
  text(region: Region, start: number, end: number): void {
    const length = end - start;
    if (length > this.loopBytesMax) {
      this.longText(region, start, end);
      return;
    }
    region.reserve(LOOP_BYTES_MAX + 2);
    const seen =
      length < 4 ? this.copyTiny(region, start, end) : this.copyShort(region, start, end);
    if ((seen & 0x80808080) !== 0) this.checkedText(region, start, end);
    else region.position += (length > 127 ? 2 : 1) + length;
  }

  /** Appends the id at [start, end) as lower-case hexadecimal digits; an id of zeros is none. */
  id(region: Region, start: number, end: number): void {
    const length = end - start;
    region.reserve(2 * length + 1);
    const { bytes, view } = this.memory;
    let position = region.position;
    bytes[position++] = 2 * length;
    let seen = 0;
    let i = start;
    // Four bytes at a time: ids have eight or sixteen.
    for (; i + 4 <= end; i += 4) {
      const word = view.getInt32(i, true);
      seen |= word;
      const first = HEX_PAIRS[word & 255]! | (HEX_PAIRS[(word >>> 8) & 255]! << 16);
      const last = HEX_PAIRS[(word >>> 16) & 255]! | (HEX_PAIRS[word >>> 24]! << 16);
      view.setInt32(position, first, true);
      view.setInt32(position + 4, last, true);
      position += 8;
    }
    for (; i < end; i++) {
      const byte = bytes[i]!;
      seen |= byte;
      view.setUint16(position, HEX_PAIRS[byte]!, true);
      position += 2;
    }
    if (seen === 0) bytes[region.position++] = 0;
    else region.position = position;
  }

  /** Appends ASCII text that the program made. */
  ascii(region: Region, text: string): void {
    const { length } = text;
    region.reserve(length + 5);
    this.length(region, length);
    const { bytes } = this.memory;
    let position = region.position;
    for (let i = 0; i < length; i++) bytes[position++] = text.charCodeAt(i);
    region.position = position;
  }

  /** Appends a length. The caller has reserved 5 bytes for it. */
  length(region: Region, length: number): void {
    const { bytes } = this.memory;
    let position = region.position;
    while (length > 127) {
      bytes[position++] = (length & 127) | 128;
      length >>>= 7;
    }
    bytes[position++] = length;
    region.position = position;
  }

  /**
   * Gives the bytes from contentStart to the end of the region, which lie 5 bytes behind the end of the last
   * String, their length, cut to the limit.
   */
  closeContent(region: Region, contentStart: number): void {
    let length = region.position - contentStart;
    if (length > this.textBytesMax) {
      length = utf8CutLength(this.memory.bytes, contentStart, this.textBytesMax);
      this.cuts++;
    }
    this.contentBytes += length;
    region.position = contentStart - 5;
    this.length(region, length);
    this.memory.bytes.copyWithin(region.position, contentStart, contentStart + length);
    region.position += length;
  }

  /** @returns the end of the text at [start, end) when it is cut to the limit */
  cut(start: number, end: number): number {
    if (end - start <= this.textBytesMax) return end;
    this.cuts++;
    return start + utf8CutLength(this.memory.bytes, start, this.textBytesMax);
  }

  /** Writes a text of less than 4 bytes behind the end of the region. @returns the bytes it saw, or-ed together */
  private copyTiny(region: Region, start: number, end: number): number {
    const { bytes } = this.memory;
    let position = region.position;
    bytes[position++] = end - start;
    let seen = 0;
    for (let p = start; p < end; p++) {
      const byte = bytes[p]!;
      seen |= byte;
      bytes[position++] = byte;
    }
    return seen;
  }

  /**
   * Writes a text of 4 to LOOP_BYTES_MAX bytes behind the end of the region, four bytes at a time; the last four may
   * overlap those before. @returns the words it saw, or-ed together
   */
  private copyShort(region: Region, start: number, end: number): number {
    const { bytes, view } = this.memory;
    const length = end - start;
    let position = region.position;
    if (length > 127) {
      bytes[position++] = (length & 127) | 128;
      bytes[position++] = length >> 7;
    } else {
      bytes[position++] = length;
    }
    const last = length - 4;
    let word = view.getInt32(start + last, true);
    view.setInt32(position + last, word, true);
    let seen = word;
    for (let i = 0; i < last; i += 4) {
      word = view.getInt32(start + i, true);
      view.setInt32(position + i, word, true);
      seen |= word;
    }
    return seen;
  }

  private longText(region: Region, start: number, end: number): void {
    const last = this.cut(start, end);
    if (!isAscii(this.memory, start, last)) {
      this.checkedText(region, start, last);
      return;
    }
    const length = last - start;
    region.reserve(length + 5);
    this.length(region, length);
    this.memory.bytes.copyWithin(region.position, start, last);
    region.position += length;
  }

  private checkedText(region: Region, start: number, end: number): void {
    region.reserve(3 * (end - start) + 10);
    const content = region.position + 5;
    region.position = sanitizedCopy(this.memory.bytes, { start, end }, content);
    this.closeContent(region, content);
  }
}

/** @returns true if no byte of [start, end) is above 127 */
export function isAscii(memory: Memory, start: number, end: number): boolean {
  const { bytes, words } = memory;
  let p = start;
  while (p < end && (p & 3) !== 0) if (bytes[p++]! > 127) return false;
  const wordsEnd = end >> 2;
  let seen = 0;
  let word = p >> 2;
  for (; word < wordsEnd; word++) seen |= words[word]!;
  if ((seen & 0x80808080) !== 0) return false;
  for (p = Math.max(p, word << 2); p < end; p++) if (bytes[p]! > 127) return false;
  return true;
}
