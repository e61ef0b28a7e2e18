/* oxlint-disable typescript/no-non-null-assertion -- the loops end before the text does */
import { InvalidJson } from "./invalid-json.ts";

const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** `\u` and four digits. */
const UNICODE_ESCAPE_BYTES = 6;
const REPLACEMENT = 0xfffd;

/** The byte that each letter after a backslash stands for, 0 where there is no such escape. */
const ESCAPED = new Uint8Array(256);
for (const character of '"\\/') ESCAPED[character.charCodeAt(0)] = character.charCodeAt(0);
for (const [letter, character] of ["b\b", "f\f", "n\n", "r\r", "t\t"]) {
  ESCAPED[letter!.charCodeAt(0)] = character!.charCodeAt(0);
}

/**
 * Resolves the escapes of a JSON string; half a surrogate pair becomes U+FFFD. A log body can be JSON in JSON, an escape every
 * few bytes, so nothing is made per escape: each one shrinks, and the result fits memory of the raw length.
 * @param raw UTF-8 between the quotes; after a backslash there is at least one byte
 * @param offset where it begins, for the error
 * @throws InvalidJson
 */
export function unescape(raw: Uint8Array, offset: number): Uint8Array {
  const out = Buffer.allocUnsafe(raw.length);
  let to = 0;
  let p = 0;
  while (p < raw.length) {
    const byte = raw[p]!;
    if (byte !== BACKSLASH) {
      out[to++] = byte;
      p++;
      continue;
    }
    const escaped = ESCAPED[raw[p + 1]!]!;
    if (escaped !== 0) {
      out[to++] = escaped;
      p += 2;
      continue;
    }
    let code = codeUnit(raw, p);
    if (code < 0) throw new InvalidJson(offset, `not JSON: ${escapeAt(raw, p)} is no escape`);
    p += UNICODE_ESCAPE_BYTES;
    if (code >= 0xd800 && code < 0xe000) {
      const second = code < 0xdc00 ? codeUnit(raw, p) : -1;
      if (second >= 0xdc00 && second < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (second - 0xdc00);
        p += UNICODE_ESCAPE_BYTES;
      } else code = REPLACEMENT;
    }
    to = writeUtf8(out, to, code);
  }
  return out.subarray(0, to);
}

/** @returns the UTF-16 code unit of the escape at p, -1 if there is none */
function codeUnit(raw: Uint8Array, p: number): number {
  if (p + UNICODE_ESCAPE_BYTES > raw.length) return -1;
  if (raw[p] !== BACKSLASH || raw[p + 1] !== LETTER_U) return -1;
  let unit = 0;
  for (let i = p + 2; i < p + UNICODE_ESCAPE_BYTES; i++) {
    const digit = hexDigit(raw[i]!);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** @returns the offset after the character */
function writeUtf8(out: Uint8Array, to: number, code: number): number {
  if (code < 0x80) {
    out[to++] = code;
    return to;
  }
  if (code < 0x800) out[to++] = 0xc0 | (code >> 6);
  else {
    if (code < 0x10000) out[to++] = 0xe0 | (code >> 12);
    else {
      out[to++] = 0xf0 | (code >> 18);
      out[to++] = 0x80 | ((code >> 12) & 0x3f);
    }
    out[to++] = 0x80 | ((code >> 6) & 0x3f);
  }
  out[to++] = 0x80 | (code & 0x3f);
  return to;
}

/** The backslash and the character after it. */
function escapeAt(raw: Uint8Array, p: number): string {
  const [character = ""] = Buffer.from(raw.subarray(p + 1, p + 5)).toString("utf8");
  return `\\${character}`;
}
