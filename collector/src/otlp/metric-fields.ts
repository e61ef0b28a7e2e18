import { AttributeList } from "./attribute-list.ts";
import { ExemplarList } from "./exemplar-list.ts";
import type { Rejection, ScanLimits } from "./rejection.ts";
import type { Merger } from "./wire/merger.ts";
import { NumberList } from "./wire/number-list.ts";
import type { WireReader } from "./wire/reader.ts";

/** The field number of `Metric.data`'s alternatives; 0 for a metric without data. */
export const METRIC_NONE = 0;
export const METRIC_GAUGE = 5;
export const METRIC_SUM = 7;
export const METRIC_HISTOGRAM = 9;
export const METRIC_EXPONENTIAL_HISTOGRAM = 10;
export const METRIC_SUMMARY = 11;

/** What the data points of one Metric have in common. Texts are [start, end) in memory. */
export class MetricFields {
  /** Another number for every metric; tells a block that a new run of rows begins. */
  serial = 0;
  nameStart = 0;
  nameEnd = 0;
  descriptionStart = 0;
  descriptionEnd = 0;
  unitStart = 0;
  unitEnd = 0;
  /** One of the constants above. */
  kind = METRIC_NONE;
  dataStart = 0;
  dataEnd = 0;
  aggregationTemporality = 0;
  isMonotonic = false;
  rejection: Rejection | undefined = undefined;

  clear(start: number): void {
    this.serial++;
    this.nameStart = this.nameEnd = this.descriptionStart = this.descriptionEnd = start;
    this.unitStart = this.unitEnd = this.dataStart = this.dataEnd = start;
    this.kind = METRIC_NONE;
    this.aggregationTemporality = 0;
    this.isMonotonic = false;
    this.rejection = undefined;
  }
}

/** Half of the buckets of an exponential histogram. */
export class BucketFields {
  offset = 0;
  /** Two halves per count. */
  readonly counts = new NumberList();

  clear(): void {
    this.offset = 0;
    this.counts.length = 0;
  }
}

/**
 * A data point of any kind: each kind fills what it has, the rest is zero. 64-bit numbers, doubles among them, are two
 * halves.
 */
export class PointFields {
  readonly attributes: AttributeList;
  readonly exemplars: ExemplarList;
  startTimeLow = 0;
  startTimeHigh = 0;
  timeLow = 0;
  timeHigh = 0;
  flags = 0;
  /** The value of a gauge or sum as a double. */
  valueLow = 0;
  valueHigh = 0;
  countLow = 0;
  countHigh = 0;
  sumLow = 0;
  sumHigh = 0;
  minLow = 0;
  minHigh = 0;
  maxLow = 0;
  maxHigh = 0;
  zeroCountLow = 0;
  zeroCountHigh = 0;
  scale = 0;
  readonly positive = new BucketFields();
  readonly negative = new BucketFields();
  /** Of a histogram; two halves per item. */
  readonly bucketCounts = new NumberList();
  readonly explicitBounds = new NumberList();
  /** Of a summary; two halves per item, both of the same length. */
  readonly quantiles = new NumberList();
  readonly quantileValues = new NumberList();
  rejection: Rejection | undefined = undefined;

  constructor(reader: WireReader, merger: Merger, limits: ScanLimits) {
    this.attributes = new AttributeList(reader, merger, limits);
    this.exemplars = new ExemplarList(reader, merger, limits);
  }

  clear(): void {
    this.attributes.clear();
    this.exemplars.clear();
    this.startTimeLow = this.startTimeHigh = this.timeLow = this.timeHigh = this.flags = 0;
    this.valueLow = this.valueHigh = this.countLow = this.countHigh = 0;
    this.sumLow = this.sumHigh = this.minLow = this.minHigh = this.maxLow = this.maxHigh = 0;
    this.zeroCountLow = this.zeroCountHigh = this.scale = 0;
    this.positive.clear();
    this.negative.clear();
    this.bucketCounts.length = this.explicitBounds.length = 0;
    this.quantiles.length = this.quantileValues.length = 0;
    this.rejection = undefined;
  }
}
