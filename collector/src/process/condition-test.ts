/* oxlint-disable typescript/no-non-null-assertion -- offsets are inside memory by construction */
import {
  ANY_BOOL,
  ANY_BYTES,
  ANY_DOUBLE,
  ANY_EMPTY,
  ANY_INT,
  ANY_STRING,
  AnyValueCursor,
} from "../otlp/any-value.ts";
import type { AttributeList } from "../otlp/attribute-list.ts";
import type { Merger } from "../otlp/wire/merger.ts";
import type { WireReader } from "../otlp/wire/reader.ts";
import type { Condition, LinearExpression, ProcessTools, TextTest } from "./rule-set.ts";

/** What conditions look at: a record as it was sent. One object for all, because there is one per record. */
export interface Subject {
  severity: number;
  /** Status code of a span, -1 for anything else. */
  status: number;
  /** Name of a span or a metric; a log record has none. */
  nameStart: number;
  nameEnd: number;
  /** An AnyValue; empty for what has no body. */
  bodyStart: number;
  bodyEnd: number;
  /** The record's, the scope's, the resource's: the first that has the key counts. */
  attributes: readonly AttributeEntries[];
  /** `service.name` of the resource as text. */
  service: string;
  /** True for spans: `spanName` is about them only, `metricName` about metrics only, and `body` about the rest. */
  isSpan: boolean;
  isMetric: boolean;
}

/** As much of an AttributeList as is read here. */
export type AttributeEntries = Pick<AttributeList, "entries" | "count">;

interface CompiledTest {
  readonly test: TextTest;
  readonly values: readonly string[];
  readonly expression: LinearExpression | undefined;
}

/** A condition, ready to be tried on records. */
export class ConditionTest {
  private readonly condition: Condition;
  private readonly reader: WireReader;
  private readonly merger: Merger;
  private readonly services: ReadonlySet<string> | undefined;
  private readonly spanName: CompiledTest | undefined;
  private readonly metricName: CompiledTest | undefined;
  private readonly body: CompiledTest | undefined;
  private readonly attributes: readonly { readonly key: Uint8Array; readonly test: CompiledTest }[];

  constructor(
    condition: Condition,
    shared: { readonly reader: WireReader; readonly merger: Merger; readonly tools: ProcessTools },
  ) {
    const { tools } = shared;
    const compile = (test: TextTest | undefined) =>
      test === undefined ? undefined : compileTest(test, tools);
    this.condition = condition;
    this.reader = shared.reader;
    this.merger = shared.merger;
    this.services = condition.services === undefined ? undefined : new Set(condition.services);
    this.spanName = compile(condition.spanName);
    this.metricName = compile(condition.metricName);
    this.body = compile(condition.body);
    this.attributes = condition.attributes.map(({ key, test }) => ({
      key: Buffer.from(key, "utf8"),
      test: compileTest(test, tools),
    }));
  }

  /** @returns true if all of the condition holds. Throws MalformedInput for a value that cannot be read */
  holds(subject: Subject): boolean {
    return (
      this.numbersHold(subject) &&
      (this.services === undefined || this.services.has(subject.service)) &&
      this.namesHold(subject) &&
      this.bodyHolds(subject) &&
      this.attributes.every(({ key, test }) => this.attributeHolds(subject, key, test))
    );
  }

  private numbersHold({ severity, status }: Subject): boolean {
    const { severityBelow, severityAtLeast, status: wanted } = this.condition;
    if (severityBelow !== undefined && !(severity > 0 && severity < severityBelow)) return false;
    if (severityAtLeast !== undefined && severity < severityAtLeast) return false;
    return wanted === undefined || status === wanted;
  }

  private namesHold(subject: Subject): boolean {
    const { nameStart, nameEnd, isSpan, isMetric } = subject;
    const name = () => this.textAt(nameStart, nameEnd);
    if (this.spanName !== undefined && !(isSpan && passes(this.spanName, name()))) return false;
    return this.metricName === undefined || (isMetric && passes(this.metricName, name()));
  }

  private bodyHolds({ bodyStart, bodyEnd, isSpan, isMetric }: Subject): boolean {
    if (this.body === undefined) return true;
    if (isSpan || isMetric) return false;
    const { test } = this.body;
    // Maps, lists and bytes are there, though they have no text.
    if (test.kind === "exists") return this.isValue(bodyStart, bodyEnd) === test.exists;
    return passes(this.body, this.valueText(bodyStart, bodyEnd));
  }

  private attributeHolds(subject: Subject, key: Uint8Array, test: CompiledTest): boolean {
    for (const list of subject.attributes) {
      const at = this.find(list, key);
      if (at < 0) continue;
      if (test.test.kind === "exists") return test.test.exists;
      return passes(test, this.valueText(list.entries[at + 2]!, list.entries[at + 3]!) ?? "");
    }
    return passes(test, undefined);
  }

  /** The last attribute with the key: of equal keys it is the one that counts. */
  private find(list: AttributeEntries, key: Uint8Array): number {
    const { entries } = list;
    const { bytes } = this.reader.memory;
    for (let at = 4 * (list.count - 1); at >= 0; at -= 4) {
      if (entries[at + 1] !== key.length) continue;
      const start = entries[at]!;
      let i = 0;
      while (i < key.length && bytes[start + i] === key[i]) i++;
      if (i === key.length) return at;
    }
    return -1;
  }

  private isValue(start: number, end: number): boolean {
    if (start === end) return false;
    const cursor = new AnyValueCursor(this.reader, this.merger);
    cursor.read(start, end);
    return cursor.kind !== ANY_EMPTY;
  }

  /** As people write it; lists have no text. */
  private valueText(start: number, end: number): string | undefined {
    if (start === end) return undefined;
    const cursor = new AnyValueCursor(this.reader, this.merger);
    cursor.read(start, end);
    const { reader } = this;
    switch (cursor.kind) {
      case ANY_STRING:
        return this.textAt(cursor.start, cursor.end);
      case ANY_BOOL:
        reader.varint64(cursor.start);
        return (reader.low | reader.high) === 0 ? "false" : "true";
      case ANY_INT:
        reader.varint64(cursor.start);
        return ((BigInt(reader.high) << 32n) | BigInt(reader.low >>> 0)).toString();
      case ANY_DOUBLE:
        return String(reader.memory.view.getFloat64(cursor.start, true));
      case ANY_EMPTY:
      case ANY_BYTES:
      default:
        return undefined;
    }
  }

  private textAt(start: number, end: number): string {
    return Buffer.from(this.reader.memory.bytes.buffer, start, end - start).toString("utf8");
  }
}

function compileTest(test: TextTest, tools: ProcessTools): CompiledTest {
  return {
    test,
    values: test.kind === "equals" ? test.values : [],
    expression: test.kind === "matches" ? tools.compile(test.expression) : undefined,
  };
}

function passes({ test, values, expression }: CompiledTest, text: string | undefined): boolean {
  switch (test.kind) {
    case "exists":
      return (text !== undefined) === test.exists;
    case "equals":
      return text !== undefined && values.includes(text);
    case "matches":
      return text !== undefined && expression?.test(text) === true;
  }
}
