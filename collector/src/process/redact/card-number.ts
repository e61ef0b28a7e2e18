/* oxlint-disable typescript/no-non-null-assertion -- positions are inside the text by construction */
/**
 * Card numbers in text: 13 to 19 digits that a card network gives out (first digits and length), with a valid Luhn
 * digit, in one piece or grouped as cards are printed. A number that merely passes Luhn, as every tenth does, is none:
 * times in milliseconds or nanoseconds begin with 1, and no card does.
 */

/** Groups of digits, by their lengths, as they are printed on cards. */
const GROUPINGS: readonly (readonly number[])[] = [
  [4, 4, 4, 4],
  [4, 6, 5],
  [4, 6, 4],
  [4, 4, 4, 4, 3],
  [4, 3, 3, 3],
  [4, 4, 5],
];
const DIGITS_MAX = 19;
const DIGITS_MIN = 13;

/** Told of each card number, in order. */
export type FoundCard = (start: number, end: number) => void;

const digits = new Uint8Array(DIGITS_MAX);

/**
 * Looks through a run of digits and single separators.
 * @param run where it lies; `textStart` and `textEnd` bound what may be looked at beside it
 */
export function findCards(
  bytes: Uint8Array,
  run: { start: number; end: number; textStart: number; textEnd: number },
  found: FoundCard,
): void {
  let p = run.start;
  while (p < run.end) {
    if (!isDigit(bytes[p]!)) {
      p++;
      continue;
    }
    const groupEnd = digitsEnd(bytes, p, run.end);
    const end = isBoundaryBefore(bytes, p, run.textStart) ? cardEnd(bytes, p, run) : -1;
    if (end > 0) found(p, end);
    p = end > 0 ? end : groupEnd;
  }
}

/** @returns whether the digits of a whole number, such as an int attribute, are a card number */
export function isCardNumber(text: string): boolean {
  if (text.length < DIGITS_MIN || text.length > DIGITS_MAX) return false;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return false;
    digits[i] = digit;
  }
  return isCard(text.length);
}

/** @returns the end of the card number that begins at p, -1 if there is none */
function cardEnd(
  bytes: Uint8Array,
  p: number,
  run: { readonly end: number; readonly textEnd: number },
): number {
  const first = digitsEnd(bytes, p, run.end) - p;
  if (first >= DIGITS_MIN) {
    if (first > DIGITS_MAX || !isBoundaryAfter(bytes, p + first, run.textEnd)) return -1;
    for (let i = 0; i < first; i++) digits[i] = bytes[p + i]! - 48;
    return isCard(first) ? p + first : -1;
  }
  if (first !== 4) return -1;
  for (const grouping of GROUPINGS) {
    const end = groupedEnd(bytes, p, { grouping, end: run.end });
    if (end > 0 && isBoundaryAfter(bytes, end, run.textEnd)) {
      if (isCard(grouping.reduce((sum, length) => sum + length, 0))) return end;
    }
  }
  return -1;
}

/** Reads groups with one kind of separator between them into `digits`. @returns their end, -1 if they differ */
function groupedEnd(
  bytes: Uint8Array,
  p: number,
  expected: { readonly grouping: readonly number[]; readonly end: number },
): number {
  const separator = bytes[p + 4]!;
  let count = 0;
  for (const [index, length] of expected.grouping.entries()) {
    if (index > 0) {
      if (p >= expected.end || bytes[p] !== separator) return -1;
      p++;
    }
    if (digitsEnd(bytes, p, expected.end) - p !== length) return -1;
    for (let i = 0; i < length; i++) digits[count++] = bytes[p++]! - 48;
  }
  return p;
}

function digitsEnd(bytes: Uint8Array, p: number, end: number): number {
  while (p < end && isDigit(bytes[p]!)) p++;
  return p;
}

/** A letter before it makes it a part of an id, a dot behind a digit the fraction of a number. */
function isBoundaryBefore(bytes: Uint8Array, p: number, textStart: number): boolean {
  if (p === textStart) return true;
  const before = bytes[p - 1]!;
  if (isAlphanumeric(before)) return false;
  return !(before === 0x2e && p - 2 >= textStart && isDigit(bytes[p - 2]!));
}

function isBoundaryAfter(bytes: Uint8Array, p: number, textEnd: number): boolean {
  return p >= textEnd || !isAlphanumeric(bytes[p]!);
}

/** Judges the first length of `digits`. */
function isCard(length: number): boolean {
  return isIssued(length) && passesLuhn(length);
}

function passesLuhn(length: number): boolean {
  let sum = 0;
  let isDoubled = false;
  for (let i = length - 1; i >= 0; i--) {
    let digit = digits[i]!;
    if (isDoubled) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
    isDoubled = !isDoubled;
  }
  return sum % 10 === 0;
}

/** The ranges of the networks, as ISO/IEC 7812 registers them. */
function isIssued(length: number): boolean {
  const four = digits[0]! * 1000 + digits[1]! * 100 + digits[2]! * 10 + digits[3]!;
  const two = Math.floor(four / 100);
  if (digits[0] === 4) return length === 13 || length === 16 || length === 19; // Visa
  if (two >= 51 && two <= 55) return length === 16; // Mastercard
  if (four >= 2221 && four <= 2720) return length === 16; // Mastercard
  if (two === 34 || two === 37) return length === 15; // American Express
  if (two === 36 || two === 38 || two === 39) return length >= 14; // Diners Club
  if (four >= 3000 && four <= 3059) return length >= 14; // Diners Club
  if (four >= 3528 && four <= 3589) return length >= 16; // JCB
  if (four === 6011 || two === 65) return length >= 16; // Discover
  if (four >= 6440 && four <= 6499) return length >= 16; // Discover
  if (two === 62) return length >= 16; // UnionPay
  return (two === 50 || (two >= 56 && two <= 58)) && length >= 16; // Maestro
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

export function isAlphanumeric(byte: number): boolean {
  return isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
}
