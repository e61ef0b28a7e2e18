/* oxlint-disable typescript/no-non-null-assertion -- indexes are in range by construction */
import type { RuleCount, Signal } from "../contract.ts";
import type { EnvelopeScanner, ResourceFields, ScopeFields } from "../otlp/envelope.ts";
import { ExemplarList } from "../otlp/exemplar-list.ts";
import type { LogRecordFields } from "../otlp/logs.ts";
import type { MetricFields, PointFields } from "../otlp/metric-fields.ts";
import { SpanEventList, SpanLinkList } from "../otlp/span-lists.ts";
import type { SpanFields } from "../otlp/traces.ts";
import type { Merger } from "../otlp/wire/merger.ts";
import type { WireReader } from "../otlp/wire/reader.ts";
import { Constants } from "./attribute-rewriter.ts";
import type { AttributeEntries, Subject } from "./condition-test.ts";
import { Program } from "./program.ts";
import type { RewriteLedger } from "./redact/text-redactor.ts";
import { NO_RULES } from "./rule-set.ts";
import type { ProcessTools, RuleSet } from "./rule-set.ts";

/** The record is stored; any number from 0 is the rule that dropped it. */
export const KEPT = -1;
/** Rewriting took more memory than a request may have: the record is refused. */
export const OVER_LIMIT = -2;

/** Rewritten bytes per request: this many times its size, and never less than the second figure. */
const BUDGET_FACTOR = 8;
const BUDGET_BYTES_MIN = 1024 * 1024;

class RewriteLimit extends Error {
  override readonly name = "RewriteLimit";
}

export interface RecordProcessorOptions {
  readonly reader: WireReader;
  readonly merger: Merger;
  readonly envelope: EnvelopeScanner;
  readonly tools: ProcessTools;
  readonly seed: number;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Runs the rules on records whose fields the scan has found, before anything of them is stored: drops a record, or
 * changes where its fields point to. See rule-set.ts for the order.
 */
export class RecordProcessor implements RewriteLedger {
  private readonly options: RecordProcessorOptions;
  private readonly constants: Constants;
  private program: Program;
  private budgetBytes = 0;
  private dropCounts: number[] = [];
  private hasDrops = false;
  private redactionCounts: number[] = [];
  private hasRedactions = false;
  private resourceSerial = -1;
  private scopeSerial = -1;
  /** The attributes as they were sent, for conditions. */
  private sentResource: AttributeEntries = NO_ATTRIBUTES;
  private sentScope: AttributeEntries = NO_ATTRIBUTES;
  private sentResourceSerial = -1;
  private sentScopeSerial = -1;
  private readonly subject: Subject = {
    severity: 0,
    status: -1,
    nameStart: 0,
    nameEnd: 0,
    bodyStart: 0,
    bodyEnd: 0,
    attributes: [],
    service: "",
    isSpan: false,
    isMetric: false,
  };

  constructor(options: RecordProcessorOptions) {
    this.options = options;
    this.constants = new Constants(options.reader.memory);
    this.program = this.compile(NO_RULES);
  }

  /** The records that follow come under these rules. */
  use(rules: RuleSet): void {
    this.program = this.compile(rules);
    this.resourceSerial = this.scopeSerial = this.sentResourceSerial = this.sentScopeSerial = -1;
  }

  /** The memory was taken back: nothing of it is known any more. */
  forgetMemory(): void {
    this.constants.clear();
  }

  beginBatch(): void {
    this.redactionCounts = this.program.rules.redactions.map(() => 0);
    this.hasRedactions = false;
  }

  /** The records that follow lie in [start, end). */
  beginRequest(start: number, end: number): void {
    this.budgetBytes = Math.max(BUDGET_FACTOR * (end - start), BUDGET_BYTES_MIN);
    this.program.search?.begin(start, end);
    if (this.hasDrops || this.dropCounts.length !== this.program.rules.drops.length) {
      this.dropCounts = this.program.rules.drops.map(() => 0);
      this.hasDrops = false;
    }
  }

  /** Records of this request that rules dropped; undefined for none. */
  drops(): readonly RuleCount[] | undefined {
    return this.hasDrops ? countsOf(this.program.rules.drops, this.dropCounts) : undefined;
  }

  /** Values of this batch that rules redacted; undefined for none. */
  redactions(): readonly RuleCount[] | undefined {
    if (!this.hasRedactions) return undefined;
    return countsOf(this.program.rules.redactions, this.redactionCounts);
  }

  /** @returns KEPT, OVER_LIMIT or the rule that dropped the record */
  log(record: LogRecordFields, start: number, end: number): number {
    if (!this.program.isActive) return KEPT;
    try {
      if (this.program.hasDrops) {
        const rule = this.dropOfLog(record, { start, end });
        if (rule >= 0) return rule;
      }
      this.rewriteEnvelope();
      this.rewriteLog(record, this.isClean(start, end));
      return KEPT;
    } catch (error) {
      return overLimit(error);
    }
  }

  /** @returns KEPT, OVER_LIMIT or the rule that dropped the span */
  span(span: SpanFields, start: number, end: number): number {
    if (!this.program.isActive) return KEPT;
    try {
      if (this.program.hasDrops) {
        const rule = this.dropOfSpan(span, { start, end });
        if (rule >= 0) return rule;
      }
      this.rewriteEnvelope();
      this.rewriteSpan(span, this.isClean(start, end));
      return KEPT;
    } catch (error) {
      return overLimit(error);
    }
  }

  /** @returns KEPT, OVER_LIMIT or the rule that dropped the data point */
  point(metric: MetricFields, point: PointFields, range: Range): number {
    if (!this.program.isActive) return KEPT;
    try {
      if (this.program.hasDrops) {
        const rule = this.dropOfPoint(metric, point, range);
        if (rule >= 0) return rule;
      }
      this.rewriteEnvelope();
      const isClean = this.isClean(range.start, range.end);
      this.program.attributes.record.rewrite(point.attributes, isClean);
      if (point.exemplars.count > 0) {
        this.rewriteItems(point.exemplars, "exemplar", isClean);
      }
      return KEPT;
    } catch (error) {
      return overLimit(error);
    }
  }

  /** @returns true if no text and no number of the record has anything that must be redacted */
  private isClean(start: number, end: number): boolean {
    const { search } = this.program;
    return search !== undefined && !this.options.merger.hasJoined && !search.mayHold(start, end);
  }

  redacted(rule: number): void {
    this.redactionCounts[rule]!++;
    this.hasRedactions = true;
  }

  allocate(sizeBytes: number): number {
    this.budgetBytes -= sizeBytes;
    if (this.budgetBytes < 0) throw new RewriteLimit();
    return this.options.reader.memory.allocate(sizeBytes);
  }

  private compile(rules: RuleSet): Program {
    const { options, constants } = this;
    return new Program(rules, { ...options, constants, ledger: this });
  }

  private dropOfLog(record: LogRecordFields, range: Range): number {
    if (this.program.drops.logs.isEmpty) return -1;
    const { subject } = this;
    subject.severity = record.severityNumber;
    subject.status = -1;
    subject.bodyStart = record.bodyStart;
    subject.bodyEnd = record.bodyEnd;
    return this.findDrop("logs", record, range);
  }

  private dropOfSpan(span: SpanFields, range: Range): number {
    if (this.program.drops.traces.isEmpty) return -1;
    const { subject } = this;
    subject.severity = subject.bodyStart = subject.bodyEnd = 0;
    subject.status = span.statusCode;
    subject.nameStart = span.nameStart;
    subject.nameEnd = span.nameEnd;
    return this.findDrop("traces", span, range);
  }

  private dropOfPoint(metric: MetricFields, point: PointFields, range: Range): number {
    if (this.program.drops.metrics.isEmpty) return -1;
    const { subject } = this;
    subject.severity = subject.bodyStart = subject.bodyEnd = 0;
    subject.status = -1;
    subject.nameStart = metric.nameStart;
    subject.nameEnd = metric.nameEnd;
    const { attributes } = point;
    return this.findDrop("metrics", { attributes, traceIdStart: 0, traceIdEnd: 0 }, range);
  }

  /** Remembers what the resource and the scope were before rules change them, for conditions. */
  private rememberSent(): void {
    const { resource, scope } = this.options.envelope;
    if (resource.serial !== this.sentResourceSerial) {
      this.sentResourceSerial = resource.serial;
      this.sentResource = copyOf(resource);
      this.subject.service = this.serviceOf(resource);
    }
    if (scope.serial !== this.sentScopeSerial) {
      this.sentScopeSerial = scope.serial;
      this.sentScope = copyOf(scope);
    }
  }

  private serviceOf(resource: ResourceFields): string {
    const { serviceNameStart: start, serviceNameEnd: end } = resource;
    return end - start < 2 ? "" : this.program.textOf(start, end);
  }

  private findDrop(
    signal: Signal,
    record: { attributes: AttributeEntries; traceIdStart: number; traceIdEnd: number },
    range: Range,
  ): number {
    this.rememberSent();
    const { subject } = this;
    subject.isSpan = signal === "traces";
    subject.isMetric = signal === "metrics";
    subject.attributes = [record.attributes, this.sentScope, this.sentResource];
    const { traceIdStart, traceIdEnd } = record;
    const place = { start: range.start, end: range.end, traceIdStart, traceIdEnd };
    const rule = this.program.drops[signal].find(subject, place);
    if (rule >= 0) {
      this.dropCounts[rule]!++;
      this.hasDrops = true;
    }
    return rule;
  }

  /** Once per resource and once per scope. */
  private rewriteEnvelope(): void {
    const { envelope } = this.options;
    const { resource, scope } = envelope;
    const { attributes } = this.program;
    if (resource.serial !== this.resourceSerial) {
      this.resourceSerial = resource.serial;
      this.rewriteShared(resource, () => attributes.resource.rewrite(resource.attributes, false));
      envelope.findServiceName();
    }
    if (scope.serial !== this.scopeSerial) {
      this.scopeSerial = scope.serial;
      this.rewriteShared(scope, () => attributes.scope.rewrite(scope.attributes, false));
    }
  }

  /** Half-redacted attributes must not be stored with any record. */
  private rewriteShared(shared: ResourceFields | ScopeFields, rewrite: () => void): void {
    try {
      rewrite();
    } catch (error) {
      if (error instanceof RewriteLimit) shared.rejection = "expansion_limit";
      throw error;
    }
  }

  private rewriteLog(record: LogRecordFields, isClean: boolean): void {
    const { values, text, attributes } = this.program;
    const { bodyStart, bodyEnd } = record;
    const isBodyClean = isClean && values.isPlain(bodyStart, bodyEnd);
    if (!isBodyClean && bodyEnd > bodyStart && values.redact(bodyStart, bodyEnd)) {
      record.bodyStart = values.start;
      record.bodyEnd = values.end;
    }
    if (
      !isClean &&
      record.eventNameEnd > record.eventNameStart &&
      text.redact(record.eventNameStart, record.eventNameEnd)
    ) {
      record.eventNameStart = text.start;
      record.eventNameEnd = text.end;
    }
    attributes.record.rewrite(record.attributes, isClean);
  }

  private rewriteSpan(span: SpanFields, isClean: boolean): void {
    const { text, attributes } = this.program;
    if (!isClean && text.redact(span.nameStart, span.nameEnd)) {
      span.nameStart = text.start;
      span.nameEnd = text.end;
    }
    if (!isClean && text.redact(span.statusMessageStart, span.statusMessageEnd)) {
      span.statusMessageStart = text.start;
      span.statusMessageEnd = text.end;
    }
    attributes.record.rewrite(span.attributes, isClean);
    if (span.events.count > 0) {
      if (!isClean) this.rewriteEventNames(span.events);
      this.rewriteItems(span.events, "event", isClean);
    }
    if (span.links.count > 0) this.rewriteItems(span.links, "link", isClean);
  }

  private rewriteEventNames({ items, count }: SpanEventList): void {
    const { text } = this.program;
    for (let i = 0, at = 0; i < count; i++, at += SpanEventList.STRIDE) {
      if (!text.redact(items[at + 2]!, items[at + 3]!)) continue;
      items[at + 2] = text.start;
      items[at + 3] = text.end;
    }
  }

  /** Events, links and exemplars: the last number of each item says where its attributes end in the common list. */
  private rewriteItems(
    list: SpanEventList | SpanLinkList | ExemplarList,
    level: keyof typeof ITEM_STRIDES,
    isClean: boolean,
  ): void {
    const stride = ITEM_STRIDES[level];
    const rewriter = this.program.attributes[level];
    const { items, count, attributes } = list;
    const source = rewriter.source(attributes);
    let from = 0;
    let into = 0;
    for (let i = 0, at = stride - 1; i < count; i++, at += stride) {
      const to = items[at]!;
      into = rewriter.rewriteRange(attributes, { from, to, source, isClean }, into);
      items[at] = into;
      from = to;
    }
    attributes.count = into;
  }
}

const ITEM_STRIDES = {
  event: SpanEventList.STRIDE,
  link: SpanLinkList.STRIDE,
  exemplar: ExemplarList.STRIDE,
};

function overLimit(error: unknown): number {
  if (!(error instanceof RewriteLimit)) throw error;
  return OVER_LIMIT;
}

const NO_ATTRIBUTES: AttributeEntries = { entries: new Uint32Array(0), count: 0 };

function copyOf({ attributes }: ResourceFields | ScopeFields): AttributeEntries {
  return { entries: attributes.entries.slice(0, attributes.count * 4), count: attributes.count };
}

function countsOf(
  rules: readonly { readonly name: string }[],
  counts: readonly number[],
): readonly RuleCount[] {
  return rules.flatMap(({ name }, index) => {
    const count = counts[index] ?? 0;
    return count === 0 ? [] : [{ rule: name, count }];
  });
}
