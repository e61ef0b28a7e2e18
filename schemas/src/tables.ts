/**
 * The columns a collector writes, in the order in which blocks and INSERT statements carry them.
 *
 * First the columns of the OpenTelemetry Collector's ClickHouse exporter, names and types unchanged, so that
 * whatever reads or writes the exporter's tables works on ours. Then what OTLP has and the exporter drops: those
 * columns have a default in the table, so an INSERT without them is complete. Columns the tables compute
 * themselves (ALIAS, MATERIALIZED) are not listed: nobody inserts them. `tables.clickhouse.test.ts` compares this
 * list with the migrated tables.
 */

/** A table that records are inserted into; everything else in the database is filled by views. */
export type TableName =
  | "otel_logs"
  | "otel_traces"
  | "otel_metrics_gauge"
  | "otel_metrics_sum"
  | "otel_metrics_histogram"
  | "otel_metrics_exponential_histogram"
  | "otel_metrics_summary";

export interface InsertColumn {
  /** Nested columns are flattened: `Events.Name`. Quote it with backticks in SQL. */
  readonly name: string;
  /** ClickHouse's text of the type, exactly as a Native block must declare it. */
  readonly type: string;
}

const STRING = "String";
const LOW_CARDINALITY = "LowCardinality(String)";
const ATTRIBUTES = "Map(LowCardinality(String), String)";
const TIME = "DateTime64(9)";

const LOG_COLUMNS: readonly InsertColumn[] = [
  { name: "Timestamp", type: TIME },
  { name: "TraceId", type: STRING },
  { name: "SpanId", type: STRING },
  { name: "TraceFlags", type: "UInt8" },
  { name: "SeverityText", type: LOW_CARDINALITY },
  { name: "SeverityNumber", type: "UInt8" },
  { name: "ServiceName", type: LOW_CARDINALITY },
  { name: "Body", type: STRING },
  { name: "ResourceSchemaUrl", type: LOW_CARDINALITY },
  { name: "ResourceAttributes", type: ATTRIBUTES },
  { name: "ScopeSchemaUrl", type: LOW_CARDINALITY },
  { name: "ScopeName", type: STRING },
  { name: "ScopeVersion", type: LOW_CARDINALITY },
  { name: "ScopeAttributes", type: ATTRIBUTES },
  { name: "LogAttributes", type: ATTRIBUTES },
  { name: "EventName", type: STRING },
  // Ours.
  { name: "ObservedTimestamp", type: TIME },
  { name: "Flags", type: "UInt32" },
  { name: "DroppedAttributesCount", type: "UInt32" },
  { name: "ScopeDroppedAttributesCount", type: "UInt32" },
  { name: "ResourceDroppedAttributesCount", type: "UInt32" },
];

const TRACE_COLUMNS: readonly InsertColumn[] = [
  { name: "Timestamp", type: TIME },
  { name: "TraceId", type: STRING },
  { name: "SpanId", type: STRING },
  { name: "ParentSpanId", type: STRING },
  { name: "TraceState", type: STRING },
  { name: "SpanName", type: LOW_CARDINALITY },
  { name: "SpanKind", type: LOW_CARDINALITY },
  { name: "ServiceName", type: LOW_CARDINALITY },
  { name: "ResourceAttributes", type: ATTRIBUTES },
  { name: "ScopeName", type: STRING },
  { name: "ScopeVersion", type: STRING },
  { name: "SpanAttributes", type: ATTRIBUTES },
  { name: "Duration", type: "UInt64" },
  { name: "StatusCode", type: LOW_CARDINALITY },
  { name: "StatusMessage", type: STRING },
  { name: "Events.Timestamp", type: `Array(${TIME})` },
  { name: "Events.Name", type: `Array(${LOW_CARDINALITY})` },
  { name: "Events.Attributes", type: `Array(${ATTRIBUTES})` },
  { name: "Links.TraceId", type: `Array(${STRING})` },
  { name: "Links.SpanId", type: `Array(${STRING})` },
  { name: "Links.TraceState", type: `Array(${STRING})` },
  { name: "Links.Attributes", type: `Array(${ATTRIBUTES})` },
  // Ours.
  { name: "Flags", type: "UInt32" },
  { name: "DroppedAttributesCount", type: "UInt32" },
  { name: "DroppedEventsCount", type: "UInt32" },
  { name: "DroppedLinksCount", type: "UInt32" },
  { name: "ScopeAttributes", type: ATTRIBUTES },
  { name: "ScopeDroppedAttributesCount", type: "UInt32" },
  { name: "ResourceDroppedAttributesCount", type: "UInt32" },
  { name: "ResourceSchemaUrl", type: LOW_CARDINALITY },
  { name: "ScopeSchemaUrl", type: LOW_CARDINALITY },
  { name: "Events.DroppedAttributesCount", type: "Array(UInt32)" },
  { name: "Links.Flags", type: "Array(UInt32)" },
  { name: "Links.DroppedAttributesCount", type: "Array(UInt32)" },
];

const METRIC_HEAD: readonly InsertColumn[] = [
  { name: "ResourceAttributes", type: ATTRIBUTES },
  { name: "ResourceSchemaUrl", type: STRING },
  { name: "ScopeName", type: STRING },
  { name: "ScopeVersion", type: STRING },
  { name: "ScopeAttributes", type: ATTRIBUTES },
  { name: "ScopeDroppedAttrCount", type: "UInt32" },
  { name: "ScopeSchemaUrl", type: STRING },
  { name: "ServiceName", type: LOW_CARDINALITY },
  { name: "MetricName", type: STRING },
  { name: "MetricDescription", type: STRING },
  { name: "MetricUnit", type: STRING },
  { name: "Attributes", type: ATTRIBUTES },
  { name: "StartTimeUnix", type: TIME },
  { name: "TimeUnix", type: TIME },
];

const EXEMPLARS: readonly InsertColumn[] = [
  { name: "Exemplars.FilteredAttributes", type: `Array(${ATTRIBUTES})` },
  { name: "Exemplars.TimeUnix", type: `Array(${TIME})` },
  { name: "Exemplars.Value", type: "Array(Float64)" },
  { name: "Exemplars.SpanId", type: `Array(${STRING})` },
  { name: "Exemplars.TraceId", type: `Array(${STRING})` },
];

const HISTOGRAM_TAIL: readonly InsertColumn[] = [
  ...EXEMPLARS,
  { name: "Flags", type: "UInt32" },
  { name: "Min", type: "Float64" },
  { name: "Max", type: "Float64" },
  { name: "AggregationTemporality", type: "Int32" },
];

const COLUMNS: Readonly<Record<TableName, readonly InsertColumn[]>> = {
  otel_logs: LOG_COLUMNS,
  otel_traces: TRACE_COLUMNS,
  otel_metrics_gauge: [
    ...METRIC_HEAD,
    { name: "Value", type: "Float64" },
    { name: "Flags", type: "UInt32" },
    ...EXEMPLARS,
  ],
  otel_metrics_sum: [
    ...METRIC_HEAD,
    { name: "Value", type: "Float64" },
    { name: "Flags", type: "UInt32" },
    ...EXEMPLARS,
    { name: "AggregationTemporality", type: "Int32" },
    { name: "IsMonotonic", type: "Bool" },
  ],
  otel_metrics_histogram: [
    ...METRIC_HEAD,
    { name: "Count", type: "UInt64" },
    { name: "Sum", type: "Float64" },
    { name: "BucketCounts", type: "Array(UInt64)" },
    { name: "ExplicitBounds", type: "Array(Float64)" },
    ...HISTOGRAM_TAIL,
  ],
  otel_metrics_exponential_histogram: [
    ...METRIC_HEAD,
    { name: "Count", type: "UInt64" },
    { name: "Sum", type: "Float64" },
    { name: "Scale", type: "Int32" },
    { name: "ZeroCount", type: "UInt64" },
    { name: "PositiveOffset", type: "Int32" },
    { name: "PositiveBucketCounts", type: "Array(UInt64)" },
    { name: "NegativeOffset", type: "Int32" },
    { name: "NegativeBucketCounts", type: "Array(UInt64)" },
    ...HISTOGRAM_TAIL,
  ],
  otel_metrics_summary: [
    ...METRIC_HEAD,
    { name: "Count", type: "UInt64" },
    { name: "Sum", type: "Float64" },
    { name: "ValueAtQuantiles.Quantile", type: "Array(Float64)" },
    { name: "ValueAtQuantiles.Value", type: "Array(Float64)" },
    { name: "Flags", type: "UInt32" },
  ],
};

/** Every table that records are inserted into, logs and traces first. */
export const TABLE_NAMES: readonly TableName[] = [
  "otel_logs",
  "otel_traces",
  "otel_metrics_gauge",
  "otel_metrics_sum",
  "otel_metrics_histogram",
  "otel_metrics_exponential_histogram",
  "otel_metrics_summary",
];

/** @returns the columns of a block for this table, in the order of `INSERT INTO table (columns)` */
export function insertColumns(table: TableName): readonly InsertColumn[] {
  return COLUMNS[table];
}

/**
 * @returns the DateTime64(9) column whose UTC day is the row's partition: an INSERT that holds one day of it
 *   becomes one part, so it is stored whole or not at all
 */
export function partitionColumn(table: TableName): "Timestamp" | "TimeUnix" {
  return table === "otel_logs" || table === "otel_traces" ? "Timestamp" : "TimeUnix";
}
