/** Texts through the redactor alone, at any place in memory. */
import { Arena } from "../../encode/memory/arena.ts";
import { PROCESS_TOOLS } from "../../rules/process-tools.ts";
import { Merger } from "../../otlp/wire/merger.ts";
import { WireReader } from "../../otlp/wire/reader.ts";
import { Constants } from "../attribute-rewriter.ts";
import { DEFAULT_REDACTIONS } from "../default-rules.ts";
import { Program } from "../program.ts";
import { NO_RULES } from "../rule-set.ts";
import type { Detector, RedactionRule } from "../rule-set.ts";

export function detect(detector: Detector, more: Partial<RedactionRule> = {}): RedactionRule {
  return {
    name: detector,
    find: { kind: "detector", detector },
    action: "mask",
    keepLast: 0,
    ...more,
  };
}

/** Everything there is: the shipped rules, and those that are off by default. */
const ALL_RULES = [...DEFAULT_REDACTIONS, detect("email"), detect("iban")];

export class Redaction {
  private readonly arena = new Arena(1 << 20);
  private readonly program: Program;

  constructor(redactions: readonly RedactionRule[] = ALL_RULES, isUnfiltered = false) {
    const reader = new WireReader(this.arena);
    this.program = new Program(
      { ...NO_RULES, redactions, hashKey: "a key for tests only" },
      {
        reader,
        merger: new Merger(this.arena),
        tools: PROCESS_TOOLS,
        seed: 7,
        isUnfiltered,
        constants: new Constants(this.arena),
        ledger: { redacted: () => undefined, allocate: (bytes) => this.arena.allocate(bytes) },
      },
    );
  }

  /** @param place bytes before the text, which decides how it lies in words; the neighbours are what a card could go on with */
  redact(text: string | Uint8Array, place = 0): string {
    const bytes = Buffer.from(text);
    const start = this.arena.allocate(bytes.length + place + 16) + place;
    this.arena.bytes.fill(0x31, start - place, start + bytes.length + 8);
    this.arena.bytes.set(bytes, start);
    const { text: redactor } = this.program;
    const isChanged = redactor.redact(start, start + bytes.length);
    const [from, to] = isChanged ? [redactor.start, redactor.end] : [start, start + bytes.length];
    const result = Buffer.from(this.arena.bytes.slice(from, to)).toString("utf8");
    this.arena.reset();
    return result;
  }
}
