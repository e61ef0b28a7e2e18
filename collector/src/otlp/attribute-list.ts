/* oxlint-disable typescript/no-non-null-assertion -- an index past the end is caught by the bounds check of the message, not per byte */
import { KeyValueCursor, NestingCheck } from "./any-value.ts";
import type { Rejection, ScanLimits } from "./rejection.ts";
import type { Merger } from "./wire/merger.ts";
import type { WireReader } from "./wire/reader.ts";

/** Numbers per attribute in `entries`: key start, key length, value start, value end. */
export const ATTRIBUTE_STRIDE = 4;

/**
 * Where the attributes of one record lie: offsets only. Filled while the fields of a record are found, read when
 * its row is appended; used again for the next record.
 */
export class AttributeList {
  /** ATTRIBUTE_STRIDE numbers per attribute, in wire order. */
  entries = new Uint32Array(64 * ATTRIBUTE_STRIDE);
  count = 0;
  /**
   * A number that rules gave the keys, all of them in their order, so that nobody else needs to compare them: equal ones under one
   * `keySerial` are equal lists.
   */
  keyPath = 0;
  /** 0 if the keys have no number. */
  keySerial = 0;
  /** Why the record these belong to cannot be stored; the first reason found. */
  rejection: Rejection | undefined = undefined;
  private readonly reader: WireReader;
  private readonly limits: ScanLimits;
  private readonly cursor: KeyValueCursor;
  private readonly nesting: NestingCheck;
  private readonly nestingSafeBytes: number;

  constructor(reader: WireReader, merger: Merger, limits: ScanLimits) {
    this.reader = reader;
    this.limits = limits;
    this.cursor = new KeyValueCursor(reader, merger);
    this.nesting = new NestingCheck(reader, merger, limits.valueDepthMax);
    this.nestingSafeBytes = this.nesting.safeBytes;
  }

  clear(): void {
    this.count = this.keySerial = 0;
    this.rejection = undefined;
  }

  /** Adds the KeyValue at [start, end). */
  add(start: number, end: number): void {
    if (this.count === this.limits.attributesPerRecordMax) {
      this.rejection ??= "attributes_limit";
      return;
    }
    const { bytes } = this.reader.memory;
    const keyStart = start + 2;
    const keyLength = bytes[start + 1]!;
    // What every encoder writes: a key shorter than 128 bytes, then a value, and nothing else.
    if (bytes[start] === 0x0a && keyLength < 128) {
      let p = keyStart + keyLength;
      if (p + 1 < end && bytes[p] === 0x12) {
        let length = bytes[p + 1]!;
        p += 2;
        if (length > 127) {
          length = this.reader.lengthRest(p, length);
          p = this.reader.position;
        }
        if (length === end - p) {
          this.push(keyStart, keyLength, p, end);
          return;
        }
      }
    }
    this.cursor.read(start, end);
    const { cursor } = this;
    this.push(cursor.keyStart, cursor.keyEnd - cursor.keyStart, cursor.valueStart, cursor.valueEnd);
  }

  /** @returns true if lists in the AnyValue at [start, end) are nested too deep to be stored */
  isTooDeep(start: number, end: number): boolean {
    return this.nesting.isTooDeep(start, end);
  }

  // oxlint-disable-next-line max-params -- called for every attribute of every record; an object would be made for each
  private push(keyStart: number, keyLength: number, valueStart: number, valueEnd: number): void {
    const at = this.count * ATTRIBUTE_STRIDE;
    if (at === this.entries.length) this.grow();
    const { entries } = this;
    entries[at] = keyStart;
    entries[at + 1] = keyLength;
    entries[at + 2] = valueStart;
    entries[at + 3] = valueEnd;
    this.count++;
    if (keyLength > this.limits.keyBytesMax) this.rejection ??= "key_limit";
    if (
      valueEnd - valueStart > this.nestingSafeBytes &&
      this.nesting.isTooDeep(valueStart, valueEnd)
    ) {
      this.rejection ??= "nesting_limit";
    }
  }

  private grow(): void {
    const grown = new Uint32Array(this.entries.length * 2);
    grown.set(this.entries);
    this.entries = grown;
  }
}
