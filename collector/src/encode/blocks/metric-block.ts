/* oxlint-disable typescript/no-non-null-assertion -- indexes are in range by construction */
import type { TableName } from "@throughline/schemas";
import { ExemplarList } from "../../otlp/exemplar-list.ts";
import type { MetricFields, PointFields } from "../../otlp/metric-fields.ts";
import type { NumberList } from "../../otlp/wire/number-list.ts";
import { ArrayColumn, ArrayEnds } from "../columns/array.ts";
import type { Column } from "../columns/column.ts";
import { Fixed32Column, Fixed64Column } from "../columns/fixed.ts";
import { MapColumn } from "../columns/map.ts";
import { RepeatedStringColumn } from "../columns/repeated.ts";
import { Runs } from "../columns/runs.ts";
import { StringColumn } from "../columns/string.ts";
import { originalTimestamp, rowNotes } from "../row-notes.ts";
import { appendTime } from "../time-range.ts";
import type { BlockContext } from "./block-context.ts";
import { TableBlock } from "./table-block.ts";
import type { RecordRow } from "./table-block.ts";

export interface PointRow extends RecordRow {
  readonly metric: MetricFields;
}

/** The columns that all five metric tables share; a row is a data point. */
export abstract class MetricBlock extends TableBlock {
  private readonly metricRuns = new Runs(this.rowCount);
  private readonly name: RepeatedStringColumn;
  private readonly description: RepeatedStringColumn;
  private readonly unit: RepeatedStringColumn;
  private readonly attributes: MapColumn;
  private readonly startTime = new Fixed64Column("DateTime64(9)");
  private readonly time = new Fixed64Column("DateTime64(9)");
  private readonly flags = new Fixed32Column("UInt32");
  private metricSerial = -1;
  private metricRowBytes = 0;

  constructor(table: TableName, context: BlockContext) {
    super(table, context);
    this.name = new RepeatedStringColumn(context.text, this.metricRuns);
    this.description = new RepeatedStringColumn(context.text, this.metricRuns);
    this.unit = new RepeatedStringColumn(context.text, this.metricRuns);
    this.attributes = new MapColumn(context.values, context.hashSeed);
  }

  /** Appends a data point that nothing speaks against. Throws MalformedInput for a value that cannot be read. */
  append(point: PointFields, row: PointRow): void {
    const { metric, filed } = row;
    this.beginRow(row);
    if (metric.serial !== this.metricSerial) this.beginMetric(metric);
    this.estimatedBytes += this.metricRowBytes;
    const notes = filed.clamped
      ? rowNotes([originalTimestamp(point.timeLow, point.timeHigh)], [])
      : undefined;
    this.attributes.append(point.attributes, notes);
    appendTime(this.startTime, point.startTimeLow, point.startTimeHigh);
    this.time.append(filed.low, filed.high);
    this.flags.append(point.flags);
    this.appendValues(point, metric);
    this.endRow();
  }

  override mark(): void {
    super.mark();
    this.metricRuns.mark();
  }

  override rollback(): void {
    super.rollback();
    this.metricRuns.rollback();
    this.metricSerial = -1;
  }

  override reset(): void {
    super.reset();
    this.metricRuns.reset();
    this.metricSerial = -1;
  }

  /** Appends what the kind of metric has beyond the shared columns. */
  protected abstract appendValues(point: PointFields, metric: MetricFields): void;

  protected arrangeMetric(own: Readonly<Record<string, Column>>): void {
    this.arrange({
      MetricName: this.name,
      MetricDescription: this.description,
      MetricUnit: this.unit,
      Attributes: this.attributes,
      StartTimeUnix: this.startTime,
      TimeUnix: this.time,
      Flags: this.flags,
      ...own,
    });
  }

  private beginMetric(metric: MetricFields): void {
    this.metricSerial = metric.serial;
    this.metricRuns.begin();
    this.metricRowBytes =
      this.name.append(metric.nameStart, metric.nameEnd) +
      this.description.append(metric.descriptionStart, metric.descriptionEnd) +
      this.unit.append(metric.unitStart, metric.unitEnd);
  }
}

/** The Nested `Exemplars`. */
export class ExemplarColumns {
  private readonly ends = new ArrayEnds();
  private readonly attributes: ArrayColumn<MapColumn>;
  private readonly time = new ArrayColumn(this.ends, new Fixed64Column("DateTime64(9)"));
  private readonly value = new ArrayColumn(this.ends, new Fixed64Column("Float64"));
  private readonly spanId: ArrayColumn<StringColumn>;
  private readonly traceId: ArrayColumn<StringColumn>;

  constructor({ text, values, hashSeed }: BlockContext) {
    this.attributes = new ArrayColumn(this.ends, new MapColumn(values, hashSeed));
    this.spanId = new ArrayColumn(this.ends, new StringColumn(text));
    this.traceId = new ArrayColumn(this.ends, new StringColumn(text));
  }

  byName(): Readonly<Record<string, Column>> {
    return {
      "Exemplars.FilteredAttributes": this.attributes,
      "Exemplars.TimeUnix": this.time,
      "Exemplars.Value": this.value,
      "Exemplars.SpanId": this.spanId,
      "Exemplars.TraceId": this.traceId,
    };
  }

  append(exemplars: ExemplarList): void {
    const { items, count } = exemplars;
    this.ends.appendRow(count);
    let from = 0;
    for (let i = 0, at = 0; i < count; i++, at += ExemplarList.STRIDE) {
      appendTime(this.time.items, items[at]!, items[at + 1]!);
      this.value.items.append(items[at + 2]!, items[at + 3]!);
      this.spanId.items.appendId(items[at + 4]!, items[at + 5]!);
      this.traceId.items.appendId(items[at + 6]!, items[at + 7]!);
      this.attributes.items.appendRange(exemplars.attributes, from, items[at + 8]!);
      from = items[at + 8]!;
    }
  }
}

/** An array of 64-bit numbers per row: bucket counts, bounds, quantiles. */
export class NumberArrayColumn extends ArrayColumn<Fixed64Column> {
  private readonly rowEnds: ArrayEnds;

  constructor(type: "UInt64" | "Float64") {
    const ends = new ArrayEnds();
    super(ends, new Fixed64Column(type));
    this.rowEnds = ends;
  }

  /** Appends the numbers of a list of halves as one row. */
  append(list: NumberList): void {
    this.rowEnds.appendRow(list.length >> 1);
    for (let i = 0; i < list.length; i += 2) {
      this.items.append(list.values[i]!, list.values[i + 1]!);
    }
  }
}
