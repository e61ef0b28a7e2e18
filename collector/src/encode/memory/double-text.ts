/* oxlint-disable typescript/no-non-null-assertion -- offsets are inside memory by construction */
/**
 * The shortest digits that give the same double, without making a JavaScript string: `String(value)` costs half a
 * microsecond and a piece of garbage, and a duration is in every other record.
 *
 * A double is c * 2^q. For each q there is one k with 10^k <= 2^q < 10^(k+1); c * (2^q / 10^k) then has 16 or 17 digits
 * before its point, and half a unit in the last place of the double is between 0.5 and 5 there. So at most one multiple of
 * ten lies close enough to be read as the same double: it is the answer, without its zeros. Otherwise it is the nearest
 * integer. 2^q / 10^k is kept as a sum of two doubles, which leaves an error below 1e-13; what is closer than `DOUBT` to a
 * border is left to `String`.
 */
import type { Region } from "./region.ts";

/** Between these a number is written without an exponent, and all of its digits fit. */
const PLAIN_MIN = 1e-5;
const PLAIN_MAX = 1e15;
const DOUBT = 1e-6;
/** Of 2^q / 10^k. The first has 49 bits behind its point, so that it is exact. */
const FIRST_BITS = 49;
const SCALED_BITS = 110;
/** 2^27 + 1: cuts a double into halves whose products are exact (Dekker). */
const SPLITTER = 134_217_729;
const EXPONENTS = 2048;
const EXPONENT_BIAS = 1075;
const EIGHT_DIGITS = 1e8;
const DIGITS_MAX = 17;
/** Digits are copied four at a time, up to three too many. */
const COPIED_BYTES = 20;
/** Sign, length, "0.", zeros behind it, twice the digits. */
const BYTES_MAX = 2 * COPIED_BYTES + 10;

const ZERO = 0x30;
const POINT = 0x2e;
const MINUS = 0x2d;

const float = new Float64Array(1);
const halves = new Uint32Array(float.buffer);
const firstParts = new Float64Array(EXPONENTS);
const restParts = new Float64Array(EXPONENTS);
const tens = new Int16Array(EXPONENTS);
const known = new Uint8Array(EXPONENTS);
/** The digits of a number end at DIGITS_MAX; behind it is what may be copied, too. */
const digits = new Uint8Array(DIGITS_MAX + COPIED_BYTES);
const digitView = new DataView(digits.buffer);
/** "00" to "99", as two bytes in the order in which they are read. */
const PAIRS = Uint16Array.from(
  { length: 100 },
  (_, pair) => (ZERO + (pair % 10)) * 256 + ZERO + Math.floor(pair / 10),
);

/** What `findShortest` found: head * 10 + last, or head alone where last is -1, times ten to the exponent. */
let head = 0;
let last = -1;
let exponent = 0;

/**
 * Appends a double that is no integer as a String: the text that `String(value)` gives.
 * @returns false when it is left to the caller, with nothing written: very small and very large ones, powers of two
 */
export function writeDouble(region: Region, value: number): boolean {
  const magnitude = value < 0 ? -value : value;
  if (!(magnitude >= PLAIN_MIN && magnitude < PLAIN_MAX) || !findShortest(magnitude)) return false;
  const first = writeDigits();
  const count = DIGITS_MAX - first;
  // Of the number: digits before its point; below one, so many zeros behind the point.
  const before = count + exponent;
  region.reserve(BYTES_MAX);
  const { bytes, view } = region.memory;
  let position = region.position + 1;
  if (value < 0) bytes[position++] = MINUS;
  if (before <= 0) {
    bytes[position++] = ZERO;
    bytes[position++] = POINT;
    for (let zeros = before; zeros < 0; zeros++) bytes[position++] = ZERO;
    copyDigits(view, first, position);
    position += count;
  } else {
    copyDigits(view, first, position);
    position += before;
    bytes[position++] = POINT;
    copyDigits(view, first + before, position);
    position += count - before;
  }
  bytes[region.position] = position - region.position - 1;
  region.position = position;
  return true;
}

/** All that there are and some bytes more: four at a time take less than a look at each. */
function copyDigits(view: DataView, from: number, to: number): void {
  for (let i = 0; i < COPIED_BYTES; i += 4) {
    view.setInt32(to + i, digitView.getInt32(from + i, true), true);
  }
}

/** @returns false in doubt */
function findShortest(magnitude: number): boolean {
  float[0] = magnitude;
  const high = halves[1]!;
  const low = halves[0]!;
  const biased = high >>> 20;
  // Below a power of two the next double is only half as far away.
  if ((high & 0xf_ffff) === 0 && low === 0) return false;
  if (known[biased] === 0) learn(biased);
  const c = ((high & 0xf_ffff) | 0x10_0000) * 2 ** 32 + low;
  const scale = firstParts[biased]!;
  const product = c * scale;
  const error = roundingError(c, scale, product) + c * restParts[biased]!;
  let tenth = Math.floor(product / 10);
  // Each step is exact; the product itself may be above 2^53.
  let unit = product - 8 * tenth - 2 * tenth + error;
  const carry = Math.floor(unit / 10);
  tenth += carry;
  unit -= 10 * carry;
  const reach = scale / 2;
  head = tenth;
  last = -1;
  exponent = tens[biased]! + 1;
  const overLower = unit - reach;
  const overUpper = 10 - unit - reach;
  if (Math.abs(overLower) < DOUBT || Math.abs(overUpper) < DOUBT) return false;
  if (overLower < 0) return true;
  if (overUpper < 0) {
    head = tenth + 1;
    return true;
  }
  last = Math.floor(unit + 0.5);
  exponent -= 1;
  return Math.abs(unit - last) < 0.5 - DOUBT;
}

/** What a * b lost when it was rounded to `product`. */
function roundingError(a: number, b: number, product: number): number {
  const aScaled = SPLITTER * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = SPLITTER * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

/** Writes the digits to the end of `digits`, zeros at their end left out. @returns where they begin */
function writeDigits(): number {
  let position = DIGITS_MAX;
  let high = Math.floor(head / EIGHT_DIGITS);
  let low = (head - high * EIGHT_DIGITS) | 0;
  let width = 8;
  if (last >= 0) {
    digits[--position] = ZERO + last;
  } else {
    if (low === 0) {
      low = high;
      high = 0;
      exponent += 8;
    }
    for (; low % 10 === 0; width--) {
      low = (low / 10) | 0;
      exponent++;
    }
  }
  if (high > 0) {
    // Zeros between are digits.
    for (; width > 1; width -= 2) low = writePair((position -= 2), low);
    if (width > 0) digits[--position] = ZERO + low;
    low = high | 0;
  }
  while (low > 9) low = writePair((position -= 2), low);
  if (low > 0) digits[--position] = ZERO + low;
  return position;
}

/** Writes the last two digits. @returns those before them */
function writePair(position: number, number: number): number {
  const rest = (number / 100) | 0;
  digitView.setUint16(position, PAIRS[number - rest * 100]!, true);
  return rest;
}

/** Once for each exponent that is met. */
function learn(biased: number): void {
  const q = biased - EXPONENT_BIAS;
  let k = Math.floor(q * Math.log10(2)) - 1;
  let ratio = scaledRatio(q, k);
  for (let next = scaledRatio(q, k + 1); next >= 1n << BigInt(SCALED_BITS);) {
    k += 1;
    ratio = next;
    next = scaledRatio(q, k + 1);
  }
  const restBits = BigInt(SCALED_BITS - FIRST_BITS);
  const first = ratio >> restBits;
  firstParts[biased] = Number(first) * 2 ** -FIRST_BITS;
  restParts[biased] = Number(ratio - (first << restBits)) * 2 ** -SCALED_BITS;
  tens[biased] = k;
  known[biased] = 1;
}

/** @returns 2^q / 10^k, times 2^SCALED_BITS, rounded down */
function scaledRatio(q: number, k: number): bigint {
  const numerator = (q > 0 ? 1n << BigInt(q) : 1n) * (k < 0 ? 10n ** BigInt(-k) : 1n);
  const denominator = (q < 0 ? 1n << BigInt(-q) : 1n) * (k > 0 ? 10n ** BigInt(k) : 1n);
  return (numerator << BigInt(SCALED_BITS)) / denominator;
}
