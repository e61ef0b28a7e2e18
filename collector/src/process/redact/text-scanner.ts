/* oxlint-disable typescript/no-non-null-assertion -- positions are inside the text by construction */
import { NumberList } from "../../otlp/wire/number-list.ts";
import type { Memory } from "../../otlp/wire/memory.ts";
import type { KeyJudge } from "../key-judge.ts";
import type { Detector } from "../rule-set.ts";
import { Assignment } from "./assignment.ts";
import { findCards } from "./card-number.ts";
import { BEGINS, buildDigrams, TRIGGER, TRIGGER_OFFSET_MAX } from "./digrams.ts";
import type { Digrams } from "./digrams.ts";
import { ibanEnd } from "./iban.ts";
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

export interface TextScannerOptions {
  /** The rule of each detector that is on. */
  readonly detectors: ReadonlyMap<Detector, number>;
  /** Verdicts about keys inside of texts: rule + 1, 0 for none; undefined without rules for keys. */
  readonly keys: KeyJudge | undefined;
  /** The last letters of those keys, two each. */
  readonly keyEndings: readonly string[];
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
  /** 1 for the two last letters, in lower case, that keys of the rules end with. */
  private readonly keyEnds: Uint8Array;
  private readonly assignment = new Assignment();
  /** `(word & mask) === wanted` for four bytes from 0x20 to 0x3f, among them digits, space and dash. */
  private readonly digitMask: number;
  private readonly digitWanted: number;
  private readonly bytesMin: number;
  private readonly text = { start: 0, end: 0 };
  private readonly rest = { start: 0, end: 0 };
  /** Where the last hit ends: nothing before it is looked at again. */
  private done = 0;
  private noJwtBefore = 0;

  constructor(memory: Memory, { detectors, keys, keyEndings }: TextScannerOptions) {
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
    this.keyEnds = new Uint8Array(0x10000);
    for (const ending of keyEndings) {
      const pair = Buffer.from(ending, "latin1");
      this.keyEnds[pairOf(pair, 2)] = 1;
    }
    this.digrams = buildDigrams(new Set(detectors.keys()), keys !== undefined);
    const hasCards = detectors.has("card");
    this.digitMask = hasCards ? 0xe0e0e0e0 | 0 : 0;
    this.digitWanted = hasCards ? 0x20202020 : 1;
    const smallest = detectors.has("email") || keys !== undefined ? 6 : 12;
    this.bytesMin = detectors.size === 0 && keys === undefined ? Infinity : smallest;
  }

  /** @returns true if `hits` now has something */
  scan(start: number, end: number): boolean {
    if (end - start < this.bytesMin) return false;
    const { digrams, digitMask, digitWanted } = this;
    const { view } = this.memory;
    let isClean = true;
    let p = start;
    // The memory goes on behind every text, so the last words may reach past its end.
    while (p < end - 1) {
      const word = view.getInt32(p, true);
      const pairs = digrams[word & 0xffff]! | digrams[word >>> 16]!;
      // Thirteen digits are two whole words of them, wherever they begin.
      const isNumber =
        (word & digitMask) === digitWanted &&
        (view.getInt32(p + 4, true) & digitMask) === digitWanted;
      if ((pairs & TRIGGER) === 0 && !isNumber) {
        p += 4;
        continue;
      }
      if (isClean) this.begin(start, end);
      isClean = false;
      p = this.inspect(p, isNumber);
    }
    return !isClean && this.hits.length > 0;
  }

  private begin(start: number, end: number): void {
    this.hits.length = 0;
    this.text.start = this.done = this.noJwtBefore = start;
    this.text.end = end;
  }

  /**
   * Looks at what begins at the bytes of the word at p, and as far before as a prefix may have begun.
   * @returns where to go on
   */
  private inspect(p: number, isNumber: boolean): number {
    const { bytes } = this.memory;
    const { digrams } = this;
    const last = Math.min(p + 4, this.text.end - 1);
    const { done } = this;
    for (let q = Math.max(p - TRIGGER_OFFSET_MAX, done); q < last; q++) {
      const begins = digrams[bytes[q]! | (bytes[q + 1]! << 8)]! & ~TRIGGER;
      if (begins === BEGINS.nothing) continue;
      this.inspectPair(begins, bytes, q);
      if (this.done > done) return this.done;
    }
    return isNumber ? this.digits(p) : p + 4;
  }

  private inspectPair(begins: number, bytes: Uint8Array, q: number): void {
    switch (begins) {
      case BEGINS.equals:
        this.keyed(bytes, q);
        return;
      case BEGINS.colon:
        if (!this.urlPassword(bytes, q)) this.keyed(bytes, q);
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
        if (this.bearer(bytes, q) || this.privateKey(bytes, q)) return;
        if (!this.cloudKey(bytes, q)) this.iban(bytes, q);
    }
  }

  /** @returns where to go on: behind the run of digits around p */
  private digits(p: number): number {
    const { bytes } = this.memory;
    const { text } = this;
    for (let q = p; q < p + 4; q++) if (!isDigitOrSeparator(bytes[q]!)) return p + 4;
    let start = p;
    while (start > this.done && isDigitOrSeparator(bytes[start - 1]!)) start--;
    let end = p;
    while (end < text.end && isDigitOrSeparator(bytes[end]!)) end++;
    if (end - start >= 13) {
      const run = { start, end, textStart: text.start, textEnd: text.end };
      findCards(bytes, run, (from, to) => this.hit("card", from, to));
    }
    return Math.max(end, p + 1);
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
    if (this.keyEnds[pairOf(bytes, keyEnd)] === 0) return;
    const rule = keys.judge(keyStart, keyEnd - keyStart) - 1;
    if (rule < 0 || (assignment.isHeader && !isHeaderName(bytes, keyStart, keyEnd))) return;
    if (!assignment.readValue(bytes, q, text)) return;
    this.push(assignment.valueStart, assignment.valueEnd, rule, assignment.needsQuotes ? 1 : 0);
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

/** The two bytes before end, letters in lower case, as an index. */
function pairOf(bytes: Uint8Array, end: number): number {
  return bytes[end - 2]! | 0x20 | ((bytes[end - 1]! | 0x20) << 8);
}

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
