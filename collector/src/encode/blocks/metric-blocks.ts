import type { MetricFields, PointFields } from "../../otlp/metric-fields.ts";
import { Fixed32Column, Fixed64Column, Fixed8Column } from "../columns/fixed.ts";
import type { BlockContext } from "./block-context.ts";
import { ExemplarColumns, MetricBlock, NumberArrayColumn } from "./metric-block.ts";

/** Rows of `otel_metrics_gauge`. */
export class GaugeBlock extends MetricBlock {
  private readonly value = new Fixed64Column("Float64");
  private readonly exemplars: ExemplarColumns;

  constructor(context: BlockContext) {
    super("otel_metrics_gauge", context);
    this.exemplars = new ExemplarColumns(context);
    this.arrangeMetric({ Value: this.value, ...this.exemplars.byName() });
  }

  protected override appendValues(point: PointFields): void {
    this.value.append(point.valueLow, point.valueHigh);
    this.exemplars.append(point.exemplars);
  }
}

/** Rows of `otel_metrics_sum`. */
export class SumBlock extends MetricBlock {
  private readonly value = new Fixed64Column("Float64");
  private readonly exemplars: ExemplarColumns;
  private readonly temporality = new Fixed32Column("Int32");
  private readonly isMonotonic = new Fixed8Column("Bool");

  constructor(context: BlockContext) {
    super("otel_metrics_sum", context);
    this.exemplars = new ExemplarColumns(context);
    this.arrangeMetric({
      Value: this.value,
      ...this.exemplars.byName(),
      AggregationTemporality: this.temporality,
      IsMonotonic: this.isMonotonic,
    });
  }

  protected override appendValues(point: PointFields, metric: MetricFields): void {
    this.value.append(point.valueLow, point.valueHigh);
    this.exemplars.append(point.exemplars);
    this.temporality.append(metric.aggregationTemporality);
    this.isMonotonic.append(metric.isMonotonic ? 1 : 0);
  }
}

/** Rows of `otel_metrics_histogram`. */
export class HistogramBlock extends MetricBlock {
  private readonly count = new Fixed64Column("UInt64");
  private readonly sum = new Fixed64Column("Float64");
  private readonly bucketCounts = new NumberArrayColumn("UInt64");
  private readonly explicitBounds = new NumberArrayColumn("Float64");
  private readonly exemplars: ExemplarColumns;
  private readonly min = new Fixed64Column("Float64");
  private readonly max = new Fixed64Column("Float64");
  private readonly temporality = new Fixed32Column("Int32");

  constructor(context: BlockContext) {
    super("otel_metrics_histogram", context);
    this.exemplars = new ExemplarColumns(context);
    this.arrangeMetric({
      Count: this.count,
      Sum: this.sum,
      BucketCounts: this.bucketCounts,
      ExplicitBounds: this.explicitBounds,
      ...this.exemplars.byName(),
      Min: this.min,
      Max: this.max,
      AggregationTemporality: this.temporality,
    });
  }

  protected override appendValues(point: PointFields, metric: MetricFields): void {
    this.count.append(point.countLow, point.countHigh);
    this.sum.append(point.sumLow, point.sumHigh);
    this.bucketCounts.append(point.bucketCounts);
    this.explicitBounds.append(point.explicitBounds);
    this.exemplars.append(point.exemplars);
    this.min.append(point.minLow, point.minHigh);
    this.max.append(point.maxLow, point.maxHigh);
    this.temporality.append(metric.aggregationTemporality);
  }
}

/** Rows of `otel_metrics_exponential_histogram`. */
export class ExponentialHistogramBlock extends MetricBlock {
  private readonly count = new Fixed64Column("UInt64");
  private readonly sum = new Fixed64Column("Float64");
  private readonly scale = new Fixed32Column("Int32");
  private readonly zeroCount = new Fixed64Column("UInt64");
  private readonly positiveOffset = new Fixed32Column("Int32");
  private readonly positiveCounts = new NumberArrayColumn("UInt64");
  private readonly negativeOffset = new Fixed32Column("Int32");
  private readonly negativeCounts = new NumberArrayColumn("UInt64");
  private readonly exemplars: ExemplarColumns;
  private readonly min = new Fixed64Column("Float64");
  private readonly max = new Fixed64Column("Float64");
  private readonly temporality = new Fixed32Column("Int32");

  constructor(context: BlockContext) {
    super("otel_metrics_exponential_histogram", context);
    this.exemplars = new ExemplarColumns(context);
    this.arrangeMetric({
      Count: this.count,
      Sum: this.sum,
      Scale: this.scale,
      ZeroCount: this.zeroCount,
      PositiveOffset: this.positiveOffset,
      PositiveBucketCounts: this.positiveCounts,
      NegativeOffset: this.negativeOffset,
      NegativeBucketCounts: this.negativeCounts,
      ...this.exemplars.byName(),
      Min: this.min,
      Max: this.max,
      AggregationTemporality: this.temporality,
    });
  }

  protected override appendValues(point: PointFields, metric: MetricFields): void {
    this.count.append(point.countLow, point.countHigh);
    this.sum.append(point.sumLow, point.sumHigh);
    this.scale.append(point.scale);
    this.zeroCount.append(point.zeroCountLow, point.zeroCountHigh);
    this.positiveOffset.append(point.positive.offset);
    this.positiveCounts.append(point.positive.counts);
    this.negativeOffset.append(point.negative.offset);
    this.negativeCounts.append(point.negative.counts);
    this.exemplars.append(point.exemplars);
    this.min.append(point.minLow, point.minHigh);
    this.max.append(point.maxLow, point.maxHigh);
    this.temporality.append(metric.aggregationTemporality);
  }
}

/** Rows of `otel_metrics_summary`. */
export class SummaryBlock extends MetricBlock {
  private readonly count = new Fixed64Column("UInt64");
  private readonly sum = new Fixed64Column("Float64");
  private readonly quantiles = new NumberArrayColumn("Float64");
  private readonly values = new NumberArrayColumn("Float64");

  constructor(context: BlockContext) {
    super("otel_metrics_summary", context);
    this.arrangeMetric({
      Count: this.count,
      Sum: this.sum,
      "ValueAtQuantiles.Quantile": this.quantiles,
      "ValueAtQuantiles.Value": this.values,
    });
  }

  protected override appendValues(point: PointFields): void {
    this.count.append(point.countLow, point.countHigh);
    this.sum.append(point.sumLow, point.sumHigh);
    this.quantiles.append(point.quantiles);
    this.values.append(point.quantileValues);
  }
}
