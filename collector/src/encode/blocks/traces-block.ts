/* oxlint-disable typescript/no-non-null-assertion -- indexes are in range by construction */
import { SpanEventList, SpanLinkList } from "../../otlp/span-lists.ts";
import type { SpanFields } from "../../otlp/traces.ts";
import { ArrayColumn, ArrayEnds } from "../columns/array.ts";
import { Fixed32Column, Fixed64Column } from "../columns/fixed.ts";
import { LowCardinalityColumn, WordColumn } from "../columns/low-cardinality.ts";
import { MapColumn } from "../columns/map.ts";
import type { ExtraAttribute, RowNotes } from "../columns/map.ts";
import { StringColumn } from "../columns/string.ts";
import { originalEnd, originalTimestamp, rowNotes } from "../row-notes.ts";
import { appendTime } from "../time-range.ts";
import type { BlockContext } from "./block-context.ts";
import { TableBlock } from "./table-block.ts";
import type { RecordRow } from "./table-block.ts";

/** Texts of Span.kind and Status.code, by number, as the exporter writes them. */
const SPAN_KINDS = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"];
const STATUS_CODES = ["Unset", "Ok", "Error"];

/** Rows of `otel_traces`. */
export class TracesBlock extends TableBlock {
  private readonly timestamp = new Fixed64Column("DateTime64(9)");
  private readonly traceId: StringColumn;
  private readonly spanId: StringColumn;
  private readonly parentSpanId: StringColumn;
  private readonly traceState: StringColumn;
  private readonly name: LowCardinalityColumn;
  private readonly kind: WordColumn;
  private readonly attributes: MapColumn;
  private readonly duration = new Fixed64Column("UInt64");
  private readonly statusCode: WordColumn;
  private readonly statusMessage: StringColumn;
  private readonly flags = new Fixed32Column("UInt32");
  private readonly dropped = new Fixed32Column("UInt32");
  private readonly droppedEvents = new Fixed32Column("UInt32");
  private readonly droppedLinks = new Fixed32Column("UInt32");
  private readonly events: EventColumns;
  private readonly links: LinkColumns;
  private readonly context: BlockContext;

  constructor(context: BlockContext) {
    super("otel_traces", context);
    const { text, values, hashSeed } = context;
    this.context = context;
    this.traceId = new StringColumn(text);
    this.spanId = new StringColumn(text);
    this.parentSpanId = new StringColumn(text);
    this.traceState = new StringColumn(text);
    this.name = new LowCardinalityColumn(text, hashSeed);
    this.kind = new WordColumn(text, hashSeed, SPAN_KINDS);
    this.attributes = new MapColumn(values, hashSeed);
    this.statusCode = new WordColumn(text, hashSeed, STATUS_CODES);
    this.statusMessage = new StringColumn(text);
    this.events = new EventColumns(context);
    this.links = new LinkColumns(context);
    this.arrange({
      Timestamp: this.timestamp,
      TraceId: this.traceId,
      SpanId: this.spanId,
      ParentSpanId: this.parentSpanId,
      TraceState: this.traceState,
      SpanName: this.name,
      SpanKind: this.kind,
      SpanAttributes: this.attributes,
      Duration: this.duration,
      StatusCode: this.statusCode,
      StatusMessage: this.statusMessage,
      Flags: this.flags,
      DroppedAttributesCount: this.dropped,
      DroppedEventsCount: this.droppedEvents,
      DroppedLinksCount: this.droppedLinks,
      ...this.events.byName(),
      ...this.links.byName(),
    });
  }

  /** Appends a span that nothing speaks against. Throws MalformedInput for a value that cannot be read. */
  append(span: SpanFields, row: RecordRow): void {
    const { filed } = row;
    this.beginRow(row);
    this.timestamp.append(filed.low, filed.high);
    this.traceId.appendId(span.traceIdStart, span.traceIdEnd);
    this.spanId.appendId(span.spanIdStart, span.spanIdEnd);
    this.parentSpanId.appendId(span.parentSpanIdStart, span.parentSpanIdEnd);
    this.kind.appendWord(span.kind);
    this.statusCode.appendWord(span.statusCode);
    this.flags.append(span.flags);
    this.dropped.append(span.droppedAttributesCount);
    this.droppedEvents.append(span.droppedEventsCount);
    this.droppedLinks.append(span.droppedLinksCount);
    const endsEarly = this.appendDuration(span);
    this.attributes.append(span.attributes, this.appendTexts(span, filed.clamped, endsEarly));
    this.events.append(span.events);
    this.links.append(span.links);
    this.endRow();
  }

  /** Appends the texts that may be cut. @returns what the attributes must say about it, and about the times */
  private appendTexts(
    span: SpanFields,
    clamped: boolean,
    endsEarly: boolean,
  ): RowNotes | undefined {
    const { text } = this.context;
    const before = text.cuts;
    this.name.append(span.nameStart, span.nameEnd);
    const afterName = text.cuts;
    this.traceState.append(span.traceStateStart, span.traceStateEnd);
    const afterState = text.cuts;
    this.statusMessage.append(span.statusMessageStart, span.statusMessageEnd);
    if (!clamped && !endsEarly && text.cuts === before) return undefined;
    const extras: ExtraAttribute[] = [];
    if (clamped) extras.push(originalTimestamp(span.startLow, span.startHigh));
    if (endsEarly) extras.push(originalEnd(span.endLow, span.endHigh));
    return rowNotes(extras, [
      { name: "name", cut: afterName !== before },
      { name: "trace_state", cut: afterState !== afterName },
      { name: "status.message", cut: text.cuts !== afterState },
    ]);
  }

  /**
   * Appends end - start as sent, whatever time the span is filed under.
   * @returns true if the end cannot be told from it: it lies before the start, or there is no start
   */
  private appendDuration(span: SpanFields): boolean {
    const { startLow, startHigh, endLow, endHigh } = span;
    const hasStart = (startLow | startHigh) !== 0;
    const hasEnd = (endLow | endHigh) !== 0;
    const isForward =
      endHigh >>> 0 > startHigh >>> 0 || (endHigh === startHigh && endLow >>> 0 >= startLow >>> 0);
    if (!hasStart || !isForward) {
      this.duration.append(0, 0);
      return hasEnd;
    }
    const low = endLow - startLow;
    const borrow = endLow >>> 0 < startLow >>> 0 ? 1 : 0;
    this.duration.append(low, endHigh - startHigh - borrow);
    return false;
  }
}

/** The Nested `Events`. */
class EventColumns {
  private readonly ends = new ArrayEnds();
  private readonly timestamp = new ArrayColumn(this.ends, new Fixed64Column("DateTime64(9)"));
  private readonly name: ArrayColumn<LowCardinalityColumn>;
  private readonly attributes: ArrayColumn<MapColumn>;
  private readonly dropped = new ArrayColumn(this.ends, new Fixed32Column("UInt32"));

  constructor({ text, values, hashSeed }: BlockContext) {
    this.name = new ArrayColumn(this.ends, new LowCardinalityColumn(text, hashSeed));
    this.attributes = new ArrayColumn(this.ends, new MapColumn(values, hashSeed));
  }

  byName() {
    return {
      "Events.Timestamp": this.timestamp,
      "Events.Name": this.name,
      "Events.Attributes": this.attributes,
      "Events.DroppedAttributesCount": this.dropped,
    };
  }

  append(events: SpanEventList): void {
    const { items, count } = events;
    this.ends.appendRow(count);
    let from = 0;
    for (let i = 0, at = 0; i < count; i++, at += SpanEventList.STRIDE) {
      appendTime(this.timestamp.items, items[at]!, items[at + 1]!);
      this.name.items.append(items[at + 2]!, items[at + 3]!);
      this.dropped.items.append(items[at + 4]!);
      this.attributes.items.appendRange(events.attributes, from, items[at + 5]!);
      from = items[at + 5]!;
    }
  }
}

/** The Nested `Links`. */
class LinkColumns {
  private readonly ends = new ArrayEnds();
  private readonly traceId: ArrayColumn<StringColumn>;
  private readonly spanId: ArrayColumn<StringColumn>;
  private readonly traceState: ArrayColumn<StringColumn>;
  private readonly attributes: ArrayColumn<MapColumn>;
  private readonly flags = new ArrayColumn(this.ends, new Fixed32Column("UInt32"));
  private readonly dropped = new ArrayColumn(this.ends, new Fixed32Column("UInt32"));

  constructor({ text, values, hashSeed }: BlockContext) {
    this.traceId = new ArrayColumn(this.ends, new StringColumn(text));
    this.spanId = new ArrayColumn(this.ends, new StringColumn(text));
    this.traceState = new ArrayColumn(this.ends, new StringColumn(text));
    this.attributes = new ArrayColumn(this.ends, new MapColumn(values, hashSeed));
  }

  byName() {
    return {
      "Links.TraceId": this.traceId,
      "Links.SpanId": this.spanId,
      "Links.TraceState": this.traceState,
      "Links.Attributes": this.attributes,
      "Links.Flags": this.flags,
      "Links.DroppedAttributesCount": this.dropped,
    };
  }

  append(links: SpanLinkList): void {
    const { items, count } = links;
    this.ends.appendRow(count);
    let from = 0;
    for (let i = 0, at = 0; i < count; i++, at += SpanLinkList.STRIDE) {
      this.traceId.items.appendId(items[at]!, items[at + 1]!);
      this.spanId.items.appendId(items[at + 2]!, items[at + 3]!);
      this.traceState.items.append(items[at + 4]!, items[at + 5]!);
      this.dropped.items.append(items[at + 6]!);
      this.flags.items.append(items[at + 7]!);
      this.attributes.items.appendRange(links.attributes, from, items[at + 8]!);
      from = items[at + 8]!;
    }
  }
}
