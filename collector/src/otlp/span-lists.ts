/* oxlint-disable typescript/no-non-null-assertion -- an index past the end is caught by the bounds check of the message, not per byte */
import { AttributeList } from "./attribute-list.ts";
import type { Rejection, ScanLimits } from "./rejection.ts";
import type { Merger } from "./wire/merger.ts";
import type { WireReader } from "./wire/reader.ts";

const INITIAL_ITEMS = 16;

/**
 * The events of one span: where their fields lie. The attributes of all of them are in one list, event number i
 * has those from `attributesEnd(i - 1)` to `attributesEnd(i)`.
 */
export class SpanEventList {
  /** Numbers per event in `items`: time low, time high, name start, name end, dropped, end of its attributes. */
  static readonly STRIDE = 6;
  items: Int32Array<ArrayBuffer> = new Int32Array(INITIAL_ITEMS * SpanEventList.STRIDE);
  count = 0;
  readonly attributes: AttributeList;
  private readonly reader: WireReader;
  private readonly limits: ScanLimits;
  private ownRejection: Rejection | undefined = undefined;

  constructor(reader: WireReader, merger: Merger, limits: ScanLimits) {
    this.reader = reader;
    this.limits = limits;
    this.attributes = new AttributeList(reader, merger, limits);
  }

  get rejection(): Rejection | undefined {
    return this.ownRejection ?? this.attributes.rejection;
  }

  clear(): void {
    if (this.count === 0 && this.ownRejection === undefined) return;
    this.count = 0;
    this.ownRejection = undefined;
    this.attributes.clear();
  }

  /** Adds the Span.Event at [start, end). */
  add(start: number, end: number): void {
    if (this.count === this.limits.listItemsMax) {
      this.ownRejection ??= "list_limit";
      return;
    }
    const { reader } = this;
    const { bytes, view } = reader.memory;
    const at = this.next(start);
    const { items } = this;
    let p = start;
    while (p < end) {
      let tag = bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      switch (tag) {
        case 0x09: // time_unix_nano = 1
          items[at] = view.getInt32(p, true);
          items[at + 1] = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x12: // name = 2
          items[at + 2] = reader.payload(p, end);
          p = items[at + 3] = reader.position;
          break;
        case 0x1a: {
          // attributes = 3
          const from = reader.payload(p, end);
          p = reader.position;
          this.attributes.add(from, p);
          break;
        }
        case 0x20: // dropped_attributes_count = 4
          p = reader.varint64(p);
          items[at + 4] = reader.low;
          break;
        default:
          p = reader.skip(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
    items[at + 5] = this.attributes.count;
    if (items[at + 3]! - items[at + 2]! > this.limits.valueBytesMax) {
      this.ownRejection ??= "text_limit";
    }
  }

  private next(start: number): number {
    const at = this.count++ * SpanEventList.STRIDE;
    if (at === this.items.length) this.items = doubled(this.items);
    this.items.fill(0, at, at + SpanEventList.STRIDE);
    this.items[at + 2] = this.items[at + 3] = start;
    return at;
  }
}

/** The links of one span, as SpanEventList has its events. */
export class SpanLinkList {
  /**
   * Numbers per link in `items`: trace id start, end, span id start, end, trace state start, end, dropped, flags, end of
   * its attributes.
   */
  static readonly STRIDE = 9;
  items: Int32Array<ArrayBuffer> = new Int32Array(INITIAL_ITEMS * SpanLinkList.STRIDE);
  count = 0;
  readonly attributes: AttributeList;
  private readonly reader: WireReader;
  private readonly limits: ScanLimits;
  private ownRejection: Rejection | undefined = undefined;

  constructor(reader: WireReader, merger: Merger, limits: ScanLimits) {
    this.reader = reader;
    this.limits = limits;
    this.attributes = new AttributeList(reader, merger, limits);
  }

  get rejection(): Rejection | undefined {
    return this.ownRejection ?? this.attributes.rejection;
  }

  clear(): void {
    if (this.count === 0 && this.ownRejection === undefined) return;
    this.count = 0;
    this.ownRejection = undefined;
    this.attributes.clear();
  }

  /** Adds the Span.Link at [start, end). */
  // oxlint-disable-next-line max-lines-per-function -- one case per field of the message, in one loop
  add(start: number, end: number): void {
    if (this.count === this.limits.listItemsMax) {
      this.ownRejection ??= "list_limit";
      return;
    }
    const { reader } = this;
    const { bytes, view } = reader.memory;
    const at = this.next(start);
    const { items } = this;
    let p = start;
    while (p < end) {
      let tag = bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      switch (tag) {
        case 0x0a: // trace_id = 1
          items[at] = reader.payload(p, end);
          p = items[at + 1] = reader.position;
          break;
        case 0x12: // span_id = 2
          items[at + 2] = reader.payload(p, end);
          p = items[at + 3] = reader.position;
          break;
        case 0x1a: // trace_state = 3
          items[at + 4] = reader.payload(p, end);
          p = items[at + 5] = reader.position;
          break;
        case 0x22: {
          // attributes = 4
          const from = reader.payload(p, end);
          p = reader.position;
          this.attributes.add(from, p);
          break;
        }
        case 0x28: // dropped_attributes_count = 5
          p = reader.varint64(p);
          items[at + 6] = reader.low;
          break;
        case 0x35: // flags = 6
          items[at + 7] = view.getInt32(p, true);
          p += 4;
          break;
        default:
          p = reader.skip(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
    items[at + 8] = this.attributes.count;
    this.check(at);
  }

  private check(at: number): void {
    const { items } = this;
    const traceIdBytes = items[at + 1]! - items[at]!;
    const spanIdBytes = items[at + 3]! - items[at + 2]!;
    if (![0, 16].includes(traceIdBytes) || ![0, 8].includes(spanIdBytes)) {
      this.ownRejection ??= "link_id_length";
    }
    if (items[at + 5]! - items[at + 4]! > this.limits.valueBytesMax) {
      this.ownRejection ??= "text_limit";
    }
  }

  private next(start: number): number {
    const at = this.count++ * SpanLinkList.STRIDE;
    if (at === this.items.length) this.items = doubled(this.items);
    const { items } = this;
    items.fill(0, at, at + SpanLinkList.STRIDE);
    items.fill(start, at, at + 6);
    return at;
  }
}

function doubled(items: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(items.length * 2);
  grown.set(items);
  return grown;
}
