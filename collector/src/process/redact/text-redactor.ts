/* oxlint-disable typescript/no-non-null-assertion -- hits are inside the text by construction */
import type { Memory } from "../../otlp/wire/memory.ts";
import type { LinearExpression, ProcessTools, RedactionRule } from "../rule-set.ts";
import { HIT_STRIDE, TextScanner } from "./text-scanner.ts";
import type { TextScannerOptions } from "./text-scanner.ts";

/** Room left before a rewritten text, for the tag and length of the field it will be. */
const HEADER_ROOM = 8;
const MASK = "***";
/** 64 bits: enough to tell values apart and to search for one, too few to be mistaken for the value. */
const HASH_DIGITS = 16;

/** Counts and bounds what rewriting does. */
export interface RewriteLedger {
  /** A rule changed a value. */
  redacted(rule: number): void;
  /** Memory for rewritten bytes. @throws RewriteLimit when the request has had its share */
  allocate(sizeBytes: number): number;
}

export interface TextRedactorOptions extends TextScannerOptions {
  readonly memory: Memory;
  readonly rules: readonly RedactionRule[];
  readonly hashKey: string;
  readonly tools: ProcessTools;
  readonly ledger: RewriteLedger;
}

interface Expression {
  readonly rule: number;
  readonly expression: LinearExpression;
}

/** Rewrites texts in memory: the old bytes stay, the new ones lie elsewhere. */
export class TextRedactor {
  /** Where the text lies after `redact` returned true. */
  start = 0;
  end = 0;
  /** True if a rule with action `drop` matched in the text redacted last. */
  isDropped = false;
  private readonly options: TextRedactorOptions;
  private readonly scanner: TextScanner;
  private readonly expressions: readonly Expression[];

  constructor(options: TextRedactorOptions) {
    this.options = options;
    this.scanner = new TextScanner(options.memory, options);
    this.expressions = options.rules.flatMap(({ find }, rule) =>
      find.kind === "expression"
        ? [{ rule, expression: options.tools.compile(find.expression) }]
        : [],
    );
  }

  /** Texts of fewer bytes are left as they are. */
  get bytesMin(): number {
    return this.expressions.length > 0 ? 0 : this.scanner.bytesMin;
  }

  /** @returns true if the text at [start, end) is another one now */
  redact(start: number, end: number): boolean {
    const isChanged = this.scanner.scan(start, end);
    if (!isChanged && this.expressions.length === 0) return false;
    this.isDropped = false;
    if (isChanged) this.rewriteHits(start, end);
    else {
      this.start = start;
      this.end = end;
    }
    return this.rewriteExpressions() || isChanged;
  }

  /** @returns true if `redact` would change the text */
  finds(start: number, end: number): boolean {
    if (this.scanner.scan(start, end)) return true;
    if (this.expressions.length === 0) return false;
    const text = this.textAt(start, end);
    return this.expressions.some(({ expression }) => expression.test(text));
  }

  /** @returns what stands for the bytes after the rule, which is counted */
  replacement(rule: number, secret: Uint8Array): string {
    const { rules, hashKey, tools, ledger } = this.options;
    const { action, keepLast } = rules[rule]!;
    ledger.redacted(rule);
    switch (action) {
      case "drop":
        this.isDropped = true;
        return "";
      case "hash":
        if (isToken(secret)) return Buffer.from(secret).toString("latin1");
        return `${TOKEN_PREFIX}${tools.hmac(hashKey, secret).slice(0, HASH_DIGITS)}`;
      case "mask": {
        if (keepLast === 0 || secret.length <= 2 * keepLast) return MASK;
        // Cut as text: half a character would be stored as U+FFFD.
        const tail = Array.from(Buffer.from(secret.subarray(-4 * keepLast)).toString("utf8"));
        return MASK + tail.slice(-keepLast).join("");
      }
    }
  }

  /** Puts text the program made into memory, with HEADER_ROOM before it; `start` and `end` say where. */
  place(text: string): void {
    const bytes = Buffer.from(text, "utf8");
    this.reserve(bytes.length);
    this.options.memory.bytes.set(bytes, this.start);
  }

  /** Finds room for so many bytes with HEADER_ROOM before them; `start` and `end` say where. */
  reserve(sizeBytes: number): void {
    this.start = this.options.ledger.allocate(sizeBytes + 2 * HEADER_ROOM) + HEADER_ROOM;
    this.end = this.start + sizeBytes;
  }

  textAt(start: number, end: number): string {
    return Buffer.from(this.options.memory.bytes.buffer, start, end - start).toString("utf8");
  }

  private rewriteHits(start: number, end: number): void {
    const { memory } = this.options;
    const { values, length } = this.scanner.hits;
    const replacements: Uint8Array[] = [];
    let sizeBytes = end - start;
    for (let at = 0; at < length; at += HIT_STRIDE) {
      const from = values[at]!;
      const to = values[at + 1]!;
      const text = this.replacement(values[at + 2]!, memory.bytes.subarray(from, to));
      const bytes = Buffer.from(values[at + 3] === 1 ? `"${text}"` : text, "utf8");
      replacements.push(bytes);
      sizeBytes += bytes.length - (to - from);
    }
    this.reserve(sizeBytes);
    const { bytes } = memory;
    let position = this.start;
    let copied = start;
    for (const [index, replacement] of replacements.entries()) {
      const from = values[index * HIT_STRIDE]!;
      bytes.copyWithin(position, copied, from);
      position += from - copied;
      bytes.set(replacement, position);
      position += replacement.length;
      copied = values[index * HIT_STRIDE + 1]!;
    }
    bytes.copyWithin(position, copied, end);
  }

  private rewriteExpressions(): boolean {
    if (this.expressions.length === 0) return false;
    const before = this.textAt(this.start, this.end);
    let text = before;
    for (const { rule, expression } of this.expressions) {
      const matches = expression.matches(text);
      if (matches.length === 0) continue;
      let rest = 0;
      let rewritten = "";
      for (const [from, to] of matches) {
        const secret = Buffer.from(text.slice(from, to), "utf8");
        rewritten += text.slice(rest, from) + this.replacement(rule, secret);
        rest = to;
      }
      text = rewritten + text.slice(rest);
    }
    if (text === before) return false;
    this.place(text);
    return true;
  }
}

/** A value that an application hashed before it was sent: with the same key, the token is what the value would become. */
function isToken(secret: Uint8Array): boolean {
  if (secret.length !== TOKEN_PREFIX.length + HASH_DIGITS) return false;
  return TOKEN.test(Buffer.from(secret).toString("latin1"));
}

const TOKEN_PREFIX = "hmac:";
const TOKEN = /^hmac:[0-9a-f]{16}$/;
