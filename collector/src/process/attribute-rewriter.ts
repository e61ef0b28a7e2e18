/* oxlint-disable typescript/no-non-null-assertion -- indexes are in range by construction */
import { ATTRIBUTE_STRIDE } from "../otlp/attribute-list.ts";
import type { AttributeList } from "../otlp/attribute-list.ts";
import { ANY_STRING } from "../otlp/any-value.ts";
import type { Memory } from "../otlp/wire/memory.ts";
import { KeyJudge } from "./key-judge.ts";
import { compileKeyPattern, normalizeKey } from "./key-pattern.ts";
import type { KeyTest } from "./key-pattern.ts";
import type { TextRedactor } from "./redact/text-redactor.ts";
import type { ValueRedactor } from "./redact/value-redactor.ts";
import type { AttributeLevel, RuleSet } from "./rule-set.ts";

/** What becomes of the attributes with one key. */
interface KeyFate {
  readonly isDropped: boolean;
  readonly renamedTo: string | undefined;
  /** The rule that redacts the whole value, -1 for none. */
  readonly redaction: number;
}

interface AddedAttribute {
  readonly key: string;
  readonly value: string;
  readonly overwrite: boolean;
}

/** @returns the rule + 1 whose key patterns match, 0 for none */
export function keyRedaction(rules: RuleSet): ((key: string) => number) | undefined {
  const tests = rules.redactions.flatMap(({ find }, index): [number, KeyTest][] =>
    find.kind === "keys" ? find.keys.map((key) => [index, compileKeyPattern(key)]) : [],
  );
  if (tests.length === 0) return undefined;
  return (key) => {
    const normalized = normalizeKey(key);
    const found = tests.find(([, test]) => test(normalized));
    return found === undefined ? 0 : found[0] + 1;
  };
}

/**
 * The last four characters of the keys that rules redact, however they are written, for a quick look at keys inside of
 * texts: there, a `*` at the end of a pattern stands for nothing.
 */
export function keyEndings(rules: RuleSet): readonly string[] {
  const patterns = rules.redactions.flatMap(({ find }) => (find.kind === "keys" ? find.keys : []));
  return patterns.flatMap((pattern) => {
    const literal = normalizeKey(pattern).replaceAll("*", " ").trimEnd().split(" ").at(-1) ?? "";
    const ending = literal.slice(-4);
    if (ending.length < 4) {
      // Whatever comes before a short one: the fold of bytes knows only 32 of them.
      return Array.from({ length: 32 ** (4 - ending.length) }, (_, index) =>
        prefixes(index, 4 - ending.length).concat(ending),
      );
    }
    // `api_key` ends in `_key` where the pattern has `ikey`.
    const separated = ["-", "_"].flatMap((separator) =>
      [1, 2, 3].map((at) => ending.slice(1, at) + separator + ending.slice(at)),
    );
    return [ending, ...separated];
  });
}

function prefixes(index: number, length: number): string {
  return Array.from({ length }, (_, place) =>
    String.fromCharCode((index >> (5 * place)) & 31),
  ).join("");
}

/** Texts of the program in memory, put there once per batch. */
export class Constants {
  private readonly memory: Memory;
  private readonly places = new Map<string, { readonly start: number; readonly length: number }>();

  constructor(memory: Memory) {
    this.memory = memory;
  }

  /** The memory was taken back. */
  clear(): void {
    if (this.places.size > 0) this.places.clear();
  }

  place(bytes: Uint8Array): { readonly start: number; readonly length: number } {
    const name = Buffer.from(bytes).toString("latin1");
    let place = this.places.get(name);
    if (place === undefined) {
      place = { start: this.memory.allocate(bytes.length + 8), length: bytes.length };
      this.memory.bytes.set(bytes, place.start);
      this.places.set(name, place);
    }
    return place;
  }
}

/** Attributes from..to - 1 of the source. */
interface AttributeRange {
  readonly from: number;
  readonly to: number;
  readonly source: Uint32Array;
  /** No text and no number of them has anything that must be redacted. */
  readonly isClean: boolean;
}

export interface AttributeRewriterOptions {
  readonly memory: Memory;
  readonly level: AttributeLevel;
  readonly rules: RuleSet;
  readonly seed: number;
  readonly constants: Constants;
  readonly values: ValueRedactor;
  readonly text: TextRedactor;
}

/** Renames, drops, adds and redacts the attributes of one level, in the list where the scan left them. */
export class AttributeRewriter {
  private readonly options: AttributeRewriterOptions;
  private readonly judge: KeyJudge;
  private readonly fates: KeyFate[] = [{ isDropped: false, renamedTo: undefined, redaction: -1 }];
  private readonly fateNumbers = new Map<string, number>();
  private readonly added: readonly AddedAttribute[];
  /** True if keys alone can decide something. */
  private readonly hasKeyRules: boolean;

  constructor(options: AttributeRewriterOptions) {
    this.options = options;
    const { rules, level } = options;
    const own = rules.attributes.filter(({ on }) => on.includes(level));
    this.added = own.flatMap((rule) => (rule.action === "add" ? [rule] : []));
    const decide = createDecision(rules, level);
    this.hasKeyRules =
      own.some(({ action }) => action !== "add") || keyRedaction(rules) !== undefined;
    this.judge = new KeyJudge(options.memory, options.seed, (key) => this.numberOf(decide(key)));
  }

  /**
   * Rewrites all of the list.
   * @param isClean true if no text and no number has anything that must be redacted: only keys may say otherwise
   */
  rewrite(list: AttributeList, isClean: boolean): void {
    if (isClean && this.leavesAlone(list)) return;
    const source = this.source(list);
    list.count = this.rewriteRange(list, { from: 0, to: list.count, source, isClean }, 0);
  }

  /** Numbers the keys of a clean list. @returns true if nothing changes in it */
  private leavesAlone(list: AttributeList): boolean {
    if (this.added.length > 0 || !this.hasKeyRules) return false;
    const { values } = this.options;
    const { entries, count } = list;
    for (let at = 0, end = count * ATTRIBUTE_STRIDE; at < end; at += ATTRIBUTE_STRIDE) {
      if (!values.isPlain(entries[at + 2]!, entries[at + 3]!)) return false;
    }
    return this.judge.passAll(list);
  }

  /** What ranges of the list are read from: itself, or a copy where it may grow over what was not read yet. */
  source(list: AttributeList): Uint32Array {
    return this.added.length === 0
      ? list.entries
      : list.entries.slice(0, list.count * ATTRIBUTE_STRIDE);
  }

  /**
   * Rewrites attributes from..to - 1 of the source into the list, beginning at number `into`.
   * @returns the number behind the last
   */
  rewriteRange(list: AttributeList, range: AttributeRange, into: number): number {
    const { values, text } = this.options;
    const { bytesMin } = values;
    const { judge, hasKeyRules } = this;
    const { source, to, isClean } = range;
    let next = into;
    if (this.added.length > 0) {
      reserve(list, next + to - range.from + this.added.length);
      next = this.add(list, next, false);
    }
    const { entries } = list;
    judge.begin();
    for (let i = range.from; i < to; i++) {
      const at = i * ATTRIBUTE_STRIDE;
      const target = next * ATTRIBUTE_STRIDE;
      const keyStart = source[at]!;
      const keyLength = source[at + 1]!;
      const valueStart = source[at + 2]!;
      const valueEnd = source[at + 3]!;
      const fate = hasKeyRules ? judge.next(keyStart, keyLength) : 0;
      if (target !== at || source !== entries) {
        entries[target] = keyStart;
        entries[target + 1] = keyLength;
        entries[target + 2] = valueStart;
        entries[target + 3] = valueEnd;
      }
      const isTooShort = valueEnd - valueStart < bytesMin;
      if (fate === 0 && (isTooShort || (isClean && values.isPlain(valueStart, valueEnd)))) {
        next++;
      } else if (fate !== 0) {
        if (this.apply(entries, target, this.fates[fate]!)) next++;
      } else if (values.redact(valueStart, valueEnd)) {
        entries[target + 2] = values.start;
        entries[target + 3] = values.end;
        if (!text.isDropped) next++;
      } else next++;
    }
    return this.added.length === 0 ? next : this.add(list, next, true);
  }

  /** @returns false if the attribute goes */
  private apply(entries: Uint32Array, at: number, fate: KeyFate): boolean {
    const { values, text, constants } = this.options;
    if (fate.isDropped) return false;
    if (fate.renamedTo !== undefined) {
      const key = constants.place(Buffer.from(fate.renamedTo, "utf8"));
      entries[at] = key.start;
      entries[at + 1] = key.length;
    }
    const valueStart = entries[at + 2]!;
    const valueEnd = entries[at + 3]!;
    if (fate.redaction >= 0) values.replace(valueStart, valueEnd, fate.redaction);
    else if (!values.redact(valueStart, valueEnd)) return true;
    entries[at + 2] = values.start;
    entries[at + 3] = values.end;
    return !text.isDropped;
  }

  /** What comes first yields to what was sent, what comes last wins: of equal keys the last counts. */
  private add(list: AttributeList, into: number, overwrite: boolean): number {
    const { constants } = this.options;
    for (const added of this.added) {
      if (added.overwrite !== overwrite) continue;
      const key = constants.place(Buffer.from(added.key, "utf8"));
      const value = constants.place(stringValue(added.value));
      list.entries.set(
        [key.start, key.length, value.start, value.start + value.length],
        into * ATTRIBUTE_STRIDE,
      );
      into++;
    }
    return into;
  }

  private numberOf(fate: KeyFate): number {
    if (!fate.isDropped && fate.renamedTo === undefined && fate.redaction < 0) return 0;
    const name = JSON.stringify(fate);
    let number = this.fateNumbers.get(name);
    if (number === undefined) {
      number = this.fates.push(fate) - 1;
      this.fateNumbers.set(name, number);
    }
    return number;
  }
}

function createDecision(rules: RuleSet, level: AttributeLevel): (key: string) => KeyFate {
  const steps = rules.attributes.flatMap((rule) => {
    if (!rule.on.includes(level) || rule.action === "add") return [];
    const tests = (rule.action === "drop" ? rule.keys : []).map(compileKeyPattern);
    return [{ rule, tests }];
  });
  const redaction = keyRedaction(rules) ?? (() => 0);
  return (sent) => {
    let key = sent;
    for (const { rule, tests } of steps) {
      const normalized = normalizeKey(key);
      if (tests.some((test) => test(normalized))) {
        return { isDropped: true, renamedTo: undefined, redaction: -1 };
      }
      if (rule.action === "rename" && rule.from === key) key = rule.to;
    }
    // By either name: a rename must not carry a secret past the patterns.
    const found = (redaction(key) || redaction(sent)) - 1;
    return { isDropped: false, renamedTo: key === sent ? undefined : key, redaction: found };
  };
}

function reserve(list: AttributeList, count: number): void {
  if (count * ATTRIBUTE_STRIDE <= list.entries.length) return;
  const grown = new Uint32Array(2 * count * ATTRIBUTE_STRIDE);
  grown.set(list.entries);
  list.entries = grown;
}

function stringValue(text: string): Uint8Array {
  const bytes = Buffer.from(text, "utf8");
  const header = [ANY_STRING];
  let length = bytes.length;
  for (; length > 127; length >>>= 7) header.push((length & 127) | 128);
  return Buffer.concat([Uint8Array.from([...header, length]), bytes]);
}
