/* oxlint-disable typescript/no-non-null-assertion -- an index past the end is caught by the bounds check of the message, not per byte */
import type { BucketFields, PointFields } from "./metric-fields.ts";
import type { ScanLimits } from "./rejection.ts";
import type { NumberList } from "./wire/number-list.ts";
import type { WireReader } from "./wire/reader.ts";

/** Reads HistogramDataPoint and ExponentialHistogramDataPoint messages into a cleared PointFields. */
export class HistogramPointScanner {
  private readonly reader: WireReader;
  private readonly point: PointFields;
  private readonly limits: ScanLimits;

  constructor(reader: WireReader, point: PointFields, limits: ScanLimits) {
    this.reader = reader;
    this.point = point;
    this.limits = limits;
  }

  // oxlint-disable-next-line max-lines-per-function, complexity -- one case per field of the message, in one loop
  scanExplicit(start: number, end: number): void {
    const { reader, point } = this;
    const { bytes, view } = reader.memory;
    let p = start;
    while (p < end) {
      let tag = bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      switch (tag) {
        case 0x29: // sum = 5
          point.sumLow = view.getInt32(p, true);
          point.sumHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x31: // bucket_counts = 6
          this.push(point.bucketCounts, p);
          p += 8;
          break;
        case 0x32: // bucket_counts = 6, packed
          p = this.packed(point.bucketCounts, reader.payload(p, end), reader.position);
          break;
        case 0x39: // explicit_bounds = 7
          this.push(point.explicitBounds, p);
          p += 8;
          break;
        case 0x3a: // explicit_bounds = 7, packed
          p = this.packed(point.explicitBounds, reader.payload(p, end), reader.position);
          break;
        case 0x42: // exemplars = 8
          p = this.exemplar(reader.payload(p, end), reader.position);
          break;
        case 0x4a: // attributes = 9
          p = this.attribute(reader.payload(p, end), reader.position);
          break;
        case 0x50: // flags = 10
          p = reader.varint64(p);
          point.flags = reader.low;
          break;
        case 0x59: // min = 11
          point.minLow = view.getInt32(p, true);
          point.minHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x61: // max = 12
          point.maxLow = view.getInt32(p, true);
          point.maxHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        default:
          p = this.common(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
  }

  // oxlint-disable-next-line max-lines-per-function, complexity -- one case per field of the message, in one loop
  scanExponential(start: number, end: number): void {
    const { reader, point } = this;
    const { bytes, view } = reader.memory;
    let p = start;
    while (p < end) {
      let tag = bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      switch (tag) {
        case 0x0a: // attributes = 1
          p = this.attribute(reader.payload(p, end), reader.position);
          break;
        case 0x29: // sum = 5
          point.sumLow = view.getInt32(p, true);
          point.sumHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x30: // scale = 6
          p = reader.varint64(p);
          point.scale = zigzag(reader.low);
          break;
        case 0x39: // zero_count = 7
          point.zeroCountLow = view.getInt32(p, true);
          point.zeroCountHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x42: // positive = 8
          p = this.buckets(point.positive, reader.payload(p, end), reader.position);
          break;
        case 0x4a: // negative = 9
          p = this.buckets(point.negative, reader.payload(p, end), reader.position);
          break;
        case 0x50: // flags = 10
          p = reader.varint64(p);
          point.flags = reader.low;
          break;
        case 0x5a: // exemplars = 11
          p = this.exemplar(reader.payload(p, end), reader.position);
          break;
        case 0x61: // min = 12
          point.minLow = view.getInt32(p, true);
          point.minHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x69: // max = 13
          point.maxLow = view.getInt32(p, true);
          point.maxHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        default:
          p = this.common(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
  }

  /** The fields that have the same numbers in both. */
  private common(tag: number, p: number, end: number): number {
    const { reader, point } = this;
    const { view } = reader.memory;
    switch (tag) {
      case 0x11: // start_time_unix_nano = 2
        point.startTimeLow = view.getInt32(p, true);
        point.startTimeHigh = view.getInt32(p + 4, true);
        return p + 8;
      case 0x19: // time_unix_nano = 3
        point.timeLow = view.getInt32(p, true);
        point.timeHigh = view.getInt32(p + 4, true);
        return p + 8;
      case 0x21: // count = 4
        point.countLow = view.getInt32(p, true);
        point.countHigh = view.getInt32(p + 4, true);
        return p + 8;
      default:
        return reader.skip(tag, p, end);
    }
  }

  private attribute(start: number, end: number): number {
    this.point.attributes.add(start, end);
    return end;
  }

  private exemplar(start: number, end: number): number {
    this.point.exemplars.add(start, end);
    return end;
  }

  /** Buckets in pieces are merged by reading one piece after the other: counts are appended, the last offset counts. */
  // oxlint-disable-next-line max-params -- the target and the message
  private buckets(buckets: BucketFields, start: number, end: number): number {
    const { reader } = this;
    let p = start;
    while (p < end) {
      let tag = reader.memory.bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      switch (tag) {
        case 0x08: // offset = 1
          p = reader.varint64(p);
          buckets.offset = zigzag(reader.low);
          break;
        case 0x10: // bucket_counts = 2
          p = this.varint(buckets.counts, p);
          break;
        case 0x12: {
          // bucket_counts = 2, packed
          p = reader.payload(p, end);
          const last = reader.position;
          while (p < last) p = this.varint(buckets.counts, p);
          if (p !== last) reader.failTruncated(last);
          break;
        }
        default:
          p = reader.skip(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
    return end;
  }

  private varint(list: NumberList, p: number): number {
    const { reader } = this;
    const after = reader.varint64(p);
    if (this.hasRoom(list)) list.pushPair(reader.low, reader.high);
    return after;
  }

  private packed(list: NumberList, start: number, end: number): number {
    if ((end - start) % 8 !== 0) this.reader.fail(start, "packed 64-bit numbers cut short");
    for (let p = start; p < end; p += 8) this.push(list, p);
    return end;
  }

  private push(list: NumberList, p: number): void {
    const { view } = this.reader.memory;
    if (this.hasRoom(list)) list.pushPair(view.getInt32(p, true), view.getInt32(p + 4, true));
  }

  private hasRoom(list: NumberList): boolean {
    if (list.length < 2 * this.limits.listItemsMax) return true;
    this.point.rejection = "list_limit";
    return false;
  }
}

function zigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}
