/* oxlint-disable typescript/no-non-null-assertion -- an index past the end is caught by the bounds check of the message, not per byte */
import {
  METRIC_EXPONENTIAL_HISTOGRAM,
  METRIC_GAUGE,
  METRIC_HISTOGRAM,
  METRIC_NONE,
  METRIC_SUM,
  METRIC_SUMMARY,
  MetricFields,
  PointFields,
} from "./metric-fields.ts";
import { HistogramPointScanner } from "./histogram-points.ts";
import { NumberPointScanner } from "./number-points.ts";
import type { Rejection, ScanLimits } from "./rejection.ts";
import type { Merger } from "./wire/merger.ts";
import type { WireReader } from "./wire/reader.ts";

/** Told of every data point; both arguments are used again for the next one. */
export type EmitPoint = (
  metric: MetricFields,
  point: PointFields,
  range: { readonly start: number; readonly end: number },
) => void;

/** Finds the data points of Metric messages and hands each to `emit`. A metric without data has none. */
export class MetricScanner {
  private readonly metric = new MetricFields();
  private readonly point: PointFields;
  private readonly reader: WireReader;
  private readonly merger: Merger;
  private readonly limits: ScanLimits;
  private readonly numbers: NumberPointScanner;
  private readonly histograms: HistogramPointScanner;
  private readonly emit: EmitPoint;

  constructor(
    shared: { readonly reader: WireReader; readonly merger: Merger; readonly limits: ScanLimits },
    emit: EmitPoint,
  ) {
    const { reader, merger, limits } = shared;
    this.reader = reader;
    this.merger = merger;
    this.limits = limits;
    this.point = new PointFields(reader, merger, limits);
    this.numbers = new NumberPointScanner(reader, this.point, limits);
    this.histograms = new HistogramPointScanner(reader, this.point, limits);
    this.emit = emit;
  }

  scan(start: number, end: number): void {
    const { reader, metric } = this;
    metric.clear(start);
    let p = start;
    while (p < end) {
      let tag = reader.memory.bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      p = this.field(tag, p, end);
    }
    if (p !== end) reader.failTruncated(end);
    metric.rejection = this.findRejection();
    if (metric.kind !== METRIC_NONE) this.scanData();
  }

  private field(tag: number, p: number, end: number): number {
    const { reader, metric } = this;
    switch (tag) {
      case 0x0a: // name = 1
        metric.nameStart = reader.payload(p, end);
        return (metric.nameEnd = reader.position);
      case 0x12: // description = 2
        metric.descriptionStart = reader.payload(p, end);
        return (metric.descriptionEnd = reader.position);
      case 0x1a: // unit = 3
        metric.unitStart = reader.payload(p, end);
        return (metric.unitEnd = reader.position);
      case 0x2a: // gauge = 5
      case 0x3a: // sum = 7
      case 0x4a: // histogram = 9
      case 0x52: // exponential_histogram = 10
      case 0x5a: // summary = 11
        return this.data(tag >> 3, reader.payload(p, end), reader.position);
      default:
        return reader.skip(tag, p, end);
    }
  }

  /** Of the alternatives the last one counts; one that comes in pieces is joined. */
  private data(kind: number, start: number, end: number): number {
    const { metric, merger } = this;
    if (metric.kind === kind) {
      merger.join({ start: metric.dataStart, end: metric.dataEnd }, { start, end });
      metric.dataStart = merger.start;
      metric.dataEnd = merger.end;
    } else {
      metric.kind = kind;
      metric.dataStart = start;
      metric.dataEnd = end;
    }
    return end;
  }

  private findRejection(): Rejection | undefined {
    const { metric } = this;
    const longest = Math.max(
      metric.nameEnd - metric.nameStart,
      metric.descriptionEnd - metric.descriptionStart,
      metric.unitEnd - metric.unitStart,
    );
    return longest > this.limits.valueBytesMax ? "text_limit" : undefined;
  }

  /** Twice over the data: what all points share is written after them. */
  private scanData(): void {
    const { metric } = this;
    this.forEachField((tag, p, end) => {
      const { reader } = this;
      if (tag === 0x10 && metric.kind !== METRIC_GAUGE && metric.kind !== METRIC_SUMMARY) {
        p = reader.varint64(p); // aggregation_temporality = 2
        metric.aggregationTemporality = reader.low;
        return p;
      }
      if (tag === 0x18 && metric.kind === METRIC_SUM) {
        p = reader.varint64(p); // is_monotonic = 3
        metric.isMonotonic = (reader.low | reader.high) !== 0;
        return p;
      }
      return reader.skip(tag, p, end);
    });
    this.forEachField((tag, p, end) => {
      const { reader } = this;
      if (tag !== 0x0a) return reader.skip(tag, p, end);
      const start = reader.payload(p, end); // data_points = 1
      const pointEnd = reader.position;
      this.scanPoint(start, pointEnd);
      return pointEnd;
    });
  }

  private forEachField(visit: (tag: number, p: number, end: number) => number): void {
    const { reader, metric } = this;
    let p = metric.dataStart;
    const end = metric.dataEnd;
    while (p < end) {
      let tag = reader.memory.bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      p = visit(tag, p, end);
    }
    if (p !== end) reader.failTruncated(end);
  }

  private scanPoint(start: number, end: number): void {
    const { metric, point } = this;
    point.clear();
    switch (metric.kind) {
      case METRIC_GAUGE:
      case METRIC_SUM:
        this.numbers.scanNumber(start, end);
        break;
      case METRIC_SUMMARY:
        this.numbers.scanSummary(start, end);
        break;
      case METRIC_HISTOGRAM:
        this.histograms.scanExplicit(start, end);
        break;
      case METRIC_EXPONENTIAL_HISTOGRAM:
        this.histograms.scanExponential(start, end);
        break;
      default:
        return;
    }
    point.rejection ??= point.attributes.rejection ?? point.exemplars.rejection;
    this.emit(metric, point, { start, end });
  }
}
