/* oxlint-disable typescript/no-non-null-assertion -- an index past the end is caught by the bounds check of the message, not per byte */
import {
  ANY_ARRAY,
  ANY_BOOL,
  ANY_BYTES,
  ANY_DOUBLE,
  ANY_EMPTY,
  ANY_INT,
  ANY_KVLIST,
  ANY_STRING,
  AnyValueCursor,
  KeyValueCursor,
  nextItem,
} from "../otlp/any-value.ts";
import type { Merger } from "../otlp/wire/merger.ts";
import type { WireReader } from "../otlp/wire/reader.ts";
import { EntryList } from "./entry-list.ts";
import { writeBase64 } from "./memory/base64.ts";
import { doubleText, int64Text } from "./memory/number-text.ts";
import type { Region } from "./memory/region.ts";
import { sanitizedCopy, sequenceLength } from "./memory/utf8.ts";

interface Value {
  readonly kind: number;
  readonly start: number;
  readonly end: number;
}

/** So many bytes of a string are escaped at once. */
const STEP_BYTES = 4096;

/**
 * Writes lists and key-value lists as compact JSON. Keys are sorted by their bytes and of equal keys the last
 * counts, as in the OpenTelemetry Collector; unlike there, `<`, `>` and `&` stay as they are. This is the slow path: it
 * makes objects, and it stops early once what it wrote will be cut anyway.
 */
export class JsonValueWriter {
  private readonly reader: WireReader;
  private readonly merger: Merger;
  private readonly bytesMax: number;
  private stopAt = 0;

  constructor(reader: WireReader, merger: Merger, bytesMax: number) {
    this.reader = reader;
    this.merger = merger;
    this.bytesMax = bytesMax;
  }

  /** Appends the value without a length. How deep it goes was checked when the record was scanned. */
  write(region: Region, value: Value): void {
    this.stopAt = region.usedBytes + this.bytesMax;
    this.value(region, value);
  }

  private value(region: Region, value: Value): void {
    const { reader } = this;
    switch (value.kind) {
      case ANY_STRING:
        this.string(region, value.start, value.end);
        break;
      case ANY_BOOL:
        reader.varint64(value.start);
        ascii(region, (reader.low | reader.high) === 0 ? "false" : "true");
        break;
      case ANY_INT:
        reader.varint64(value.start);
        ascii(region, int64Text(reader.low, reader.high));
        break;
      case ANY_DOUBLE:
        this.double(region, reader.memory.view.getFloat64(value.start, true));
        break;
      case ANY_BYTES:
        ascii(region, '"');
        writeBase64(region, value.start, Math.min(value.end, value.start + this.bytesMax));
        ascii(region, '"');
        break;
      case ANY_ARRAY:
        this.array(region, value);
        break;
      case ANY_KVLIST:
        this.keyValueList(region, value);
        break;
      default:
        ascii(region, "null");
    }
  }

  /** JSON has no number for these; a string keeps what was sent. */
  private double(region: Region, value: number): void {
    if (Number.isFinite(value)) ascii(region, doubleText(value));
    else ascii(region, JSON.stringify(String(value)));
  }

  private array(region: Region, list: Value): void {
    ascii(region, "[");
    let first = true;
    let p = list.start;
    while (p < list.end && region.usedBytes < this.stopAt) {
      const start = nextItem(this.reader, p, list.end);
      p = this.reader.position;
      if (start < 0) continue;
      if (!first) ascii(region, ",");
      first = false;
      this.value(region, this.read(start, p));
    }
    ascii(region, "]");
  }

  private keyValueList(region: Region, list: Value): void {
    ascii(region, "{");
    let first = true;
    for (const entry of this.entries(list).sorted(this.reader.memory.bytes)) {
      if (region.usedBytes >= this.stopAt) break;
      if (!first) ascii(region, ",");
      first = false;
      this.string(region, entry.keyStart, entry.keyEnd);
      ascii(region, ":");
      this.value(region, entry);
    }
    ascii(region, "}");
  }

  private entries(list: Value): EntryList {
    const pair = new KeyValueCursor(this.reader, this.merger);
    const entries = new EntryList();
    let p = list.start;
    while (p < list.end) {
      const start = nextItem(this.reader, p, list.end);
      p = this.reader.position;
      if (start < 0) continue;
      pair.read(start, p);
      const { keyStart, keyEnd } = pair;
      entries.append({ keyStart, keyEnd, ...this.read(pair.valueStart, pair.valueEnd) });
    }
    return entries;
  }

  private read(start: number, end: number): Value {
    const cursor = new AnyValueCursor(this.reader, this.merger);
    if (end > start) cursor.read(start, end);
    else cursor.kind = ANY_EMPTY;
    return { kind: cursor.kind, start: cursor.start, end: cursor.end };
  }

  private string(region: Region, start: number, end: number): void {
    ascii(region, '"');
    for (let p = start; p < end && region.usedBytes < this.stopAt;) {
      p = this.escape(region, { start: p, end, stop: Math.min(end, p + STEP_BYTES) });
    }
    ascii(region, '"');
  }

  /** Escapes the characters that begin before stop. @returns the start of the next character */
  private escape(region: Region, text: { start: number; end: number; stop: number }): number {
    region.reserve(6 * (text.stop - text.start) + 16);
    const { bytes } = region.memory;
    let { position } = region;
    let p = text.start;
    while (p < text.stop) {
      const byte = bytes[p]!;
      if (byte < 0x20 || byte === 0x22 || byte === 0x5c) {
        for (const code of ESCAPES[byte]!) bytes[position++] = code;
        p++;
      } else if (byte < 0x80) {
        bytes[position++] = byte;
        p++;
      } else {
        const length = Math.abs(sequenceLength(bytes, p, text.end));
        position = sanitizedCopy(bytes, { start: p, end: p + length }, position);
        p += length;
      }
    }
    region.position = position;
    return p;
  }
}

/** JSON's escapes for the characters that need one, as bytes. */
const ESCAPES: readonly Uint8Array[] = Array.from({ length: 0x5d }, (_, code) =>
  new TextEncoder().encode(JSON.stringify(String.fromCharCode(code)).slice(1, -1)),
);

function ascii(region: Region, text: string): void {
  region.reserve(text.length);
  const { bytes } = region.memory;
  for (let i = 0; i < text.length; i++) bytes[region.position++] = text.charCodeAt(i);
}
