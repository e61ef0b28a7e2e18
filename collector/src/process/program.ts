import type { Merger } from "../otlp/wire/merger.ts";
import type { WireReader } from "../otlp/wire/reader.ts";
import { AnyValueCursor, ANY_STRING } from "../otlp/any-value.ts";
import { AttributeRewriter, keyEndings, keyRedaction } from "./attribute-rewriter.ts";
import type { Constants } from "./attribute-rewriter.ts";
import { DropRules } from "./drop-rules.ts";
import { KeyJudge } from "./key-judge.ts";
import { keyEndTable } from "./redact/key-ends.ts";
import { isSearchable, SecretSearch } from "./redact/secret-search.ts";
import { TextRedactor } from "./redact/text-redactor.ts";
import type { RewriteLedger } from "./redact/text-redactor.ts";
import { ValueRedactor } from "./redact/value-redactor.ts";
import type { AttributeLevel, Detector, ProcessTools, RuleSet } from "./rule-set.ts";

export interface ProgramOptions {
  readonly reader: WireReader;
  readonly merger: Merger;
  readonly tools: ProcessTools;
  readonly seed: number;
  readonly constants: Constants;
  readonly ledger: RewriteLedger;
  /** See TextScannerOptions. */
  readonly isUnfiltered?: boolean;
}

/** Rules made ready to run. Another set of rules is another program. */
export class Program {
  readonly rules: RuleSet;
  /** False without any rule: records are not even looked at. */
  readonly isActive: boolean;
  readonly hasDrops: boolean;
  readonly drops: Readonly<Record<"logs" | "traces" | "metrics", DropRules>>;
  readonly attributes: Readonly<Record<AttributeLevel, AttributeRewriter>>;
  readonly text: TextRedactor;
  readonly values: ValueRedactor;
  /** Tells clean records at once; undefined where rules look for what it does not find. */
  readonly search: SecretSearch | undefined;
  private readonly reader: WireReader;
  private readonly merger: Merger;

  /** Expressions were compiled once when the rules were checked, so nothing here can fail. */
  constructor(rules: RuleSet, options: ProgramOptions) {
    const { reader, merger, tools, seed } = options;
    const { memory } = reader;
    this.rules = rules;
    this.reader = reader;
    this.merger = merger;
    this.hasDrops = rules.drops.length > 0;
    this.isActive = this.hasDrops || rules.attributes.length > 0 || rules.redactions.length > 0;
    const decide = keyRedaction(rules);
    const keys = decide === undefined ? undefined : new KeyJudge(memory, seed, decide);
    const detectors = new Map(
      rules.redactions.flatMap(({ find }, index): [Detector, number][] =>
        find.kind === "detector" ? [[find.detector, index]] : [],
      ),
    );
    const keyEnds = keyEndTable(keyEndings(rules));
    const isUnfiltered = options.isUnfiltered ?? false;
    const found = new Set(detectors.keys());
    const hasExpressions = rules.redactions.some(({ find }) => find.kind === "expression");
    this.search =
      isUnfiltered || hasExpressions || !isSearchable(found)
        ? undefined
        : new SecretSearch(memory, { detectors: found, keyEnds });
    this.text = new TextRedactor({
      memory,
      detectors,
      keys,
      keyEnds,
      isUnfiltered,
      rules: rules.redactions,
      hashKey: rules.hashKey,
      tools,
      ledger: options.ledger,
    });
    this.values = new ValueRedactor({
      reader,
      merger,
      text: this.text,
      keys,
      cardRule: detectors.get("card") ?? -1,
    });
    const rewriter = (level: AttributeLevel) =>
      new AttributeRewriter({
        memory,
        level,
        rules,
        seed,
        constants: options.constants,
        values: this.values,
        text: this.text,
      });
    this.attributes = {
      resource: rewriter("resource"),
      scope: rewriter("scope"),
      record: rewriter("record"),
      event: rewriter("event"),
      link: rewriter("link"),
      exemplar: rewriter("exemplar"),
    };
    this.drops = {
      logs: new DropRules(rules.drops, "logs", options),
      traces: new DropRules(rules.drops, "traces", options),
      metrics: new DropRules(rules.drops, "metrics", options),
    };
  }

  /** The text of the AnyValue at [start, end), '' for anything but a string. Throws MalformedInput. */
  textOf(start: number, end: number): string {
    const cursor = new AnyValueCursor(this.reader, this.merger);
    cursor.read(start, end);
    if (cursor.kind !== ANY_STRING) return "";
    return Buffer.from(
      this.reader.memory.bytes.buffer,
      cursor.start,
      cursor.end - cursor.start,
    ).toString("utf8");
  }
}
