/* oxlint-disable typescript/no-non-null-assertion -- offsets are inside memory by construction */
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
} from "../../otlp/any-value.ts";
import { ProtoWriter } from "../../otlp/json/proto-writer.ts";
import type { Merger } from "../../otlp/wire/merger.ts";
import type { Memory } from "../../otlp/wire/memory.ts";
import type { WireReader } from "../../otlp/wire/reader.ts";
import type { KeyJudge } from "../key-judge.ts";
import { isCardNumber } from "./card-number.ts";
import type { TextRedactor } from "./text-redactor.ts";

/** An int of 13 digits takes at least so many bytes as an AnyValue. */
const LARGE_INT_BYTES = 7;
/** Fields of ArrayValue and KeyValueList, and of KeyValue. */
const VALUES = 1;
const PAIR_KEY = 1;
const PAIR_VALUE = 2;

export interface ValueRedactorOptions {
  readonly reader: WireReader;
  readonly merger: Merger;
  readonly text: TextRedactor;
  /** Verdicts about keys inside of values: rule + 1, 0 for none. */
  readonly keys: KeyJudge | undefined;
  /** The rule for card numbers, -1 when it is off. */
  readonly cardRule: number;
}

/** Redacts any-values: the old bytes stay, a changed value lies elsewhere. */
export class ValueRedactor {
  /** Where the AnyValue lies after a method returned true. */
  start = 0;
  end = 0;
  /** An AnyValue of fewer bytes has nothing in it that is redacted. */
  readonly bytesMin: number;
  private readonly options: ValueRedactorOptions;
  private readonly memory: Memory;
  private readonly text: TextRedactor;

  constructor(options: ValueRedactorOptions) {
    this.options = options;
    this.memory = options.reader.memory;
    this.text = options.text;
    // A string has two bytes before its text, nested ones more; a number may be a card.
    this.bytesMin = Math.min(options.text.bytesMin + 2, LARGE_INT_BYTES);
  }

  /**
   * @returns true if the AnyValue at [start, end) is one scalar and nothing else, as nearly all are: its text or number was seen by
   * whoever looked through the bytes, and it holds no keys
   */
  isPlain(start: number, end: number): boolean {
    const { bytes } = this.memory;
    switch (bytes[start]) {
      case ANY_STRING: {
        const length = bytes[start + 1]!;
        if (length < 128) return start + 2 + length === end;
        const more = bytes[start + 2]!;
        return more < 128 && start + 3 + ((length & 127) | (more << 7)) === end;
      }
      case ANY_INT:
        // Too short for a list with a key behind the number.
        return end - start <= 11;
      case ANY_DOUBLE:
        return end - start === 9;
      case ANY_BOOL:
        return end - start === 2;
      default:
        return false;
    }
  }

  /** Redacts what is in the AnyValue at [start, end). @returns true if it is another one now */
  redact(start: number, end: number): boolean {
    const { bytes } = this.memory;
    const first = bytes[start]!;
    if (first === ANY_STRING && start < end) {
      const length = bytes[start + 1]!;
      // A short string and nothing else: four of five values.
      if (length < 128 && start + 2 + length === end) {
        return this.text.redact(start + 2, end) && this.placeString();
      }
    } else if (first !== ANY_ARRAY && first !== ANY_KVLIST && end - start < LARGE_INT_BYTES) {
      return false;
    } else if (first === ANY_DOUBLE && end - start === 9) return false;
    return start < end && this.redactAny(start, end);
  }

  /** Puts what the rule makes of the whole AnyValue at [start, end) in its place. */
  replace(start: number, end: number, rule: number): void {
    this.text.isDropped = false;
    this.text.place(this.text.replacement(rule, this.contentOf(start, end)));
    this.placeString();
  }

  /** The text of a string, the wire bytes of anything else. */
  private contentOf(start: number, end: number): Uint8Array {
    const cursor = this.read(start, end);
    const isText = cursor.kind === ANY_STRING || cursor.kind === ANY_BYTES;
    return isText
      ? this.memory.bytes.slice(cursor.start, cursor.end)
      : this.memory.bytes.slice(start, end);
  }

  private redactAny(start: number, end: number): boolean {
    const cursor = this.read(start, end);
    switch (cursor.kind) {
      case ANY_STRING:
        return this.text.redact(cursor.start, cursor.end) && this.placeString();
      case ANY_INT:
        return this.redactInt(cursor.start, start, end);
      case ANY_ARRAY:
      case ANY_KVLIST: {
        if (!this.findsIn(cursor)) return false;
        const rewritten = this.rewritten(cursor);
        // What was taken out of one text takes that text's match, not the list.
        this.text.isDropped = false;
        const at = this.allocate(rewritten.length);
        this.memory.bytes.set(rewritten, at);
        this.start = at;
        this.end = at + rewritten.length;
        return true;
      }
      default:
        return false;
    }
  }

  private redactInt(valueAt: number, start: number, end: number): boolean {
    const { reader, cardRule } = this.options;
    if (cardRule < 0 || end - start < LARGE_INT_BYTES) return false;
    const digits = this.intText(reader, valueAt);
    if (!isCardNumber(digits)) return false;
    this.text.isDropped = false;
    this.text.place(this.text.replacement(cardRule, Buffer.from(digits, "latin1")));
    return this.placeString();
  }

  private intText(reader: WireReader, valueAt: number): string {
    reader.varint64(valueAt);
    return ((BigInt(reader.high) << 32n) | BigInt(reader.low >>> 0)).toString();
  }

  /** @returns true if the list has something that `rewrite` would change */
  private findsIn(list: AnyValueCursor): boolean {
    for (const item of this.itemsOf(list)) {
      if (item.rule >= 0) return true;
      const cursor = this.read(item.valueStart, item.valueEnd);
      if (cursor.kind === ANY_STRING && this.text.finds(cursor.start, cursor.end)) return true;
      if (cursor.kind === ANY_INT && this.isCardAt(cursor.start)) return true;
      if ((cursor.kind === ANY_ARRAY || cursor.kind === ANY_KVLIST) && this.findsIn(cursor))
        return true;
    }
    return false;
  }

  private isCardAt(valueAt: number): boolean {
    return this.options.cardRule >= 0 && isCardNumber(this.intText(this.options.reader, valueAt));
  }

  /** How deep values go was checked when the record was scanned. */
  private rewritten(list: AnyValueCursor): Uint8Array {
    const writer = new ProtoWriter(list.end - list.start);
    this.rewrite(list, writer);
    return writer.finish();
  }

  private rewrite(list: AnyValueCursor, writer: ProtoWriter): void {
    writer.messageField(list.kind >> 3, () => {
      for (const item of this.itemsOf(list)) {
        const { keyStart, keyEnd, valueStart, valueEnd, rule } = item;
        if (rule >= 0) {
          this.replace(valueStart, valueEnd, rule);
          if (this.text.isDropped) continue;
        }
        if (list.kind === ANY_ARRAY) this.rewriteItem(VALUES, item, writer);
        else {
          writer.messageField(VALUES, () => {
            writer.bytesField(PAIR_KEY, this.memory.bytes.subarray(keyStart, keyEnd));
            this.rewriteItem(PAIR_VALUE, item, writer);
          });
        }
      }
    });
  }

  /** Writes the value of an item as a field; one under a rule was replaced before. */
  private rewriteItem(number: number, item: Item, writer: ProtoWriter): void {
    let { valueStart, valueEnd } = item;
    if (item.rule < 0) {
      const cursor = this.read(valueStart, valueEnd);
      if (cursor.kind === ANY_ARRAY || cursor.kind === ANY_KVLIST) {
        writer.messageField(number, () => this.rewrite(cursor, writer));
        return;
      }
    }
    if (item.rule >= 0 || (valueStart < valueEnd && this.redactAny(valueStart, valueEnd))) {
      valueStart = this.start;
      valueEnd = this.end;
    }
    writer.bytesField(number, this.memory.bytes.subarray(valueStart, valueEnd));
  }

  /** One at a time: a list of some MiB can have millions, and all of them as objects are more than a worker's heap. */
  private *itemsOf(list: AnyValueCursor): Generator<Item, void, undefined> {
    const { reader, merger, keys } = this.options;
    const cursor = new KeyValueCursor(reader, merger);
    const { kind, end } = list;
    let p = list.start;
    while (p < end) {
      const start = nextItem(reader, p, end);
      p = reader.position;
      if (start < 0) continue;
      if (kind === ANY_ARRAY) {
        yield { keyStart: 0, keyEnd: 0, valueStart: start, valueEnd: p, rule: -1 };
        continue;
      }
      cursor.read(start, p);
      const { keyStart, keyEnd, valueStart, valueEnd } = cursor;
      const rule = keys === undefined ? -1 : keys.judge(keyStart, keyEnd - keyStart) - 1;
      yield { keyStart, keyEnd, valueStart, valueEnd, rule };
    }
  }

  private read(start: number, end: number): AnyValueCursor {
    const cursor = new AnyValueCursor(this.options.reader, this.options.merger);
    if (end > start) cursor.read(start, end);
    else cursor.kind = ANY_EMPTY;
    return cursor;
  }

  /** Makes an AnyValue of the text that the text redactor placed, in the room before it. */
  private placeString(): true {
    const { bytes } = this.memory;
    const { start, end } = this.text;
    const header = varint(end - start);
    this.start = start - header.length - 1;
    this.end = end;
    bytes[this.start] = ANY_STRING;
    bytes.set(header, this.start + 1);
    return true;
  }

  private allocate(sizeBytes: number): number {
    this.text.reserve(sizeBytes);
    return this.text.start;
  }
}

interface Item {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** The rule that its key falls under, -1 for none. */
  readonly rule: number;
}

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  while (value > 127) {
    bytes.push((value & 127) | 128);
    value >>>= 7;
  }
  return [...bytes, value];
}
