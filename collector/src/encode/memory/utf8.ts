/* oxlint-disable typescript/no-non-null-assertion -- offsets are inside memory by construction */

/**
 * Copies UTF-8 and writes U+FFFD for what is none: one for each longest run of bytes that begins a character but
 * does not finish it, as browsers and `TextDecoder` do. The target needs three times the room of the source.
 * @returns the offset after the copy
 */
export function sanitizedCopy(
  bytes: Uint8Array,
  source: { readonly start: number; readonly end: number },
  target: number,
): number {
  let p = source.start;
  const { end } = source;
  while (p < end) {
    const length = sequenceLength(bytes, p, end);
    if (length > 0) {
      for (let i = 0; i < length; i++) bytes[target++] = bytes[p++]!;
    } else {
      bytes[target] = 0xef;
      bytes[target + 1] = 0xbf;
      bytes[target + 2] = 0xbd;
      target += 3;
      p -= length;
    }
  }
  return target;
}

/** @returns the most bytes, at most lengthMax, of the text at start that end between two characters */
export function utf8CutLength(bytes: Uint8Array, start: number, lengthMax: number): number {
  let length = lengthMax;
  while (length > 0 && length > lengthMax - 4 && (bytes[start + length]! & 0xc0) === 0x80) length--;
  return length;
}

/**
 * Measures the character at p.
 * @returns its length in bytes; or, negative, how many bytes stand for one replacement character
 */
export function sequenceLength(bytes: Uint8Array, p: number, end: number): number {
  const first = bytes[p]!;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return -1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (p + 1 >= end || !isSecondByte(first, bytes[p + 1]!)) return -1;
  for (let i = 2; i < length; i++) {
    if (p + i >= end || (bytes[p + i]! & 0xc0) !== 0x80) return -i;
  }
  return length;
}

/** The second byte rules out overlong forms, surrogates and what is above U+10FFFF. */
function isSecondByte(first: number, second: number): boolean {
  if ((second & 0xc0) !== 0x80) return false;
  switch (first) {
    case 0xe0:
      return second >= 0xa0;
    case 0xed:
      return second < 0xa0;
    case 0xf0:
      return second >= 0x90;
    case 0xf4:
      return second < 0x90;
    default:
      return true;
  }
}
