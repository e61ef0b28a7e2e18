import type { EncodedBlock } from "../contract.ts";
import type { SpanFields } from "../otlp/traces.ts";
import { SpanScanner } from "../otlp/traces.ts";
import { KEPT } from "../process/record-processor.ts";
import { BlockSet } from "./blocks/block-set.ts";
import { TracesBlock } from "./blocks/traces-block.ts";
import type { RecordRow } from "./blocks/table-block.ts";
import type { EncoderContext, SignalEncoder } from "./signal-encoder.ts";

/** Span messages in, rows of `otel_traces` out. */
export class TracesEncoder implements SignalEncoder {
  private readonly context: EncoderContext;
  private readonly scanner: SpanScanner;
  private readonly blocks: BlockSet<TracesBlock>;
  /** Where the span belongs; one object for all, because there is one per span. */
  private readonly row: RecordRow;

  constructor(context: EncoderContext) {
    this.context = context;
    this.scanner = new SpanScanner(context, (span, start, end) => this.store(span, start, end));
    this.blocks = new BlockSet(() => new TracesBlock(context.blocks), context.limits);
    const { resource, scope } = context.envelope;
    this.row = { resource, scope, filed: context.timestamps.filed, wireBytes: 0 };
  }

  scan(start: number, end: number): void {
    this.scanner.scan(start, end);
  }

  commit(): void {
    this.blocks.commit();
  }

  rollback(): void {
    this.blocks.rollback();
  }

  drain(into: EncodedBlock[]): void {
    this.blocks.drain("traces", into);
  }

  reset(): void {
    this.blocks.reset();
  }

  private store(span: SpanFields, start: number, end: number): void {
    const { ledger, timestamps, envelope, processor } = this.context;
    const { resource, scope } = envelope;
    const rejection = resource.rejection ?? scope.rejection ?? span.rejection ?? ledger.exhausted();
    if (rejection !== undefined) {
      ledger.rejections.add(rejection, start);
      return;
    }
    const verdict = processor.span(span, start, end);
    if (verdict !== KEPT) {
      ledger.drop(verdict, start);
      return;
    }
    const filed = timestamps.file(span.startLow, span.startHigh);
    const block = this.blocks.open(filed.day);
    const before = block.estimatedBytes;
    this.row.wireBytes = end - start;
    block.append(span, this.row);
    ledger.store(block.estimatedBytes - before);
  }
}
