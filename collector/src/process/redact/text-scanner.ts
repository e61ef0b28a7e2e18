/* oxlint-disable typescript/no-non-null-assertion -- positions are inside the text by construction */
import { NumberList } from "../../otlp/wire/number-list.ts";
import type { Memory } from "../../otlp/wire/memory.ts";
import type { KeyJudge } from "../key-judge.ts";
import type { Detector } from "../rule-set.ts";
import { Assignment } from "./assignment.ts";
import { findCards } from "./card-number.ts";
import {
  BEGINS,
  BEGINS_MASK,
  buildDigrams,
  everyDigram,
  KEYED,
  NUMBER,
  TRIGGER,
  TRIGGER_OFFSET_MAX,
} from "./digrams.ts";
import type { Digrams } from "./digrams.ts";
import { ibanEnd } from "./iban.ts";
import { foldLetters, KEY_ENDS_LENGTH } from "./key-ends.ts";
import {
  bearerToken,
  cloudKeyEnd,
  emailAround,
  jwtEnd,
  privateKeyEnd,
  urlPassword,
} from "./secrets.ts";

/** Numbers per hit: start, end, rule, 1 if the replacement needs quotes. */
export const HIT_STRIDE = 4;

const TRIGGERS = TRIGGER | KEYED;

export interface TextScannerOptions {
  /** The rule of each detector that is on. */
  readonly detectors: ReadonlyMap<Detector, number>;
  /** Verdicts about keys inside of texts: rule + 1, 0 for none; undefined without rules for keys. */
  readonly keys: KeyJudge | undefined;
  /** Of those keys; see key-ends.ts. */
  readonly keyEnds: Uint8Array;
  /** Looks closely at every byte: slow, and right if the tables that spare it are right too. For tests. */
  readonly isUnfiltered?: boolean;
}

/**
 * Finds what must be redacted in a text. Four bytes at a time and two table look-ups tell almost all texts to be clean;
 * only where a secret may begin, its form is checked. Linear in the text, whatever it is.
 */
export class TextScanner {
  /** HIT_STRIDE numbers per hit, in order of their places, none overlapping. */
  readonly hits = new NumberList();
  private readonly memory: Memory;
  private readonly digrams: Digrams;
  /** The rule of each detector, -1 where it is off. */
  private readonly rules: Readonly<Record<Detector, number>>;
  private readonly keys: KeyJudge | undefined;
  /** 1 for the last four letters that keys of the rules end with. */
  private readonly keyEnds: Uint8Array;
  private readonly assignment = new Assignment();
  /** Shorter texts are not looked into. */
  readonly bytesMin: number;
  private readonly text = { start: 0, end: 0 };
  private readonly rest = { start: 0, end: 0 };
  /** Where the last hit ends: nothing before it is looked at again. */
  private done = 0;
  private noJwtBefore = 0;
  /** Where the run of digits ends that was looked through last. */
  private numberEnd = 0;

  constructor(memory: Memory, options: TextScannerOptions) {
    const { detectors, keys, keyEnds, isUnfiltered = false } = options;
    this.memory = memory;
    const rule = (detector: Detector) => detectors.get(detector) ?? -1;
    this.rules = {
      card: rule("card"),
      jwt: rule("jwt"),
      bearer: rule("bearer"),
      cloud_key: rule("cloud_key"),
      private_key: rule("private_key"),
      url_password: rule("url_password"),
      email: rule("email"),
      iban: rule("iban"),
    };
    this.keys = keys;
    this.keyEnds = isUnfiltered ? new Uint8Array(KEY_ENDS_LENGTH).fill(1) : keyEnds;
    const found = new Set(detectors.keys());
    this.digrams = isUnfiltered ? everyDigram() : buildDigrams(found, keys !== undefined);
    const smallest = detectors.has("email") ? 6 : 9;
    this.bytesMin = detectors.size === 0 && keys === undefined ? Infinity : smallest;
  }

  /** @returns true if `hits` now has something */
  scan(start: number, end: number): boolean {
    if (end - start < this.bytesMin) return false;
    const { digrams } = this;
    const { words } = this.memory;
    // The first and the last word may have bytes of the text's neighbours; what they say is checked by the closer look.
    const last = (end + 3) >> 2;
    let isBegun = false;
    let before = 0;
    for (let i = start >> 2; i < last; i++) {
      const word = words[i]!;
      const low = digrams[word & 0xffff]!;
      const high = digrams[word >>> 16]!;
      // Thirteen digits are two words of digits, blanks and dashes in a row, wherever they begin.
      const number = low & high & NUMBER;
      const seen = ((low | high) & TRIGGERS) | (number & before);
      before = number;
      if (seen === 0 || (seen === KEYED && !this.hasKeyEnd(i << 2, word))) continue;
      if (!isBegun) this.begin(start, end);
      isBegun = true;
      this.inspect(i << 2);
    }
    return isBegun && this.hits.length > 0;
  }

  /** @returns true if a `=` or `:` of the word at p follows letters that keys of the rules end with */
  private hasKeyEnd(p: number, word: number): boolean {
    const equals = word ^ 0x3d3d3d3d;
    const colons = word ^ 0x3a3a3a3a;
    // The highest bit of each byte that is one of them; of bytes above such a one too, now and then.
    let found =
      (((equals - 0x01010101) & ~equals) | ((colons - 0x01010101) & ~colons)) & 0x80808080;
    while (found !== 0) {
      const q = p + ((31 - Math.clz32(found & -found)) >> 3);
      if (this.mayEndKey(q)) return true;
      found &= found - 1;
    }
    return false;
  }

  /** @returns false if what is before p, blank and quote passed over, ends like no key of the rules */
  private mayEndKey(p: number): boolean {
    const { bytes, view } = this.memory;
    let end = p;
    if (bytes[end - 1] === SPACE) end--;
    if (bytes[end - 1] === 0x22 || bytes[end - 1] === 0x27) {
      end--;
      while (bytes[end - 1] === 0x5c) end--;
    }
    return end < 4 || this.keyEnds[foldLetters(view.getInt32(end - 4, true))] !== 0;
  }

  private begin(start: number, end: number): void {
    this.hits.length = 0;
    this.text.start = this.done = this.noJwtBefore = this.numberEnd = start;
    this.text.end = end;
  }

  /** Looks at what begins at the bytes of the word at p, and as far before as a prefix may have begun. */
  private inspect(p: number): void {
    const { bytes, words } = this.memory;
    const { digrams, done } = this;
    if (p + 4 <= done) return;
    const word = words[p >> 2]!;
    const low = digrams[word & 0xffff]!;
    const high = digrams[word >>> 16]!;
    if (((low | high) & KEYED) !== 0) {
      this.keyedIn(p);
      if (this.done > done) return this.inspect(p);
    }
    if (((low | high) & TRIGGER) !== 0) {
      const last = Math.min(p + 4, this.text.end - 1);
      for (let q = Math.max(p - TRIGGER_OFFSET_MAX, done); q < last; q++) {
        const begins = digrams[bytes[q]! | (bytes[q + 1]! << 8)]! & BEGINS_MASK;
        if (begins === BEGINS.nothing) continue;
        this.inspectPair(begins, bytes, q);
        if (this.done > done) return this.inspect(p);
      }
    }
    if ((low & high & NUMBER) !== 0) this.digits(p);
  }

  /** Looks at each `=` and `:` among the four bytes at p. */
  private keyedIn(p: number): void {
    const { bytes } = this.memory;
    const { done } = this;
    const last = Math.min(p + 4, this.text.end - 1);
    for (let q = Math.max(p, done); q < last && this.done === done; q++) {
      const byte = bytes[q]!;
      if (byte !== EQUALS && byte !== COLON) continue;
      if (this.mayEndKey(q)) this.keyed(bytes, q);
    }
  }

  private inspectPair(begins: number, bytes: Uint8Array, q: number): void {
    switch (begins) {
      case BEGINS.url:
        this.urlPassword(bytes, q);
        return;
      case BEGINS.at:
        this.email(bytes, q);
        return;
      case BEGINS.jwt:
        this.jwt(bytes, q);
        return;
      case BEGINS.bearer:
        this.bearer(bytes, q);
        return;
      case BEGINS.privateKey:
        this.privateKey(bytes, q);
        return;
      case BEGINS.cloudKey:
        this.cloudKey(bytes, q);
        return;
      case BEGINS.iban:
        this.iban(bytes, q);
        return;
      default:
        this.inspectAll(bytes, q);
    }
  }

  /** What begins with a pair that several things begin with. */
  private inspectAll(bytes: Uint8Array, q: number): void {
    const { done } = this;
    this.urlPassword(bytes, q);
    if (this.done === done) this.email(bytes, q);
    if (this.done === done) this.jwt(bytes, q);
    if (this.done === done) this.bearer(bytes, q);
    if (this.done === done) this.privateKey(bytes, q);
    if (this.done === done) this.cloudKey(bytes, q);
    if (this.done === done) this.iban(bytes, q);
  }

  /** Looks for cards in the run of digits around the word at p, once for each run. */
  private digits(p: number): void {
    const { bytes } = this.memory;
    const { text } = this;
    if (p < this.numberEnd) return;
    let start = Math.max(p, this.done);
    let end = start;
    while (start > this.done && isDigitOrSeparator(bytes[start - 1]!)) start--;
    while (end < text.end && isDigitOrSeparator(bytes[end]!)) end++;
    this.numberEnd = end;
    if (end - start < 13) return;
    const run = { start, end, textStart: text.start, textEnd: text.end };
    findCards(bytes, run, (from, to) => this.hit("card", from, to));
  }

  private jwt(bytes: Uint8Array, q: number): void {
    if (q < this.noJwtBefore || this.rules.jwt < 0) return;
    const end = jwtEnd(bytes, q, this.text);
    if (end > 0) this.hit("jwt", q, end);
    else this.noJwtBefore = -1 - end;
  }

  private bearer(bytes: Uint8Array, q: number): boolean {
    if (this.rules.bearer < 0) return false;
    const token = bearerToken(bytes, q, this.text);
    return token !== undefined && this.hit("bearer", token.start, token.end);
  }

  private privateKey(bytes: Uint8Array, q: number): boolean {
    if (this.rules.private_key < 0) return false;
    const end = privateKeyEnd(bytes, q, this.text);
    return end > 0 && this.hit("private_key", Math.max(q - 5, this.done), end);
  }

  private cloudKey(bytes: Uint8Array, q: number): boolean {
    if (this.rules.cloud_key < 0) return false;
    const end = cloudKeyEnd(bytes, q, this.text);
    return end > 0 && this.hit("cloud_key", q, end);
  }

  private urlPassword(bytes: Uint8Array, q: number): boolean {
    if (this.rules.url_password < 0) return false;
    const password = urlPassword(bytes, q, this.text);
    return password !== undefined && this.hit("url_password", password.start, password.end);
  }

  private email(bytes: Uint8Array, q: number): void {
    if (this.rules.email < 0) return;
    const address = emailAround(bytes, q, { start: this.done, end: this.text.end });
    if (address !== undefined) this.hit("email", address.start, address.end);
  }

  private iban(bytes: Uint8Array, q: number): boolean {
    if (this.rules.iban < 0) return false;
    const end = ibanEnd(bytes, q, this.text);
    return end > 0 && this.hit("iban", q, end);
  }

  private keyed(bytes: Uint8Array, q: number): void {
    const { keys, assignment } = this;
    if (keys === undefined) return;
    const text = this.rest;
    text.start = this.done;
    text.end = this.text.end;
    if (!assignment.readKey(bytes, q, text)) return;
    const { keyStart, keyEnd } = assignment;
    const rule = keys.judge(keyStart, keyEnd - keyStart) - 1;
    if (rule < 0 || (assignment.isHeader && !isHeaderName(bytes, keyStart, keyEnd))) return;
    if (!assignment.readValue(bytes, q, text)) return;
    do {
      this.push(assignment.valueStart, assignment.valueEnd, rule, assignment.needsQuotes ? 1 : 0);
    } while (assignment.readItem(bytes, text));
  }

  private hit(detector: Detector, start: number, end: number): true {
    this.push(start, end, this.rules[detector], 0);
    return true;
  }

  // oxlint-disable-next-line max-params -- the four numbers of a hit
  private push(start: number, end: number, rule: number, quoted: number): void {
    this.hits.pushPair(start, end);
    this.hits.pushPair(rule, quoted);
    this.done = end;
  }
}

const SPACE = 0x20;
const EQUALS = 0x3d;
const COLON = 0x3a;

function isDigitOrSeparator(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x20 || byte === 0x2d;
}

/** Keys that are written `Name: value` without quotes, whatever follows on the line. */
const HEADER_NAMES = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "x-api-key",
  "x-auth-token",
]);

function isHeaderName(bytes: Uint8Array, start: number, end: number): boolean {
  return HEADER_NAMES.has(String.fromCharCode(...bytes.subarray(start, end)).toLowerCase());
}
