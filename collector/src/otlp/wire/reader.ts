/* oxlint-disable typescript/no-non-null-assertion -- an index past the end is caught by the bounds check of the message, not per byte */
import { MalformedInput } from "./malformed.ts";
import type { Memory } from "./memory.ts";

const GROUP_DEPTH_MAX = 32;

/**
 * The primitives of protobuf's wire format. The loops over fields keep their position in a local variable and
 * read one-byte tags and lengths themselves; what is rarer is done here, and where it ended is left in `position`.
 *
 * The memory goes on for at least 16 bytes after the message, so a fixed field or a varint that is cut short reads
 * garbage, not a fault; every loop compares its position with the end of the message when it is through.
 */
export class WireReader {
  readonly memory: Memory;
  /** Where the last variable-length read ended. */
  position = 0;
  /** The low and high 32 bits that the last 64-bit read found, as signed integers. */
  low = 0;
  high = 0;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  fail(offset: number, why: string): never {
    throw new MalformedInput(offset, why);
  }

  /** The loop over a message ended somewhere else than the message. */
  failTruncated(end: number): never {
    this.fail(end, "the message ends inside a field");
  }

  /**
   * Reads a length whose first byte was above 127.
   * @param p offset of the second byte
   * @returns at most 2^31 - 1: whatever is longer does not fit into its message either
   */
  lengthRest(p: number, first: number): number {
    const { bytes } = this.memory;
    const start = p;
    let value = first & 127;
    let tooLong = false;
    let shift = 7;
    for (;;) {
      const byte = bytes[p++]!;
      if (shift < 28) value |= (byte & 127) << shift;
      else if (shift === 28) {
        value |= (byte & 7) << 28;
        tooLong = (byte & 0x78) !== 0;
      } else if ((byte & 127) !== 0) tooLong = true;
      if (!(byte > 127)) break;
      shift += 7;
      if (shift > 63) this.fail(start - 1, "a length has more than 10 bytes");
    }
    this.position = p;
    return tooLong ? 0x7fffffff : value;
  }

  /**
   * Reads a tag whose first byte was above 127: field numbers from 16 up, or padded ones.
   * @returns the 32 bits of the tag as a signed integer
   */
  tagRest(p: number, first: number): number {
    const { bytes } = this.memory;
    const start = p - 1;
    let value = first & 127;
    let shift = 7;
    for (;;) {
      const byte = bytes[p++]!;
      if (shift > 28 ? (byte & 127) !== 0 : shift === 28 && (byte & 0x70) !== 0) {
        this.fail(start, "a field number above 2^29 - 1");
      }
      if (shift <= 28) value |= (byte & 127) << shift;
      if (!(byte > 127)) break;
      shift += 7;
      if (shift > 63) this.fail(start, "a tag has more than 10 bytes");
    }
    this.position = p;
    return value;
  }

  /** Reads a varint into `low` and `high`. @returns the offset after it */
  varint64(p: number): number {
    const { bytes } = this.memory;
    let byte = bytes[p++]!;
    let low = byte & 127;
    let high = 0;
    let shift = 7;
    while (byte > 127) {
      byte = bytes[p++]!;
      if (shift < 28) low |= (byte & 127) << shift;
      else if (shift === 28) {
        low |= (byte & 15) << 28;
        high = (byte & 127) >> 4;
      } else if (shift < 64) high |= (byte & 127) << (shift - 32);
      else this.fail(p - 11, "a varint has more than 10 bytes");
      shift += 7;
    }
    this.low = low;
    this.high = high;
    return p;
  }

  /** Reads a length, checks that so many bytes are left. @returns the offset of the payload; its end is in `position` */
  payload(p: number, end: number): number {
    let length = this.memory.bytes[p++]!;
    if (length > 127) {
      length = this.lengthRest(p, length);
      p = this.position;
    }
    if (length > end - p) this.failLength(p, length, end);
    this.position = p + length;
    return p;
  }

  failLength(p: number, length: number, end: number): never {
    const left = Math.max(end - p, 0);
    if (left === 0 && p > end) this.failTruncated(end);
    this.fail(
      p,
      length === 0x7fffffff
        ? `a length of 2 GiB or more, and only ${left} bytes are left`
        : `a length of ${length}, and only ${left} bytes are left`,
    );
  }

  /**
   * Passes over a field nobody asked for.
   * @param p offset after the tag
   * @returns the offset after the field, at most end
   */
  skip(tag: number, p: number, end: number): number {
    const after = this.skipField(tag, p, { end, depth: 0 });
    if (after > end) this.failTruncated(end);
    return after;
  }

  private skipField(tag: number, p: number, within: { end: number; depth: number }): number {
    if (tag >>> 3 === 0) this.fail(p, "field number 0");
    switch (tag & 7) {
      case 0:
        return this.varint64(p);
      case 1:
        return p + 8;
      case 2:
        this.payload(p, within.end);
        return this.position;
      case 3:
        return this.skipGroup(tag, p, within);
      case 5:
        return p + 4;
      case 4:
        return this.fail(p, "a group ends that did not start");
      default:
        return this.fail(p, `wire type ${tag & 7} does not exist`);
    }
  }

  private skipGroup(tag: number, p: number, within: { end: number; depth: number }): number {
    const { end, depth } = within;
    if (depth === GROUP_DEPTH_MAX) this.fail(p, `groups nested more than ${depth} deep`);
    const { bytes } = this.memory;
    while (p < end) {
      let inner = bytes[p++]!;
      if (inner > 127) {
        inner = this.tagRest(p, inner);
        p = this.position;
      }
      if (inner === tag + 1) return p;
      p = this.skipField(inner, p, { end, depth: depth + 1 });
    }
    return this.fail(end, "a group does not end");
  }
}
