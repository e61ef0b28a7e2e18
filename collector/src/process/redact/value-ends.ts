/* oxlint-disable typescript/no-non-null-assertion -- positions are inside the text by construction */
/** Where a value ends that stands behind a key in a text. */
import type { TextRange } from "./secrets.ts";

export const SPACE = 0x20;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;

/** How a quoted value begins. */
export interface Opened {
  readonly quote: number;
  /** Backslashes before it: one in JSON inside of JSON. */
  readonly escapes: number;
}

/** @returns where the closing quote is, with as many backslashes before it as the opening one had; the text's end if nowhere */
export function quotedEnd(bytes: Uint8Array, value: TextRange, opened: Opened): number {
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

/** @returns the end of the value without quotes that begins where the text does */
export function bareEnd(bytes: Uint8Array, text: TextRange): number {
  let p = text.start;
  while (p < text.end && !endsBareValue(bytes[p]!)) p++;
  return p;
}

export function skipByte(bytes: Uint8Array, text: TextRange, byte: number): number {
  let p = text.start;
  while (p < text.end && bytes[p] === byte) p++;
  return p;
}

export function isQuote(byte: number | undefined): boolean {
  return byte === 0x22 || byte === 0x27;
}

export function endsBareValue(byte: number): boolean {
  return byte <= SPACE || BARE_ENDS[byte] === 1;
}

/** `& , ; " ' ) ] } { [ <` and the backslash */
const BARE_ENDS = Uint8Array.from({ length: 256 }, (_, byte) =>
  [0x26, 0x2c, 0x3b, 0x22, 0x27, 0x29, 0x5d, 0x7d, 0x7b, 0x5b, 0x3c, BACKSLASH].includes(byte)
    ? 1
    : 0,
);
