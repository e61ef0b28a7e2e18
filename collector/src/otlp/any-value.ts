/* oxlint-disable typescript/no-non-null-assertion -- an index past the end is caught by the bounds check of the message, not per byte */
import type { Merger } from "./wire/merger.ts";
import type { WireReader } from "./wire/reader.ts";

/** What an AnyValue holds: the tag of its field, as it is on the wire. 0: nothing, which is a value too. */
export const ANY_EMPTY = 0;
export const ANY_STRING = 0x0a;
export const ANY_BOOL = 0x10;
export const ANY_INT = 0x18;
export const ANY_DOUBLE = 0x21;
export const ANY_ARRAY = 0x2a;
export const ANY_KVLIST = 0x32;
export const ANY_BYTES = 0x3a;

/** One field of one AnyValue, however it was sent. */
export class AnyValueCursor {
  /** One of the constants above. */
  kind = ANY_EMPTY;
  /** The payload: text, bytes, a message, or the bytes of the number. */
  start = 0;
  end = 0;
  private readonly reader: WireReader;
  private readonly merger: Merger;

  constructor(reader: WireReader, merger: Merger) {
    this.reader = reader;
    this.merger = merger;
  }

  /** Reads the AnyValue at [start, end): of the fields of the oneof the last one counts, lists in pieces are joined. */
  read(start: number, end: number): void {
    const { reader } = this;
    this.kind = ANY_EMPTY;
    let p = start;
    while (p < end) {
      let tag = reader.memory.bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      p = this.field(tag, p, end);
    }
    if (p !== end) reader.failTruncated(end);
  }

  private field(tag: number, p: number, end: number): number {
    const { reader } = this;
    switch (tag) {
      case ANY_STRING:
      case ANY_BYTES:
        this.start = reader.payload(p, end);
        this.end = reader.position;
        break;
      case ANY_ARRAY:
      case ANY_KVLIST:
        this.list(tag, reader.payload(p, end), reader.position);
        p = reader.position;
        this.kind = tag;
        return p;
      case ANY_BOOL:
      case ANY_INT:
        this.start = p;
        this.end = reader.varint64(p);
        break;
      case ANY_DOUBLE:
        this.start = p;
        this.end = p + 8;
        break;
      default:
        return reader.skip(tag, p, end);
    }
    this.kind = tag;
    return this.end;
  }

  private list(tag: number, start: number, end: number): void {
    if (this.kind === tag) {
      this.merger.join(this, { start, end });
      this.start = this.merger.start;
      this.end = this.merger.end;
    } else {
      this.start = start;
      this.end = end;
    }
  }
}

/** A KeyValue, or an element of a list, taken apart. */
export class KeyValueCursor {
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  private readonly reader: WireReader;
  private readonly merger: Merger;

  constructor(reader: WireReader, merger: Merger) {
    this.reader = reader;
    this.merger = merger;
  }

  /** Reads the KeyValue at [start, end). A missing key is the empty key, a missing value the empty value. */
  read(start: number, end: number): void {
    const { reader } = this;
    this.keyStart = this.keyEnd = this.valueStart = this.valueEnd = start;
    let p = start;
    while (p < end) {
      let tag = reader.memory.bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      switch (tag) {
        case 0x0a: // key = 1
          this.keyStart = reader.payload(p, end);
          p = this.keyEnd = reader.position;
          break;
        case 0x12: // value = 2
          p = this.value(reader.payload(p, end), reader.position);
          break;
        default:
          p = reader.skip(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
  }

  private value(start: number, end: number): number {
    this.merger.join({ start: this.valueStart, end: this.valueEnd }, { start, end });
    this.valueStart = this.merger.start;
    this.valueEnd = this.merger.end;
    return end;
  }
}

/** Tells whether any-values are nested deeper than they may be, before anything of them is stored. */
export class NestingCheck {
  private readonly reader: WireReader;
  private readonly merger: Merger;
  private readonly depthMax: number;

  constructor(reader: WireReader, merger: Merger, depthMax: number) {
    this.reader = reader;
    this.merger = merger;
    this.depthMax = depthMax;
  }

  /** An array or key-value list takes at least 4 bytes a level, so what is shorter need not be looked at. */
  get safeBytes(): number {
    return 4 * this.depthMax;
  }

  /** @returns true if the AnyValue at [start, end) has lists in lists more than depthMax deep */
  isTooDeep(start: number, end: number): boolean {
    if (end - start <= this.safeBytes) return false;
    if (this.reader.memory.bytes[start] === ANY_STRING) {
      this.reader.payload(start + 1, end);
      if (this.reader.position === end) return false;
    }
    return this.exceeds(start, end, this.depthMax);
  }

  private exceeds(start: number, end: number, levelsLeft: number): boolean {
    const value = new AnyValueCursor(this.reader, this.merger);
    value.read(start, end);
    if (value.kind !== ANY_ARRAY && value.kind !== ANY_KVLIST) return false;
    if (levelsLeft === 0) return true;
    const pair = new KeyValueCursor(this.reader, this.merger);
    let p = value.start;
    while (p < value.end) {
      const item = nextItem(this.reader, p, value.end);
      p = this.reader.position;
      if (item < 0) continue;
      let inner = item;
      let innerEnd = p;
      if (value.kind === ANY_KVLIST) {
        pair.read(item, p);
        inner = pair.valueStart;
        innerEnd = pair.valueEnd;
      }
      if (innerEnd > inner && this.exceeds(inner, innerEnd, levelsLeft - 1)) return true;
    }
    return false;
  }
}

/**
 * Steps to the next field of an ArrayValue or KeyValueList, both `values = 1`.
 * @returns the start of an item, or -1 for a field that is none; the end of either is in `reader.position`
 */
export function nextItem(reader: WireReader, p: number, end: number): number {
  let tag = reader.memory.bytes[p++]!;
  if (tag > 127) {
    tag = reader.tagRest(p, tag);
    p = reader.position;
  }
  if (tag === 0x0a) return reader.payload(p, end);
  reader.position = reader.skip(tag, p, end);
  return -1;
}
