/**
 * What rules do to sample records: the same code that runs in the collector, with the fields written down before and after.
 * For `throughline rules test`.
 */
import type { RuleCount, Signal } from "../contract.ts";
import { AnyValueWriter } from "../encode/any-value-writer.ts";
import { Arena } from "../encode/memory/arena.ts";
import { TextWriter } from "../encode/memory/text-writer.ts";
import { DEFAULT_ENCODER_LIMITS } from "../encode/options.ts";
import { EnvelopeScanner } from "../otlp/envelope.ts";
import { transcodeJson } from "../otlp/json/transcode.ts";
import { LogRecordScanner } from "../otlp/logs.ts";
import { MetricScanner } from "../otlp/metrics.ts";
import { SpanScanner } from "../otlp/traces.ts";
import { MalformedInput } from "../otlp/wire/malformed.ts";
import { Merger } from "../otlp/wire/merger.ts";
import { WireReader } from "../otlp/wire/reader.ts";
import { KEPT, RecordProcessor } from "../process/record-processor.ts";
import type { RuleSet } from "../process/rule-set.ts";
import { FieldTexts } from "./field-texts.ts";
import { PROCESS_TOOLS } from "./process-tools.ts";

export interface ExplainedRecord {
  readonly signal: Signal;
  /** The rule that dropped the record; undefined when it is kept. */
  readonly droppedBy: string | undefined;
  /** Fields that are other ones now, in order; `undefined` for one that was not there, or is gone. */
  readonly changes: readonly {
    readonly field: string;
    readonly before: string | undefined;
    readonly after: string | undefined;
  }[];
  /** Redaction rules, and how many values each changed. */
  readonly redactions: readonly RuleCount[];
}

export type Explanation =
  | { readonly kind: "ok"; readonly records: readonly ExplainedRecord[] }
  | { readonly kind: "invalid"; readonly message: string };

/** @param body one OTLP/JSON export request: resourceLogs, resourceSpans or resourceMetrics */
export function explainRules(rules: RuleSet, body: Uint8Array): Explanation {
  const signal = signalOf(body);
  if (signal === undefined) {
    return {
      kind: "invalid",
      message: "expected OTLP/JSON with resourceLogs, resourceSpans or resourceMetrics",
    };
  }
  const transcoded = transcodeJson(signal, body);
  if (transcoded.kind === "invalid") return transcoded;
  if (transcoded.kind === "too_large") return { kind: "invalid", message: "too large" };
  try {
    return { kind: "ok", records: explain(rules, signal, transcoded.body) };
  } catch (error) {
    if (!(error instanceof MalformedInput)) throw error;
    return { kind: "invalid", message: error.why };
  }
}

function signalOf(body: Uint8Array): Signal | undefined {
  const text = Buffer.from(body).toString("utf8");
  if (/"resource_?logs"/i.test(text)) return "logs";
  if (/"resource_?spans"/i.test(text)) return "traces";
  return /"resource_?metrics"/i.test(text) ? "metrics" : undefined;
}

function explain(rules: RuleSet, signal: Signal, body: Uint8Array): readonly ExplainedRecord[] {
  const arena = new Arena(4 * body.length + 65_536);
  const reader = new WireReader(arena);
  const merger = new Merger(arena);
  const limits = DEFAULT_ENCODER_LIMITS;
  const envelope = new EnvelopeScanner(reader, merger, limits);
  const processor = new RecordProcessor({
    reader,
    merger,
    envelope,
    tools: PROCESS_TOOLS,
    seed: 0,
  });
  const writer = new AnyValueWriter(reader, merger, new TextWriter(arena, limits.valueBytesMax));
  const texts = new FieldTexts(writer, envelope);
  const records: ExplainedRecord[] = [];
  processor.use(rules);
  processor.beginBatch();
  let counted: readonly RuleCount[] = [];
  const judge = (view: () => ReadonlyMap<string, string>, run: () => number) => {
    const before = view();
    const verdict = run();
    const total = processor.redactions() ?? [];
    records.push({
      signal,
      droppedBy: verdict === KEPT ? undefined : (rules.drops[verdict]?.name ?? "the size limit"),
      changes: verdict === KEPT ? differences(before, view()) : [],
      redactions: since(counted, total),
    });
    counted = total;
  };
  const shared = { reader, merger, limits };
  const scanners = {
    logs: new LogRecordScanner(shared, (record, start, end) =>
      judge(
        () => texts.ofLog(record),
        () => processor.log(record, start, end),
      ),
    ),
    traces: new SpanScanner(shared, (span, start, end) =>
      judge(
        () => texts.ofSpan(span),
        () => processor.span(span, start, end),
      ),
    ),
    metrics: new MetricScanner(shared, (metric, point, range) =>
      judge(
        () => texts.ofPoint(metric, point),
        () => processor.point(metric, point, range),
      ),
    ),
  };
  const start = arena.allocate(body.length + 16);
  arena.bytes.set(body, start);
  merger.begin(start, start + body.length);
  processor.beginRequest(start, start + body.length);
  envelope.scan(start, start + body.length, scanners[signal]);
  return records;
}

function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): ExplainedRecord["changes"] {
  const fields = new Set([...before.keys(), ...after.keys()]);
  return [...fields]
    .map((field) => ({ field, before: before.get(field), after: after.get(field) }))
    .filter((change) => change.before !== change.after);
}

function since(before: readonly RuleCount[], now: readonly RuleCount[]): readonly RuleCount[] {
  return now.flatMap(({ rule, count }) => {
    const more = count - (before.find((earlier) => earlier.rule === rule)?.count ?? 0);
    return more > 0 ? [{ rule, count: more }] : [];
  });
}
