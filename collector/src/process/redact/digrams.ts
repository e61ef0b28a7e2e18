/**
 * What two neighbouring bytes say about a text. A text is read two bytes at a time, so each secret has a pair at an even
 * and one at an odd distance from its beginning that is marked as a trigger: whatever its place, one of them is read
 * whole. Where a trigger was read, the pairs around it say what may begin there.
 */
import type { Detector } from "../rule-set.ts";
import { IBAN_COUNTRIES } from "./iban.ts";
import { CLOUD_KEYS } from "./secrets.ts";

/** Lowest bit of an entry: look more closely. The middle ones are one of BEGINS. */
export const TRIGGER = 1;
/** A key with a value may meet here: `=`, or `:` as in JSON and headers. */
export const KEYED = 64;
/** Both are digits, blanks or dashes: card numbers are made of them. */
export const NUMBER = 128;

/** What may begin with a pair. Even numbers below KEYED, so that they share an entry with the other two. */
export const BEGINS_MASK = 62;
export const BEGINS = {
  nothing: 0,
  jwt: 2,
  bearer: 4,
  privateKey: 6,
  cloudKey: 8,
  url: 10,
  at: 12,
  iban: 14,
  /** More than one of those with letters. */
  several: 16,
} as const;

/** How far behind the beginning of a prefix its second trigger may be. */
export const TRIGGER_OFFSET_MAX = 6;

/** The entry of the pair that is read as a little-endian 16-bit number. */
export type Digrams = Uint8Array;

// oxlint-disable-next-line complexity -- one condition per detector
export function buildDigrams(detectors: ReadonlySet<Detector>, hasKeys: boolean): Digrams {
  const table = new DigramTable();
  if (detectors.has("jwt")) table.prefix("eyJ", BEGINS.jwt);
  if (detectors.has("bearer")) {
    for (const word of casesOf("bea")) table.prefix(word, BEGINS.bearer);
  }
  if (detectors.has("private_key")) table.prefix("BEG", BEGINS.privateKey);
  if (detectors.has("cloud_key")) {
    for (const { prefix, triggerAt } of CLOUD_KEYS)
      table.prefix(prefix, BEGINS.cloudKey, triggerAt);
  }
  if (detectors.has("iban")) {
    for (const country of IBAN_COUNTRIES) {
      table.begin(country, BEGINS.iban);
      table.trigger(country);
      for (const digit of DIGITS) table.trigger(country.slice(1) + digit);
    }
  }
  if (detectors.has("url_password")) table.prefix("://", BEGINS.url);
  if (detectors.has("email")) {
    for (let other = 0; other < 256; other++) {
      const character = String.fromCharCode(other);
      table.begin(`@${character}`, BEGINS.at);
      table.mark(`@${character}`, TRIGGER);
      table.mark(`${character}@`, TRIGGER);
    }
  }
  if (detectors.has("card")) {
    for (const first of ` -${DIGITS}`) {
      for (const second of ` -${DIGITS}`) table.mark(first + second, NUMBER);
    }
  }
  if (hasKeys) markKeyed(table);
  return table.entries;
}

/** Everything may begin everywhere: what a text is like without any of this. For tests, as the oracle. */
export function everyDigram(): Digrams {
  return new Uint8Array(0x10000).fill(TRIGGER | KEYED | NUMBER | BEGINS.several);
}

function markKeyed(table: DigramTable): void {
  for (let other = 0; other < 256; other++) {
    const character = String.fromCharCode(other);
    table.mark(`=${character}`, KEYED);
    table.mark(`${character}=`, KEYED);
  }
  for (const after of ` "'\\-[${DIGITS}`) table.mark(`:${after}`, KEYED);
  for (const before of ` "'${LETTERS}`) table.mark(`${before}:`, KEYED);
}

const DIGITS = "0123456789";
/** Last letters of the headers that are known by name: authorization, cookie, x-api-key. */
const LETTERS = "neyNEY";

class DigramTable {
  readonly entries: Digrams = new Uint8Array(0x10000);

  /** @param triggerAt the first of the two neighbouring pairs that are triggers, at most TRIGGER_OFFSET_MAX - 1 */
  prefix(prefix: string, begins: number, triggerAt = 0): void {
    this.begin(prefix, begins);
    this.trigger(prefix.slice(triggerAt, triggerAt + 2));
    this.trigger(prefix.slice(triggerAt + 1, triggerAt + 3));
  }

  trigger(pair: string): void {
    this.mark(pair, TRIGGER);
  }

  mark(pair: string, bit: number): void {
    const index = indexOf(pair);
    this.entries[index] = (this.entries[index] ?? 0) | bit;
  }

  begin(pair: string, begins: number): void {
    const index = indexOf(pair);
    const entry = this.entries[index] ?? 0;
    const before = entry & BEGINS_MASK;
    const now = before === 0 || before === begins ? begins : BEGINS.several;
    this.entries[index] = now | (entry & ~BEGINS_MASK);
  }
}

function indexOf(pair: string): number {
  return pair.charCodeAt(0) | (pair.charCodeAt(1) << 8);
}

function casesOf(word: string): readonly string[] {
  let words = [""];
  for (const letter of word) {
    words = words.flatMap((start) => [start + letter, start + letter.toUpperCase()]);
  }
  return words;
}
