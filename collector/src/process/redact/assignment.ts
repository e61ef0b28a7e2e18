/* oxlint-disable typescript/no-non-null-assertion -- positions are inside the text by construction */
/**
 * Keys with values inside of texts: `password=secret`, `"api_key": "secret"` in JSON (escaped JSON inside of JSON too),
 * and headers, `Authorization: Basic …`. A bare `word: value` is not one: prose is full of "unexpected token: }".
 */
import { isAlphanumeric } from "./card-number.ts";
import { cookiesEnd, namesCookies, quotedCookieEnd } from "./cookies.ts";
import { credentialsEnd } from "./credentials.ts";
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
    if (isQuote(bytes[end - 1])) {
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
    if (opening < text.end && isQuote(bytes[opening])) {
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
    const value = { start, end: text.end };
    this.valueStart = start;
    this.valueEnd = this.bareEnd(bytes, value);
    if (this.valueEnd === start) return false;
    if (this.quote === 0) return true;
    // In JSON, what is neither quoted nor a number is null, true or false.
    this.needsQuotes = true;
    const first = bytes[this.valueStart]!;
    return first === 0x2d || (first >= 0x30 && first <= 0x39);
  }

  private bareEnd(bytes: Uint8Array, value: TextRange): number {
    if (this.isHeader) return lineEnd(bytes, value);
    const isCookie = namesCookies(bytes, { start: this.keyStart, end: this.keyEnd });
    return isCookie ? cookiesEnd(bytes, value) : wordEnd(bytes, value);
  }
}

const COLON = 0x3a;
const KEY_BYTES_MIN = 3;
const KEY_BYTES_MAX = 64;

function isKeyByte(byte: number): boolean {
  return isAlphanumeric(byte) || byte === 0x5f || byte === 0x2d || byte === 0x2e;
}

/** Where a header's value ends: with its line, or at the quote that closes the text around, of which its backslashes are part. */
function lineEnd(bytes: Uint8Array, value: TextRange): number {
  let p = credentialsEnd(bytes, value);
  while (p < value.end && bytes[p]! >= SPACE) {
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
