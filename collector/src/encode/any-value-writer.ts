/* oxlint-disable typescript/no-non-null-assertion -- an index past the end is caught by the bounds check of the message, not per byte */
import {
  ANY_ARRAY,
  ANY_BOOL,
  ANY_BYTES,
  ANY_DOUBLE,
  ANY_INT,
  ANY_KVLIST,
  ANY_STRING,
  AnyValueCursor,
} from "../otlp/any-value.ts";
import type { Merger } from "../otlp/wire/merger.ts";
import type { Memory } from "../otlp/wire/memory.ts";
import type { WireReader } from "../otlp/wire/reader.ts";
import { writeBase64 } from "./memory/base64.ts";
import { JsonValueWriter } from "./json-value-writer.ts";
import type { Region } from "./memory/region.ts";
import { writeDouble } from "./memory/double-text.ts";
import { doubleText, int64Text, writeSafeInteger } from "./memory/number-text.ts";
import type { TextWriter } from "./memory/text-writer.ts";

/**
 * Writes any-values as the text the OpenTelemetry Collector's ClickHouse exporter stores: strings as they are,
 * numbers and booleans as JSON writes them, bytes as base64, arrays and key-value lists as JSON, nothing as ''.
 */
export class AnyValueWriter {
  readonly memory: Memory;
  readonly text: TextWriter;
  private readonly reader: WireReader;
  private readonly cursor: AnyValueCursor;
  private readonly json: JsonValueWriter;

  constructor(reader: WireReader, merger: Merger, text: TextWriter) {
    this.memory = reader.memory;
    this.reader = reader;
    this.text = text;
    this.cursor = new AnyValueCursor(reader, merger);
    this.json = new JsonValueWriter(reader, merger, text.textBytesMax);
  }

  /** Appends the AnyValue at [start, end) as one String. Throws MalformedInput. */
  append(region: Region, start: number, end: number): void {
    if (start === end) {
      this.text.empty(region);
      return;
    }
    const { bytes } = this.memory;
    // A short string and nothing else: four of five values.
    const length = bytes[start + 1]!;
    if (bytes[start] === ANY_STRING && length < 128 && start + 2 + length === end) {
      this.text.text(region, start + 2, end);
      return;
    }
    this.cursor.read(start, end);
    this.appendCursor(region);
  }

  private appendCursor(region: Region): void {
    const { cursor, text } = this;
    switch (cursor.kind) {
      case ANY_STRING:
        text.text(region, cursor.start, cursor.end);
        break;
      case ANY_BOOL:
        this.reader.varint64(cursor.start);
        text.ascii(region, (this.reader.low | this.reader.high) === 0 ? "false" : "true");
        break;
      case ANY_INT:
        this.reader.varint64(cursor.start);
        this.appendInteger(region, this.reader.low, this.reader.high);
        break;
      case ANY_DOUBLE:
        this.appendDouble(region, this.memory.view.getFloat64(cursor.start, true));
        break;
      case ANY_BYTES:
        this.appendBytes(region, cursor.start, cursor.end);
        break;
      case ANY_ARRAY:
      case ANY_KVLIST:
        this.appendJson(region);
        break;
      default:
        text.empty(region);
    }
  }

  private appendInteger(region: Region, low: number, high: number): void {
    const value = high * 2 ** 32 + (low >>> 0);
    if (Number.isSafeInteger(value)) writeSafeInteger(region, value);
    else this.text.ascii(region, int64Text(low, high));
  }

  private appendDouble(region: Region, value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) writeSafeInteger(region, value);
    else if (!writeDouble(region, value)) this.text.ascii(region, doubleText(value));
  }

  private appendBytes(region: Region, start: number, end: number): void {
    this.open(region);
    const contentAt = region.usedBytes;
    // Of bytes beyond the limit the text is cut anyway.
    writeBase64(region, start, Math.min(end, start + this.text.textBytesMax));
    this.text.closeContent(region, region.start + contentAt);
  }

  private appendJson(region: Region): void {
    this.open(region);
    const contentAt = region.usedBytes;
    const { kind, start, end } = this.cursor;
    this.json.write(region, { kind, start, end });
    this.text.closeContent(region, region.start + contentAt);
  }

  /** Leaves room for the length of what comes next. */
  private open(region: Region): void {
    region.reserve(5);
    region.position += 5;
  }
}
