/* oxlint-disable typescript/no-non-null-assertion -- an index past the end is caught by the bounds check of the message, not per byte */
import type { PointFields } from "./metric-fields.ts";
import type { ScanLimits } from "./rejection.ts";
import { int64ToDoubleHigh, int64ToDoubleLow } from "./wire/double-bits.ts";
import type { WireReader } from "./wire/reader.ts";

/** Reads NumberDataPoint and SummaryDataPoint messages into a cleared PointFields. */
export class NumberPointScanner {
  private readonly reader: WireReader;
  private readonly point: PointFields;
  private readonly limits: ScanLimits;

  constructor(reader: WireReader, point: PointFields, limits: ScanLimits) {
    this.reader = reader;
    this.point = point;
    this.limits = limits;
  }

  // oxlint-disable-next-line max-lines-per-function -- one case per field of the message, in one loop
  scanNumber(start: number, end: number): void {
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
        case 0x11: // start_time_unix_nano = 2
          point.startTimeLow = view.getInt32(p, true);
          point.startTimeHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x19: // time_unix_nano = 3
          point.timeLow = view.getInt32(p, true);
          point.timeHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x21: // as_double = 4
          point.valueLow = view.getInt32(p, true);
          point.valueHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x2a: {
          // exemplars = 5
          const from = reader.payload(p, end);
          p = reader.position;
          point.exemplars.add(from, p);
          break;
        }
        case 0x31: {
          // as_int = 6
          const low = view.getInt32(p, true);
          const high = view.getInt32(p + 4, true);
          point.valueLow = int64ToDoubleLow(low, high);
          point.valueHigh = int64ToDoubleHigh(low, high);
          p += 8;
          break;
        }
        case 0x3a: {
          // attributes = 7
          const from = reader.payload(p, end);
          p = reader.position;
          point.attributes.add(from, p);
          break;
        }
        case 0x40: // flags = 8
          p = reader.varint64(p);
          point.flags = reader.low;
          break;
        default:
          p = reader.skip(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
  }

  // oxlint-disable-next-line max-lines-per-function -- one case per field of the message, in one loop
  scanSummary(start: number, end: number): void {
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
        case 0x11: // start_time_unix_nano = 2
          point.startTimeLow = view.getInt32(p, true);
          point.startTimeHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x19: // time_unix_nano = 3
          point.timeLow = view.getInt32(p, true);
          point.timeHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x21: // count = 4
          point.countLow = view.getInt32(p, true);
          point.countHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x29: // sum = 5
          point.sumLow = view.getInt32(p, true);
          point.sumHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x32: // quantile_values = 6
          p = this.quantile(reader.payload(p, end), reader.position);
          break;
        case 0x3a: {
          // attributes = 7
          const from = reader.payload(p, end);
          p = reader.position;
          point.attributes.add(from, p);
          break;
        }
        case 0x40: // flags = 8
          p = reader.varint64(p);
          point.flags = reader.low;
          break;
        default:
          p = reader.skip(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
  }

  private quantile(start: number, end: number): number {
    const { reader, point } = this;
    if (point.quantiles.length === 2 * this.limits.listItemsMax) {
      point.rejection = "list_limit";
      return end;
    }
    const { bytes, view } = reader.memory;
    point.quantiles.pushPair(0, 0);
    point.quantileValues.pushPair(0, 0);
    const at = point.quantiles.length - 2;
    let p = start;
    while (p < end) {
      let tag = bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      if (tag === 0x09 || tag === 0x11) {
        // quantile = 1, value = 2
        const { values } = tag === 0x09 ? point.quantiles : point.quantileValues;
        values[at] = view.getInt32(p, true);
        values[at + 1] = view.getInt32(p + 4, true);
        p += 8;
      } else {
        p = reader.skip(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
    return end;
  }
}
