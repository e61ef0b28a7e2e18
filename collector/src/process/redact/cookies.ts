/* oxlint-disable typescript/no-non-null-assertion -- positions are inside the text by construction */
/** Cookies behind a key: `a=b; session="x"; Path=/`. The one that matters is seldom the first. */
import type { TextRange } from "./secrets.ts";
import { BACKSLASH, endsBareValue, EQUALS, isQuote, skipByte, SPACE } from "./value-ends.ts";

const COOKIE = [0x63, 0x6f, 0x6f, 0x6b, 0x69, 0x65];
const SEMICOLON = 0x3b;
const AMPERSAND = 0x26;

/** @returns true of a key that ends with `cookie` or `cookies`, in any case */
export function namesCookies(bytes: Uint8Array, key: TextRange): boolean {
  const isPlural = (bytes[key.end - 1]! | 0x20) === 0x73;
  const start = key.end - (isPlural ? 1 : 0) - COOKIE.length;
  return start >= key.start && COOKIE.every((letter, i) => (bytes[start + i]! | 0x20) === letter);
}

/** @returns where cookies without quotes around them end: `;` and the blanks behind it part them, and `&` may be in one */
export function cookiesEnd(bytes: Uint8Array, value: TextRange): number {
  let p = value.start;
  while (p < value.end) {
    const byte = bytes[p]!;
    if (byte === SEMICOLON) p = skipByte(bytes, { start: p + 1, end: value.end }, SPACE);
    else if (byte === AMPERSAND || !endsBareValue(byte)) p++;
    else {
      const next = quotedCookieEnd(bytes, p, value);
      if (next === p) return p;
      p = next;
    }
  }
  return p;
}

/**
 * A cookie's value may be in quotes: `="…";`. Any other quote closes the text around.
 * @param p the opening quote or its backslashes
 * @returns where the closing quote ends, p if there are no such two
 */
export function quotedCookieEnd(bytes: Uint8Array, p: number, value: TextRange): number {
  const { start, end } = value;
  if (p === start || bytes[p - 1] !== EQUALS) return p;
  const opening = skipByte(bytes, { start: p, end }, BACKSLASH);
  if (opening >= end || !isQuote(bytes[opening])) return p;
  let last = opening + 1;
  while (last < end && isCookieByte(bytes[last]!)) last++;
  const closing = skipByte(bytes, { start: last, end }, BACKSLASH);
  if (closing + 1 >= end || closing - last !== opening - p) return p;
  const closes = bytes[closing] === bytes[opening] && bytes[closing + 1] === SEMICOLON;
  return closes ? closing + 1 : p;
}

/** As RFC 6265 has it: no blank, quote, comma, semicolon, backslash. */
function isCookieByte(byte: number): boolean {
  const isMark = byte === 0x2c || byte === SEMICOLON || byte === BACKSLASH;
  return byte > SPACE && !isMark && !isQuote(byte);
}
