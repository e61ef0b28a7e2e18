import type { EncodedBlock } from "../contract.ts";
import type { LogRecordFields } from "../otlp/logs.ts";
import { LogRecordScanner } from "../otlp/logs.ts";
import { KEPT } from "../process/record-processor.ts";
import { BlockSet } from "./blocks/block-set.ts";
import { LogsBlock } from "./blocks/logs-block.ts";
import type { RecordRow } from "./blocks/table-block.ts";
import type { EncoderContext, SignalEncoder } from "./signal-encoder.ts";

/** LogRecord messages in, rows of `otel_logs` out. */
export class LogsEncoder implements SignalEncoder {
  private readonly context: EncoderContext;
  private readonly scanner: LogRecordScanner;
  private readonly blocks: BlockSet<LogsBlock>;
  /** Where the record belongs; one object for all, because there is one per record. */
  private readonly row: RecordRow;

  constructor(context: EncoderContext) {
    this.context = context;
    this.scanner = new LogRecordScanner(context, (record, start, end) =>
      this.store(record, start, end),
    );
    this.blocks = new BlockSet(() => new LogsBlock(context.blocks), context.limits);
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
    this.blocks.drain("logs", into);
  }

  reset(): void {
    this.blocks.reset();
  }

  private store(record: LogRecordFields, start: number, end: number): void {
    const { ledger, timestamps, envelope, processor } = this.context;
    const { resource, scope } = envelope;
    const rejection =
      resource.rejection ?? scope.rejection ?? record.rejection ?? ledger.exhausted();
    if (rejection !== undefined) {
      ledger.rejections.add(rejection, start);
      return;
    }
    const verdict = processor.log(record, start, end);
    if (verdict !== KEPT) {
      ledger.drop(verdict, start);
      return;
    }
    const hasTime = (record.timeLow | record.timeHigh) !== 0;
    const filed = hasTime
      ? timestamps.file(record.timeLow, record.timeHigh)
      : timestamps.file(record.observedLow, record.observedHigh);
    if (!hasTime) {
      // What is kept as the original, where it must be kept, is the time that was looked at.
      record.timeLow = record.observedLow;
      record.timeHigh = record.observedHigh;
    }
    if ((record.observedLow | record.observedHigh) === 0) {
      // A record that nobody has observed is observed here and now.
      record.observedLow = timestamps.receivedLow;
      record.observedHigh = timestamps.receivedHigh;
    }
    const block = this.blocks.open(filed.day);
    const before = block.estimatedBytes;
    this.row.wireBytes = end - start;
    block.append(record, this.row);
    ledger.store(block.estimatedBytes - before);
  }
}
