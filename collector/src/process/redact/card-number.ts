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
  return /^\d{13,19}$/.test(text) && isCard(Array.from(text, Number));
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
    return isCard(digitsIn(bytes, p, p + first)) ? p + first : -1;
  }
  if (first !== 4) return -1;
  for (const grouping of GROUPINGS) {
    const end = groupedEnd(bytes, p, { grouping, end: run.end });
    if (end < 0 || !isBoundaryAfter(bytes, end, run.textEnd)) continue;
    if (isCard(digitsIn(bytes, p, end))) return end;
  }
  return -1;
}

/** Passes over groups with one kind of separator between them. @returns their end, -1 if they differ */
function groupedEnd(
  bytes: Uint8Array,
  p: number,
  expected: { readonly grouping: readonly number[]; readonly end: number },
): number {
  const separator = bytes[p + 4]!;
  for (const [index, length] of expected.grouping.entries()) {
    if (index > 0) {
      if (p >= expected.end || bytes[p] !== separator) return -1;
      p++;
    }
    if (digitsEnd(bytes, p, expected.end) - p !== length) return -1;
    p += length;
  }
  return p;
}

function digitsIn(bytes: Uint8Array, start: number, end: number): readonly number[] {
  const digits: number[] = [];
  for (let p = start; p < end; p++) if (isDigit(bytes[p]!)) digits.push(bytes[p]! - 0x30);
  return digits;
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

function isCard(digits: readonly number[]): boolean {
  return isIssued(digits) && passesLuhn(digits);
}

function passesLuhn(digits: readonly number[]): boolean {
  let sum = 0;
  let isDoubled = false;
  for (let i = digits.length - 1; i >= 0; i--) {
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

/** What the networks give out, as ISO/IEC 7812 registers it: the first four digits from..to, and the lengths. */
const ISSUED: readonly (readonly [from: number, to: number, ...lengths: number[]])[] = [
  [4000, 4999, 13, 16, 19], // Visa
  [5100, 5599, 16], // Mastercard
  [2221, 2720, 16], // Mastercard
  [3400, 3499, 15], // American Express
  [3700, 3799, 15],
  [3000, 3059, 14, 15, 16, 17, 18, 19], // Diners Club
  [3600, 3699, 14, 15, 16, 17, 18, 19],
  [3800, 3999, 14, 15, 16, 17, 18, 19],
  [3528, 3589, 16, 17, 18, 19], // JCB
  [6011, 6011, 16, 17, 18, 19], // Discover
  [6440, 6599, 16, 17, 18, 19],
  [6200, 6299, 16, 17, 18, 19], // UnionPay
  [5000, 5099, 16, 17, 18, 19], // Maestro
  [5600, 5899, 16, 17, 18, 19],
];

function isIssued(digits: readonly number[]): boolean {
  const four = digits[0]! * 1000 + digits[1]! * 100 + digits[2]! * 10 + digits[3]!;
  return ISSUED.some(
    ([from, to, ...lengths]) => four >= from && four <= to && lengths.includes(digits.length),
  );
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

export function isAlphanumeric(byte: number): boolean {
  return isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
}
