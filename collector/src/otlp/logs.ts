/* oxlint-disable typescript/no-non-null-assertion -- an index past the end is caught by the bounds check of the message, not per byte */
import { AttributeList } from "./attribute-list.ts";
import type { Rejection, ScanLimits } from "./rejection.ts";
import type { Merger } from "./wire/merger.ts";
import type { WireReader } from "./wire/reader.ts";

/**
 * Where the fields of one LogRecord lie, and the numbers among them. Filled for each record, then handed on; texts
 * and ids are [start, end) in memory, 64-bit times two signed halves.
 */
export class LogRecordFields {
  timeLow = 0;
  timeHigh = 0;
  observedLow = 0;
  observedHigh = 0;
  severityNumber = 0;
  severityTextStart = 0;
  severityTextEnd = 0;
  /** An AnyValue. */
  bodyStart = 0;
  bodyEnd = 0;
  droppedAttributesCount = 0;
  flags = 0;
  traceIdStart = 0;
  traceIdEnd = 0;
  spanIdStart = 0;
  spanIdEnd = 0;
  eventNameStart = 0;
  eventNameEnd = 0;
  readonly attributes: AttributeList;
  rejection: Rejection | undefined = undefined;

  constructor(attributes: AttributeList) {
    this.attributes = attributes;
  }

  clear(start: number): void {
    this.timeLow = this.timeHigh = this.observedLow = this.observedHigh = 0;
    this.severityNumber = this.droppedAttributesCount = this.flags = 0;
    this.severityTextStart = this.severityTextEnd = this.bodyStart = this.bodyEnd = start;
    this.traceIdStart = this.traceIdEnd = this.spanIdStart = this.spanIdEnd = start;
    this.eventNameStart = this.eventNameEnd = start;
    this.attributes.clear();
    this.rejection = undefined;
  }
}

/** Finds the fields of LogRecord messages and hands each record to `emit`. */
export class LogRecordScanner {
  private readonly record: LogRecordFields;
  private readonly reader: WireReader;
  private readonly merger: Merger;
  private readonly emit: (record: LogRecordFields, start: number, end: number) => void;

  constructor(
    shared: { readonly reader: WireReader; readonly merger: Merger; readonly limits: ScanLimits },
    emit: (record: LogRecordFields, start: number, end: number) => void,
  ) {
    this.reader = shared.reader;
    this.merger = shared.merger;
    this.record = new LogRecordFields(
      new AttributeList(shared.reader, shared.merger, shared.limits),
    );
    this.emit = emit;
  }

  // oxlint-disable-next-line max-lines-per-function, complexity -- one case per field of the message, in one loop
  scan(start: number, end: number): void {
    const { reader, record } = this;
    const { bytes, view } = reader.memory;
    record.clear(start);
    let p = start;
    while (p < end) {
      let tag = bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      switch (tag) {
        case 0x09: // time_unix_nano = 1
          record.timeLow = view.getInt32(p, true);
          record.timeHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x59: // observed_time_unix_nano = 11
          record.observedLow = view.getInt32(p, true);
          record.observedHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x10: // severity_number = 2
          p = reader.varint64(p);
          record.severityNumber = reader.low;
          break;
        case 0x1a: // severity_text = 3
          record.severityTextStart = reader.payload(p, end);
          p = record.severityTextEnd = reader.position;
          break;
        case 0x2a: // body = 5
          p = this.body(reader.payload(p, end), reader.position);
          break;
        case 0x32: {
          // attributes = 6
          let length = bytes[p++]!;
          if (length > 127) {
            length = reader.lengthRest(p, length);
            p = reader.position;
          }
          if (length > end - p) reader.failLength(p, length, end);
          record.attributes.add(p, p + length);
          p += length;
          break;
        }
        case 0x38: // dropped_attributes_count = 7
          p = reader.varint64(p);
          record.droppedAttributesCount = reader.low;
          break;
        case 0x45: // flags = 8
          record.flags = view.getInt32(p, true);
          p += 4;
          break;
        case 0x4a: // trace_id = 9
          record.traceIdStart = reader.payload(p, end);
          p = record.traceIdEnd = reader.position;
          break;
        case 0x52: // span_id = 10
          record.spanIdStart = reader.payload(p, end);
          p = record.spanIdEnd = reader.position;
          break;
        case 0x62: // event_name = 12
          record.eventNameStart = reader.payload(p, end);
          p = record.eventNameEnd = reader.position;
          break;
        default:
          p = reader.skip(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
    record.rejection = this.findRejection();
    this.emit(record, start, end);
  }

  private body(start: number, end: number): number {
    const { record, merger } = this;
    if (record.bodyStart === record.bodyEnd) {
      record.bodyStart = start;
      record.bodyEnd = end;
    } else {
      merger.join({ start: record.bodyStart, end: record.bodyEnd }, { start, end });
      record.bodyStart = merger.start;
      record.bodyEnd = merger.end;
    }
    return end;
  }

  private findRejection(): Rejection | undefined {
    const { record } = this;
    const traceIdBytes = record.traceIdEnd - record.traceIdStart;
    if (traceIdBytes !== 16 && traceIdBytes !== 0) return "trace_id_length";
    const spanIdBytes = record.spanIdEnd - record.spanIdStart;
    if (spanIdBytes !== 8 && spanIdBytes !== 0) return "span_id_length";
    if (record.attributes.isTooDeep(record.bodyStart, record.bodyEnd)) return "nesting_limit";
    return record.attributes.rejection;
  }
}
