/* oxlint-disable typescript/no-non-null-assertion -- an index past the end is caught by the bounds check of the message, not per byte */
import { AttributeList } from "./attribute-list.ts";
import type { Rejection, ScanLimits } from "./rejection.ts";
import { int64ToDoubleHigh, int64ToDoubleLow } from "./wire/double-bits.ts";
import type { Merger } from "./wire/merger.ts";
import type { WireReader } from "./wire/reader.ts";

const INITIAL_ITEMS = 16;

/** The exemplars of one data point: where their fields lie; as SpanEventList has a span's events. */
export class ExemplarList {
  /**
   * Numbers per exemplar in `items`: time low, high, value (a double) low, high, span id start, end, trace id start,
   * end, end of its attributes.
   */
  static readonly STRIDE = 9;
  items: Int32Array<ArrayBuffer> = new Int32Array(INITIAL_ITEMS * ExemplarList.STRIDE);
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

  /** Adds the Exemplar at [start, end). */
  // oxlint-disable-next-line max-lines-per-function -- one case per field of the message, in one loop
  add(start: number, end: number): void {
    if (this.count === this.limits.listItemsMax) {
      this.ownRejection ??= "list_limit";
      return;
    }
    const { reader } = this;
    const { bytes, view } = reader.memory;
    const at = this.next();
    const { items } = this;
    let p = start;
    while (p < end) {
      let tag = bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      switch (tag) {
        case 0x11: // time_unix_nano = 2
          items[at] = view.getInt32(p, true);
          items[at + 1] = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x19: // as_double = 3
          items[at + 2] = view.getInt32(p, true);
          items[at + 3] = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x31: {
          // as_int = 6
          const low = view.getInt32(p, true);
          const high = view.getInt32(p + 4, true);
          items[at + 2] = int64ToDoubleLow(low, high);
          items[at + 3] = int64ToDoubleHigh(low, high);
          p += 8;
          break;
        }
        case 0x22: // span_id = 4
          items[at + 4] = reader.payload(p, end);
          p = items[at + 5] = reader.position;
          break;
        case 0x2a: // trace_id = 5
          items[at + 6] = reader.payload(p, end);
          p = items[at + 7] = reader.position;
          break;
        case 0x3a: {
          // filtered_attributes = 7
          const from = reader.payload(p, end);
          p = reader.position;
          this.attributes.add(from, p);
          break;
        }
        default:
          p = reader.skip(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
    items[at + 8] = this.attributes.count;
    const spanIdBytes = items[at + 5]! - items[at + 4]!;
    const traceIdBytes = items[at + 7]! - items[at + 6]!;
    if (![0, 8].includes(spanIdBytes) || ![0, 16].includes(traceIdBytes)) {
      this.ownRejection ??= "exemplar_id_length";
    }
  }

  private next(): number {
    const at = this.count++ * ExemplarList.STRIDE;
    if (at === this.items.length) {
      const grown = new Int32Array(this.items.length * 2);
      grown.set(this.items);
      this.items = grown;
    }
    this.items.fill(0, at, at + ExemplarList.STRIDE);
    return at;
  }
}
