/* oxlint-disable typescript/no-non-null-assertion -- positions are inside the text by construction */
/**
 * Keys with values inside of texts: `password=secret`, `"api_key": "secret"` in JSON (escaped JSON inside of JSON too),
 * and headers, `Authorization: Basic …`. A bare `word: value` is not one: prose is full of "unexpected token: }".
 */
import { isAlphanumeric } from "./card-number.ts";
import type { TextRange } from "./secrets.ts";

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
  private escapes = 0;

  /**
   * Finds the key before the `=` or `:` at p.
   * @returns false if there is none
   */
  // oxlint-disable-next-line complexity -- one question for each way in which a key is written
  readKey(bytes: Uint8Array, p: number, text: TextRange): boolean {
    let end = p;
    this.quote = this.escapes = 0;
    const isColon = bytes[p] === COLON;
    if (isColon && end - 1 > text.start && bytes[end - 1] === SPACE) end--;
    if (end === text.start) return false;
    if (isQuote(bytes[end - 1]!)) {
      this.quote = bytes[--end]!;
      while (end > text.start && bytes[end - 1] === BACKSLASH) {
        end--;
        this.escapes++;
      }
    } else if (isColon && bytes[p + 1] !== SPACE) return false;
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
    while (start < text.end && bytes[start] === SPACE && bytes[p] === COLON) start++;
    this.needsQuotes = false;
    let opening = start;
    while (opening < text.end && bytes[opening] === BACKSLASH) opening++;
    if (opening < text.end && isQuote(bytes[opening]!)) {
      this.valueStart = opening + 1;
      this.valueEnd = quotedEnd(
        bytes,
        { start: opening + 1, end: text.end },
        {
          quote: bytes[opening]!,
          escapes: opening - start,
        },
      );
      return this.valueEnd > this.valueStart;
    }
    this.valueStart = start;
    if (this.isHeader) {
      while (start < text.end && bytes[start]! >= SPACE && !isQuote(bytes[start]!)) start++;
    } else {
      while (start < text.end && !endsBareValue(bytes[start]!)) start++;
    }
    this.valueEnd = start;
    if (start === this.valueStart) return false;
    if (this.quote === 0) return true;
    // In JSON, what is neither quoted nor a number is null, true or false.
    this.needsQuotes = true;
    const first = bytes[this.valueStart]!;
    return first === 0x2d || (first >= 0x30 && first <= 0x39);
  }
}

const COLON = 0x3a;
const SPACE = 0x20;
const BACKSLASH = 0x5c;
const KEY_BYTES_MIN = 3;
const KEY_BYTES_MAX = 64;

/** @returns where the closing quote is, with as many backslashes before it as the opening one had; the text's end if nowhere */
function quotedEnd(
  bytes: Uint8Array,
  value: TextRange,
  opened: { readonly quote: number; readonly escapes: number },
): number {
  let backslashes = 0;
  for (let p = value.start; p < value.end; p++) {
    const byte = bytes[p]!;
    if (byte === BACKSLASH) backslashes++;
    else {
      const closes = opened.escapes === 0 ? backslashes % 2 === 0 : backslashes === opened.escapes;
      if (byte === opened.quote && closes) return p - opened.escapes;
      backslashes = 0;
    }
  }
  return value.end;
}

function isQuote(byte: number): boolean {
  return byte === 0x22 || byte === 0x27;
}

function isKeyByte(byte: number): boolean {
  return isAlphanumeric(byte) || byte === 0x5f || byte === 0x2d || byte === 0x2e;
}

function endsBareValue(byte: number): boolean {
  return byte <= SPACE || BARE_ENDS[byte] === 1;
}

/** `& , ; " ' ) ] } { [ <` and the backslash */
const BARE_ENDS = Uint8Array.from({ length: 256 }, (_, byte) =>
  [0x26, 0x2c, 0x3b, 0x22, 0x27, 0x29, 0x5d, 0x7d, 0x7b, 0x5b, 0x3c, BACKSLASH].includes(byte)
    ? 1
    : 0,
);
