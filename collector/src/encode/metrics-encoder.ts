import type { EncodedBlock } from "../contract.ts";
import {
  METRIC_EXPONENTIAL_HISTOGRAM,
  METRIC_GAUGE,
  METRIC_HISTOGRAM,
  METRIC_SUM,
  METRIC_SUMMARY,
} from "../otlp/metric-fields.ts";
import type { MetricFields, PointFields } from "../otlp/metric-fields.ts";
import { MetricScanner } from "../otlp/metrics.ts";
import { KEPT } from "../process/record-processor.ts";
import { BlockSet } from "./blocks/block-set.ts";
import type { MetricBlock } from "./blocks/metric-block.ts";
import {
  ExponentialHistogramBlock,
  GaugeBlock,
  HistogramBlock,
  SumBlock,
  SummaryBlock,
} from "./blocks/metric-blocks.ts";
import type { EncoderContext, SignalEncoder } from "./signal-encoder.ts";

/** Metric messages in, rows of the five metric tables out, one per data point. */
export class MetricsEncoder implements SignalEncoder {
  private readonly context: EncoderContext;
  private readonly scanner: MetricScanner;
  private readonly blocks: ReadonlyMap<number, BlockSet<MetricBlock>>;

  constructor(context: EncoderContext) {
    this.context = context;
    this.scanner = new MetricScanner(context, (metric, point, range) =>
      this.store(metric, point, range),
    );
    const set = (create: () => MetricBlock) => new BlockSet(create, context.limits);
    this.blocks = new Map([
      [METRIC_GAUGE, set(() => new GaugeBlock(context.blocks))],
      [METRIC_SUM, set(() => new SumBlock(context.blocks))],
      [METRIC_HISTOGRAM, set(() => new HistogramBlock(context.blocks))],
      [METRIC_EXPONENTIAL_HISTOGRAM, set(() => new ExponentialHistogramBlock(context.blocks))],
      [METRIC_SUMMARY, set(() => new SummaryBlock(context.blocks))],
    ]);
  }

  scan(start: number, end: number): void {
    this.scanner.scan(start, end);
  }

  commit(): void {
    for (const set of this.blocks.values()) set.commit();
  }

  rollback(): void {
    for (const set of this.blocks.values()) set.rollback();
  }

  drain(into: EncodedBlock[]): void {
    for (const set of this.blocks.values()) set.drain("metrics", into);
  }

  reset(): void {
    for (const set of this.blocks.values()) set.reset();
  }

  private store(
    metric: MetricFields,
    point: PointFields,
    range: { readonly start: number; readonly end: number },
  ): void {
    const { ledger, timestamps, envelope, processor } = this.context;
    const { resource, scope } = envelope;
    const rejection =
      resource.rejection ??
      scope.rejection ??
      metric.rejection ??
      point.rejection ??
      ledger.exhausted();
    if (rejection !== undefined) {
      ledger.rejections.add(rejection, range.start);
      return;
    }
    const verdict = processor.point(metric, point, range);
    if (verdict !== KEPT) {
      ledger.drop(verdict, range.start);
      return;
    }
    const filed = timestamps.file(point.timeLow, point.timeHigh);
    const block = this.blocks.get(metric.kind)?.open(filed.day);
    if (block === undefined) return;
    const before = block.estimatedBytes;
    const wireBytes = range.end - range.start;
    block.append(point, { resource, scope, metric, filed, wireBytes });
    ledger.store(block.estimatedBytes - before);
  }
}
