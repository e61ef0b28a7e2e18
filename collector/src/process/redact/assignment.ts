/* oxlint-disable typescript/no-non-null-assertion -- positions are inside the text by construction */
/**
 * Keys with values inside of texts: `password=secret`, `"api_key": "secret"` in JSON (escaped JSON inside of JSON too),
 * headers, `Authorization: Basic …`, and lists as JSON, Java and Go write them. A bare `word: value` is not one: prose is full
 * of "unexpected token: }".
 */
import { isAlphanumeric, isDigit } from "./card-number.ts";
import { cookiesEnd, namesCookies, quotedCookieEnd } from "./cookies.ts";
import { credentialsEnd } from "./credentials.ts";
import { isPlaceholder } from "./placeholder.ts";
import type { TextRange } from "./secrets.ts";
import { BACKSLASH, bareEnd, isQuote, quotedEnd, skipByte, SPACE } from "./value-ends.ts";

/** Where a key and its value lie. Filled by `read`. */
export class Assignment {
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  /** A JSON number: what replaces it needs quotes, or the text is no JSON any more. */
  needsQuotes = false;
  /** `key: value` without quotes: a value only if the key is a header's. */
  isHeader = false;
  private quote = 0;
  /** A blank is between the key and its sign. */
  private isApart = false;
  /** Behind the quote that closes the value. */
  private quotedTo = 0;
  /** Where the next item of a list is looked for, -1 without one. */
  private itemsAt = -1;

  /**
   * Finds the key before the `=` or `:` at p.
   * @returns false if there is none
   */
  // oxlint-disable-next-line complexity -- one question for each way in which a key is written
  readKey(bytes: Uint8Array, p: number, text: TextRange): boolean {
    let end = p;
    this.quote = 0;
    const isColon = bytes[p] === COLON;
    if (end - 1 > text.start && bytes[end - 1] === SPACE) end--;
    this.isApart = end < p;
    if (end === text.start) return false;
    if (isQuote(bytes[end - 1])) {
      this.quote = bytes[--end]!;
      while (end > text.start && bytes[end - 1] === BACKSLASH) end--;
    } else if (isColon && !beginsHeaderValue(bytes[p + 1])) return false;
    let start = end;
    while (start > text.start && end - start <= KEY_BYTES_MAX && isKeyByte(bytes[start - 1]!))
      start--;
    const length = end - start;
    if (length < KEY_BYTES_MIN || length > KEY_BYTES_MAX) return false;
    if (this.quote !== 0 && (start === text.start || bytes[start - 1] !== this.quote)) return false;
    this.keyStart = start;
    this.keyEnd = end;
    this.isHeader = isColon && this.quote === 0;
    return true;
  }

  /**
   * Finds the value behind the `=` or `:` at p, after `readKey`.
   * @returns false if there is none that could be secret
   */
  // oxlint-disable-next-line complexity -- one question for each way in which a value is written
  readValue(bytes: Uint8Array, p: number, text: TextRange): boolean {
    let start = p + 1;
    while (start < text.end && bytes[start] === SPACE) start++;
    const value = { start, end: text.end };
    this.needsQuotes = false;
    this.itemsAt = -1;
    const isNext = start === p + 1;
    if (this.isHeader && isNext && !opensValue(bytes, value)) return false;
    if (this.readQuoted(bytes, value)) return this.valueEnd > this.valueStart;
    if (start < text.end && bytes[start] === OPENS_LIST && (isNext || !this.isHeader)) {
      return this.readList(bytes, { start: start + 1, end: text.end });
    }
    if (bytes[p] !== COLON && !this.isWord(bytes, p, value)) return false;
    this.valueStart = start;
    this.valueEnd = this.bareEnd(bytes, value);
    if (this.valueEnd === start) return false;
    if (this.quote === 0) return true;
    // In JSON, what is neither quoted nor a number is null, true or false.
    this.needsQuotes = true;
    return beginsNumber(bytes[start]!);
  }

  /**
   * Moves on to the next item of a list, after `readValue` and after each item.
   * @returns false if there is none, or the value was no list
   */
  readItem(bytes: Uint8Array, text: TextRange): boolean {
    const { end } = text;
    const begun = this.itemsAt;
    let p = begun < 0 ? end : begun;
    this.itemsAt = -1;
    while (p < end) {
      const byte = bytes[p]!;
      if (byte <= SPACE || byte === COMMA || isLetter(byte)) {
        p++;
        continue;
      }
      const item = { start: p, end };
      if (this.readQuoted(bytes, item)) {
        if (this.valueEnd > this.valueStart) return this.goOnBehind(this.quotedTo, false);
        p = this.quotedTo;
      } else if (beginsNumber(byte)) {
        this.valueStart = p;
        this.valueEnd = bareEnd(bytes, item);
        return this.goOnBehind(this.valueEnd, true);
      } else {
        // A line's end as JSON inside of JSON has it, `\n`.
        p = skipByte(bytes, item, BACKSLASH);
        if (p === item.start || p >= end || !isLetter(bytes[p]!)) return false;
      }
    }
    return false;
  }

  private goOnBehind(p: number, needsQuotes: boolean): true {
    this.itemsAt = p;
    this.needsQuotes = needsQuotes;
    return true;
  }

  /** Behind the `[`: items in quotes or under a key in quotes, each with a place of its own; else all up to the `]` as one. */
  private readList(bytes: Uint8Array, list: TextRange): boolean {
    const start = skipByte(bytes, list, SPACE);
    const value = { start, end: list.end };
    const opening = skipByte(bytes, value, BACKSLASH);
    const isQuoted = opening < list.end && isQuote(bytes[opening]) && opensValue(bytes, value);
    if (this.quote !== 0 || isQuoted) {
      this.itemsAt = start;
      return this.readItem(bytes, list);
    }
    this.valueStart = start;
    this.valueEnd = lineEnd(bytes, value, CLOSES_LIST);
    return this.valueEnd > start;
  }

  /** @returns false if no quote opens where the value begins */
  private readQuoted(bytes: Uint8Array, { start, end }: TextRange): boolean {
    const opening = skipByte(bytes, { start, end }, BACKSLASH);
    if (opening >= end || !isQuote(bytes[opening])) return false;
    const escapes = opening - start;
    this.valueStart = opening + 1;
    const value = { start: opening + 1, end };
    this.valueEnd = quotedEnd(bytes, value, { quote: bytes[opening]!, escapes });
    this.quotedTo = Math.min(this.valueEnd + escapes + 1, end);
    return true;
  }

  /**
   * A value without quotes behind a `=` with blanks around it. There must be one on both sides, or `password= user=jane` would lose the next
   * value; and behind it no operator (`token == null`), and no placeholder of a statement.
   */
  private isWord(bytes: Uint8Array, p: number, { start, end }: TextRange): boolean {
    if (!this.isApart) return start === p + 1;
    if (start > p + 2 || start >= end || OPERATORS.includes(bytes[start]!)) return false;
    return start === p + 1 || !isPlaceholder(bytes, { start, end: bareEnd(bytes, { start, end }) });
  }

  private bareEnd(bytes: Uint8Array, value: TextRange): number {
    if (this.isHeader) return lineEnd(bytes, value);
    const isCookie = namesCookies(bytes, { start: this.keyStart, end: this.keyEnd });
    return isCookie ? cookiesEnd(bytes, value) : wordEnd(bytes, value);
  }
}

const COLON = 0x3a;
const COMMA = 0x2c;
const OPENS_LIST = 0x5b;
const CLOSES_LIST = 0x5d;
const KEY_BYTES_MIN = 3;
const KEY_BYTES_MAX = 64;

function isKeyByte(byte: number): boolean {
  return isAlphanumeric(byte) || byte === 0x5f || byte === 0x2d || byte === 0x2e;
}

/** A blank, or what Go and Spring print behind the name of a header: a list or a quote. */
function beginsHeaderValue(byte: number | undefined): boolean {
  return byte === SPACE || byte === OPENS_LIST || byte === BACKSLASH || isQuote(byte);
}

/** False of a quote that closes the text around: `"authorization:","host:…` */
function opensValue(bytes: Uint8Array, value: TextRange): boolean {
  const opening = skipByte(bytes, value, BACKSLASH);
  if (bytes[opening] === OPENS_LIST) return opening === value.start;
  const next = skipByte(bytes, { start: opening + 1, end: value.end }, BACKSLASH);
  return isQuote(bytes[opening]) && next < value.end && !FOLLOWS_TEXT.includes(bytes[next]!);
}

/** `, : ] }` */
const FOLLOWS_TEXT = [0x2c, 0x3a, 0x5d, 0x7d];

/** As in JSON. */
function beginsNumber(byte: number): boolean {
  return byte === 0x2d || isDigit(byte);
}

/** `= > ~` */
const OPERATORS = [0x3d, 0x3e, 0x7e];

function isLetter(byte: number): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
}

/**
 * Where a value ends that may have blanks: with its line, at the byte that closes its list, or at the quote that closes the
 * text around, of which its backslashes are part.
 */
function lineEnd(bytes: Uint8Array, value: TextRange, closing = -1): number {
  let p = credentialsEnd(bytes, value);
  while (p < value.end && bytes[p]! >= SPACE && bytes[p] !== closing) {
    const quote = skipByte(bytes, { start: p, end: value.end }, BACKSLASH);
    if (isQuote(bytes[quote]) && quote < value.end) {
      const next = quotedCookieEnd(bytes, p, value);
      if (next === p) return p;
      p = next;
    } else p = Math.max(quote, p + 1);
  }
  return p;
}

/** Where a value without quotes ends: a word, and credentials with the name of their scheme. */
function wordEnd(bytes: Uint8Array, value: TextRange): number {
  const end = bareEnd(bytes, value);
  if (end >= value.end || bytes[end] !== SPACE) return end;
  return Math.max(end, credentialsEnd(bytes, value));
}
