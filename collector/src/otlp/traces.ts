/* oxlint-disable typescript/no-non-null-assertion -- an index past the end is caught by the bounds check of the message, not per byte */
import { AttributeList } from "./attribute-list.ts";
import type { Rejection, ScanLimits } from "./rejection.ts";
import { SpanEventList, SpanLinkList } from "./span-lists.ts";
import type { Merger } from "./wire/merger.ts";
import type { WireReader } from "./wire/reader.ts";

/**
 * Where the fields of one Span lie, and the numbers among them. Texts and ids are [start, end) in memory, 64-bit
 * times two signed halves.
 */
export class SpanFields {
  traceIdStart = 0;
  traceIdEnd = 0;
  spanIdStart = 0;
  spanIdEnd = 0;
  traceStateStart = 0;
  traceStateEnd = 0;
  parentSpanIdStart = 0;
  parentSpanIdEnd = 0;
  flags = 0;
  nameStart = 0;
  nameEnd = 0;
  kind = 0;
  startLow = 0;
  startHigh = 0;
  endLow = 0;
  endHigh = 0;
  droppedAttributesCount = 0;
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  statusMessageStart = 0;
  statusMessageEnd = 0;
  statusCode = 0;
  readonly attributes: AttributeList;
  readonly events: SpanEventList;
  readonly links: SpanLinkList;
  rejection: Rejection | undefined = undefined;

  constructor(attributes: AttributeList, events: SpanEventList, links: SpanLinkList) {
    this.attributes = attributes;
    this.events = events;
    this.links = links;
  }

  clear(start: number): void {
    this.traceIdStart = this.traceIdEnd = this.spanIdStart = this.spanIdEnd = start;
    this.traceStateStart = this.traceStateEnd = start;
    this.parentSpanIdStart = this.parentSpanIdEnd = this.nameStart = this.nameEnd = start;
    this.statusMessageStart = this.statusMessageEnd = start;
    this.flags = this.kind = this.statusCode = 0;
    this.startLow = this.startHigh = this.endLow = this.endHigh = 0;
    this.droppedAttributesCount = this.droppedEventsCount = this.droppedLinksCount = 0;
    this.attributes.clear();
    this.events.clear();
    this.links.clear();
    this.rejection = undefined;
  }
}

/** Finds the fields of Span messages and hands each span to `emit`. */
export class SpanScanner {
  private readonly span: SpanFields;
  private readonly reader: WireReader;
  private readonly emit: (span: SpanFields, start: number, end: number) => void;

  constructor(
    shared: { readonly reader: WireReader; readonly merger: Merger; readonly limits: ScanLimits },
    emit: (span: SpanFields, start: number, end: number) => void,
  ) {
    const { reader, merger, limits } = shared;
    this.reader = reader;
    this.span = new SpanFields(
      new AttributeList(reader, merger, limits),
      new SpanEventList(reader, merger, limits),
      new SpanLinkList(reader, merger, limits),
    );
    this.emit = emit;
  }

  // oxlint-disable-next-line max-lines-per-function, complexity -- one case per field of the message, in one loop
  scan(start: number, end: number): void {
    const { reader, span } = this;
    const { bytes, view } = reader.memory;
    span.clear(start);
    let p = start;
    while (p < end) {
      let tag = bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      switch (tag) {
        case 0x0a: // trace_id = 1
          span.traceIdStart = reader.payload(p, end);
          p = span.traceIdEnd = reader.position;
          break;
        case 0x12: // span_id = 2
          span.spanIdStart = reader.payload(p, end);
          p = span.spanIdEnd = reader.position;
          break;
        case 0x1a: // trace_state = 3
          span.traceStateStart = reader.payload(p, end);
          p = span.traceStateEnd = reader.position;
          break;
        case 0x22: // parent_span_id = 4
          span.parentSpanIdStart = reader.payload(p, end);
          p = span.parentSpanIdEnd = reader.position;
          break;
        case 0x85: // flags = 16
          span.flags = view.getInt32(p, true);
          p += 4;
          break;
        case 0x2a: // name = 5
          span.nameStart = reader.payload(p, end);
          p = span.nameEnd = reader.position;
          break;
        case 0x30: // kind = 6
          p = reader.varint64(p);
          span.kind = reader.low;
          break;
        case 0x39: // start_time_unix_nano = 7
          span.startLow = view.getInt32(p, true);
          span.startHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x41: // end_time_unix_nano = 8
          span.endLow = view.getInt32(p, true);
          span.endHigh = view.getInt32(p + 4, true);
          p += 8;
          break;
        case 0x4a: {
          // attributes = 9
          const from = reader.payload(p, end);
          p = reader.position;
          span.attributes.add(from, p);
          break;
        }
        case 0x50: // dropped_attributes_count = 10
          p = reader.varint64(p);
          span.droppedAttributesCount = reader.low;
          break;
        case 0x5a: {
          // events = 11
          const from = reader.payload(p, end);
          p = reader.position;
          span.events.add(from, p);
          break;
        }
        case 0x60: // dropped_events_count = 12
          p = reader.varint64(p);
          span.droppedEventsCount = reader.low;
          break;
        case 0x6a: {
          // links = 13
          const from = reader.payload(p, end);
          p = reader.position;
          span.links.add(from, p);
          break;
        }
        case 0x70: // dropped_links_count = 14
          p = reader.varint64(p);
          span.droppedLinksCount = reader.low;
          break;
        case 0x7a: // status = 15
          p = this.status(reader.payload(p, end), reader.position);
          break;
        default:
          p = reader.skip(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
    span.rejection = this.findRejection();
    this.emit(span, start, end);
  }

  /** A status in pieces is merged by reading one piece after the other: its fields are scalars. */
  private status(start: number, end: number): number {
    const { reader, span } = this;
    let p = start;
    while (p < end) {
      let tag = reader.memory.bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      switch (tag) {
        case 0x12: // message = 2
          span.statusMessageStart = reader.payload(p, end);
          p = span.statusMessageEnd = reader.position;
          break;
        case 0x18: // code = 3
          p = reader.varint64(p);
          span.statusCode = reader.low;
          break;
        default:
          p = reader.skip(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
    return end;
  }

  private findRejection(): Rejection | undefined {
    const { span } = this;
    const traceIdBytes = span.traceIdEnd - span.traceIdStart;
    if (traceIdBytes !== 16) return traceIdBytes === 0 ? "trace_id_missing" : "trace_id_length";
    const spanIdBytes = span.spanIdEnd - span.spanIdStart;
    if (spanIdBytes !== 8) return spanIdBytes === 0 ? "span_id_missing" : "span_id_length";
    const parentBytes = span.parentSpanIdEnd - span.parentSpanIdStart;
    if (parentBytes !== 8 && parentBytes !== 0) return "parent_span_id_length";
    if (this.isZero(span.traceIdStart, span.traceIdEnd)) return "trace_id_missing";
    if (this.isZero(span.spanIdStart, span.spanIdEnd)) return "span_id_missing";
    return span.attributes.rejection ?? span.events.rejection ?? span.links.rejection;
  }

  private isZero(start: number, end: number): boolean {
    const { bytes } = this.reader.memory;
    for (let p = start; p < end; p++) if (bytes[p] !== 0) return false;
    return true;
  }
}
