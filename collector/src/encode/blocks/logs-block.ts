import type { LogRecordFields } from "../../otlp/logs.ts";
import { Fixed32Column, Fixed64Column, Fixed8Column } from "../columns/fixed.ts";
import { WordColumn } from "../columns/low-cardinality.ts";
import { MapColumn } from "../columns/map.ts";
import { StringColumn } from "../columns/string.ts";
import { AnyValueColumn } from "../columns/any-value.ts";
import { originalTimestamp, rowNotes } from "../row-notes.ts";
import { appendTime } from "../time-range.ts";
import type { BlockContext } from "./block-context.ts";
import { TableBlock } from "./table-block.ts";
import type { RecordRow } from "./table-block.ts";

/** The short names of severity numbers 1-24, four to a band. */
const SEVERITY_BANDS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const SEVERITY_NUMBER_MAX = 24;

/** Rows of `otel_logs`. */
export class LogsBlock extends TableBlock {
  private readonly timestamp = new Fixed64Column("DateTime64(9)");
  private readonly traceId: StringColumn;
  private readonly spanId: StringColumn;
  private readonly traceFlags = new Fixed8Column("UInt8");
  private readonly severityText: WordColumn;
  private readonly severityNumber = new Fixed8Column("UInt8");
  private readonly body: AnyValueColumn;
  private readonly attributes: MapColumn;
  private readonly eventName: StringColumn;
  private readonly observed = new Fixed64Column("DateTime64(9)");
  private readonly flags = new Fixed32Column("UInt32");
  private readonly dropped = new Fixed32Column("UInt32");
  private readonly context: BlockContext;

  constructor(context: BlockContext) {
    super("otel_logs", context);
    this.context = context;
    this.traceId = new StringColumn(context.text);
    this.spanId = new StringColumn(context.text);
    this.severityText = new WordColumn(context.text, context.hashSeed, SEVERITY_BANDS);
    this.body = new AnyValueColumn(context.values);
    this.attributes = new MapColumn(context.values, context.hashSeed);
    this.eventName = new StringColumn(context.text);
    this.arrange({
      Timestamp: this.timestamp,
      TraceId: this.traceId,
      SpanId: this.spanId,
      TraceFlags: this.traceFlags,
      SeverityText: this.severityText,
      SeverityNumber: this.severityNumber,
      Body: this.body,
      LogAttributes: this.attributes,
      EventName: this.eventName,
      ObservedTimestamp: this.observed,
      Flags: this.flags,
      DroppedAttributesCount: this.dropped,
    });
  }

  /** Appends a record that nothing speaks against. Throws MalformedInput for a value that cannot be read. */
  append(record: LogRecordFields, row: RecordRow): void {
    const { filed } = row;
    this.beginRow(row);
    this.timestamp.append(filed.low, filed.high);
    appendTime(this.observed, record.observedLow, record.observedHigh);
    this.traceId.appendId(record.traceIdStart, record.traceIdEnd);
    this.spanId.appendId(record.spanIdStart, record.spanIdEnd);
    this.flags.append(record.flags);
    this.traceFlags.append(record.flags & 255);
    this.dropped.append(record.droppedAttributesCount);
    const { text } = this.context;
    const cutsBefore = text.cuts;
    this.appendSeverity(record);
    const cutsAtSeverity = text.cuts;
    this.body.append(record.bodyStart, record.bodyEnd);
    const cutsAtBody = text.cuts;
    this.eventName.append(record.eventNameStart, record.eventNameEnd);
    const notes =
      filed.clamped || text.cuts !== cutsBefore
        ? rowNotes(filed.clamped ? [originalTimestamp(record.timeLow, record.timeHigh)] : [], [
            { name: "severity_text", cut: cutsAtSeverity !== cutsBefore },
            { name: "body", cut: cutsAtBody !== cutsAtSeverity },
            { name: "event_name", cut: text.cuts !== cutsAtBody },
          ])
        : undefined;
    this.attributes.append(record.attributes, notes);
    this.endRow();
  }

  /** A text that is missing is made from the number: what counts log lines by level looks for the words. */
  private appendSeverity(record: LogRecordFields): void {
    const { severityNumber: number } = record;
    this.severityNumber.append(number > 0 && number < 256 ? number : 0);
    if (record.severityTextStart === record.severityTextEnd && number > 0) {
      if (number <= SEVERITY_NUMBER_MAX) {
        this.severityText.appendWord((number - 1) >> 2);
        return;
      }
    }
    // As a rule a number has one text.
    this.severityText.append(record.severityTextStart, record.severityTextEnd, number & 31);
  }
}
