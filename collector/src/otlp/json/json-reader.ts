import { InvalidJson } from "./invalid-json.ts";
import { unescape } from "./unescape.ts";

export type JsonKind = "object" | "array" | "string" | "number" | "boolean" | "null";

/** Objects and arrays inside each other; five times what the default nesting of values needs. */
const DEPTH_MAX = 512;
const FOUND_TEXT_MAX = 40;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Reads JSON (RFC 8259) from bytes, value by value, in the order of the text: nothing is built, so numbers keep all
 * their digits and an error knows its place.
 */
export class JsonReader {
  private readonly text: Uint8Array;
  private position = 0;
  private depth = 0;

  constructor(text: Uint8Array) {
    this.text = text;
  }

  /** Where the next value begins. */
  get offset(): number {
    this.skipSpace();
    return this.position;
  }

  fail(why: string, offset = this.offset): never {
    throw new InvalidJson(offset, why);
  }

  /** The kind of the value that comes next, which is not read. */
  peek(): JsonKind {
    this.skipSpace();
    const byte = this.text[this.position];
    switch (byte) {
      case 0x7b:
        return "object";
      case 0x5b:
        return "array";
      case 0x22:
        return "string";
      case 0x74:
      case 0x66:
        return "boolean";
      case 0x6e:
        return "null";
      default:
        if (byte === 0x2d || (byte !== undefined && byte >= 0x30 && byte <= 0x39)) return "number";
        return this.fail(`not JSON: a value must begin here, found ${this.found()}`);
    }
  }

  /** Reads an object; `member` must read the value of each key. */
  object(member: (key: string) => void): void {
    this.enter();
    if (this.take(0x7d)) return this.leave();
    do {
      if (this.text[this.offset] !== 0x22) {
        this.fail(`not JSON: a key in quotes must come here, found ${this.found()}`);
      }
      const key = Buffer.from(this.string()).toString("utf8");
      this.expect(0x3a, "a colon after the key");
      member(key);
    } while (this.take(0x2c));
    this.expect(0x7d, "a comma or the end of the object");
    return this.leave();
  }

  /** Reads an array; `item` must read each item. */
  array(item: (index: number) => void): void {
    this.enter();
    if (this.take(0x5d)) return this.leave();
    let index = 0;
    do {
      item(index++);
    } while (this.take(0x2c));
    this.expect(0x5d, "a comma or the end of the array");
    return this.leave();
  }

  /** Reads a string. @returns its UTF-8 bytes, maybe a view of the text */
  string(): Uint8Array {
    const { text } = this;
    const start = this.offset + 1;
    let p = start;
    let escaped = false;
    for (;;) {
      const byte = text[p];
      if (byte === undefined) this.fail("not JSON: a string does not end", start - 1);
      if (byte === 0x22) break;
      if (byte < 0x20) this.fail("not JSON: a control character in a string must be escaped", p);
      if (byte === 0x5c) {
        escaped = true;
        p++;
      }
      p++;
    }
    this.position = p + 1;
    const raw = text.subarray(start, p);
    return escaped ? unescape(raw, start) : raw;
  }

  /** Reads a number. @returns its text */
  number(): string {
    const start = this.offset;
    let p = start;
    while (isNumberByte(this.text[p])) p++;
    const text = ascii(this.text.subarray(start, p));
    if (!NUMBER.test(text)) this.fail(`not JSON: ${text.slice(0, FOUND_TEXT_MAX)} is no number`);
    this.position = p;
    return text;
  }

  boolean(): boolean {
    if (this.word("true")) return true;
    if (this.word("false")) return false;
    return this.fail(`not JSON: found ${this.found()}`);
  }

  null(): void {
    if (!this.word("null")) this.fail(`not JSON: found ${this.found()}`);
  }

  /** Reads any value and forgets it. */
  skip(): void {
    switch (this.peek()) {
      case "object":
        return this.object(() => this.skip());
      case "array":
        return this.array(() => this.skip());
      case "string":
        this.string();
        return;
      case "number":
        this.number();
        return;
      case "boolean":
        this.boolean();
        return;
      case "null":
        this.null();
    }
  }

  /** Nothing but white space may follow. */
  end(): void {
    if (this.offset < this.text.length) {
      this.fail(`not JSON: nothing may follow the object, found ${this.found()}`);
    }
  }

  /** What stands here, for error messages. */
  found(): string {
    const start = this.offset;
    if (start >= this.text.length) return "the end of the text";
    let end = start + 1;
    while (end < this.text.length && end - start < FOUND_TEXT_MAX && !isBreak(this.text[end]))
      end++;
    return printable(this.text.subarray(start, end)).trimEnd();
  }

  private enter(): void {
    this.position = this.offset + 1;
    if (++this.depth > DEPTH_MAX) this.fail(`nested more than ${DEPTH_MAX} deep`);
  }

  private leave(): void {
    this.depth--;
  }

  private take(byte: number): boolean {
    if (this.text[this.offset] !== byte) return false;
    this.position++;
    return true;
  }

  private expect(byte: number, what: string): void {
    if (!this.take(byte)) this.fail(`not JSON: ${what} must come here, found ${this.found()}`);
  }

  private word(word: string): boolean {
    const start = this.offset;
    const end = start + word.length;
    if (ascii(this.text.subarray(start, end)) !== word) return false;
    this.position = end;
    return true;
  }

  private skipSpace(): void {
    const { text } = this;
    let p = this.position;
    while (text[p] === 0x20 || text[p] === 0x0a || text[p] === 0x0d || text[p] === 0x09) p++;
    this.position = p;
  }
}

function isNumberByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (byte >= 0x30 && byte <= 0x39) || [0x2b, 0x2d, 0x2e, 0x45, 0x65].includes(byte);
}

function isBreak(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x2c || byte === 0x7d || byte === 0x5d;
}

function ascii(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

function printable(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("utf8")
    .replaceAll(/[^\x20-\x7e]/g, "?");
}
