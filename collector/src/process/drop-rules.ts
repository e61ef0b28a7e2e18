import type { Signal } from "../contract.ts";
import type { Merger } from "../otlp/wire/merger.ts";
import type { WireReader } from "../otlp/wire/reader.ts";
import { ConditionTest } from "./condition-test.ts";
import type { Subject } from "./condition-test.ts";
import type { DropRule, ProcessTools } from "./rule-set.ts";
import { isContentKept, isTraceKept, samplingThreshold } from "./sampling.ts";
import type { SamplingThreshold } from "./sampling.ts";

/** Where a record and its trace id lie; the id is empty where there is none. */
export interface RecordPlace {
  readonly start: number;
  readonly end: number;
  readonly traceIdStart: number;
  readonly traceIdEnd: number;
}

interface Compiled {
  readonly index: number;
  readonly when: ConditionTest;
  readonly unless: ConditionTest | undefined;
  /** undefined: a filter. */
  readonly threshold: SamplingThreshold | undefined;
  readonly withoutTraceId: "keep" | "sample";
}

/** Filters and sampling of one signal. */
export class DropRules {
  readonly isEmpty: boolean;
  private readonly rules: readonly Compiled[];
  private readonly reader: WireReader;

  constructor(
    rules: readonly DropRule[],
    signal: Signal,
    shared: { readonly reader: WireReader; readonly merger: Merger; readonly tools: ProcessTools },
  ) {
    this.reader = shared.reader;
    this.rules = rules.flatMap((rule, index): Compiled[] =>
      rule.signals.includes(signal)
        ? [
            {
              index,
              when: new ConditionTest(rule.when, shared),
              unless:
                rule.unless === undefined ? undefined : new ConditionTest(rule.unless, shared),
              threshold: rule.kind === "sampling" ? samplingThreshold(rule.keepPercent) : undefined,
              withoutTraceId: rule.kind === "sampling" ? rule.withoutTraceId : "keep",
            },
          ]
        : [],
    );
    this.isEmpty = this.rules.length === 0;
  }

  /** @returns the number of the first rule that drops the record, -1 if it is kept */
  find(subject: Subject, place: RecordPlace): number {
    for (const rule of this.rules) {
      if (!rule.when.holds(subject) || rule.unless?.holds(subject) === true) continue;
      if (rule.threshold === undefined || !this.isKept(rule, rule.threshold, place))
        return rule.index;
    }
    return -1;
  }

  private isKept(rule: Compiled, threshold: SamplingThreshold, place: RecordPlace): boolean {
    const { bytes } = this.reader.memory;
    const { traceIdStart, traceIdEnd } = place;
    let seen = 0;
    for (let p = traceIdStart; p < traceIdEnd; p++) seen |= bytes[p] ?? 0;
    if (seen !== 0) return isTraceKept(bytes, traceIdStart, threshold);
    return rule.withoutTraceId === "keep" || isContentKept(bytes, place, threshold);
  }
}
