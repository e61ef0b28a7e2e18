import type { Signal } from "../contract.ts";

/**
 * The messages of OTLP as tables: what the JSON form and error messages need to know. The scanners for protobuf do
 * not read them; they are written out, field by field, for speed. Kept in step with opentelemetry-proto 1.9.
 */
export type ScalarType =
  | "string"
  | "bytes"
  /** A trace or span id: bytes, and hexadecimal digits in JSON. */
  | "id"
  | "bool"
  | "uint32"
  | "int64"
  | "uint64"
  | "sint32"
  | "fixed32"
  | "fixed64"
  | "sfixed64"
  | "double";

export type FieldType = ScalarType | MessageName | EnumName;

export interface Field {
  readonly number: number;
  /** As in the .proto file; the JSON form uses it in lowerCamelCase. */
  readonly name: string;
  readonly type: FieldType;
  readonly repeated: boolean;
}

export type EnumName = "SeverityNumber" | "SpanKind" | "StatusCode" | "AggregationTemporality";

export type MessageName =
  | "AnyValue"
  | "ArrayValue"
  | "KeyValueList"
  | "KeyValue"
  | "EntityRef"
  | "Resource"
  | "InstrumentationScope"
  | "ExportLogsServiceRequest"
  | "ResourceLogs"
  | "ScopeLogs"
  | "LogRecord"
  | "ExportTraceServiceRequest"
  | "ResourceSpans"
  | "ScopeSpans"
  | "Span"
  | "Event"
  | "Link"
  | "Status"
  | "ExportMetricsServiceRequest"
  | "ResourceMetrics"
  | "ScopeMetrics"
  | "Metric"
  | "Gauge"
  | "Sum"
  | "Histogram"
  | "ExponentialHistogram"
  | "Summary"
  | "NumberDataPoint"
  | "HistogramDataPoint"
  | "ExponentialHistogramDataPoint"
  | "Buckets"
  | "SummaryDataPoint"
  | "ValueAtQuantile"
  | "Exemplar";

/** The message that an export request of each signal is. */
export const REQUEST_MESSAGES: Readonly<Record<Signal, MessageName>> = {
  logs: "ExportLogsServiceRequest",
  traces: "ExportTraceServiceRequest",
  metrics: "ExportMetricsServiceRequest",
};

/** Written as in a .proto file: `repeated` where it is, type, name, number. */
const DEFINITIONS: Readonly<Record<MessageName, string>> = {
  AnyValue:
    "string string_value 1; bool bool_value 2; int64 int_value 3; double double_value 4; " +
    "ArrayValue array_value 5; KeyValueList kvlist_value 6; bytes bytes_value 7",
  ArrayValue: "repeated AnyValue values 1",
  KeyValueList: "repeated KeyValue values 1",
  KeyValue: "string key 1; AnyValue value 2",
  EntityRef:
    "string schema_url 1; string type 2; repeated string id_keys 3; repeated string description_keys 4",
  Resource:
    "repeated KeyValue attributes 1; uint32 dropped_attributes_count 2; repeated EntityRef entity_refs 3",
  InstrumentationScope:
    "string name 1; string version 2; repeated KeyValue attributes 3; uint32 dropped_attributes_count 4",

  ExportLogsServiceRequest: "repeated ResourceLogs resource_logs 1",
  ResourceLogs: "Resource resource 1; repeated ScopeLogs scope_logs 2; string schema_url 3",
  ScopeLogs: "InstrumentationScope scope 1; repeated LogRecord log_records 2; string schema_url 3",
  LogRecord:
    "fixed64 time_unix_nano 1; fixed64 observed_time_unix_nano 11; SeverityNumber severity_number 2; " +
    "string severity_text 3; AnyValue body 5; repeated KeyValue attributes 6; " +
    "uint32 dropped_attributes_count 7; fixed32 flags 8; id trace_id 9; id span_id 10; string event_name 12",

  ExportTraceServiceRequest: "repeated ResourceSpans resource_spans 1",
  ResourceSpans: "Resource resource 1; repeated ScopeSpans scope_spans 2; string schema_url 3",
  ScopeSpans: "InstrumentationScope scope 1; repeated Span spans 2; string schema_url 3",
  Span:
    "id trace_id 1; id span_id 2; string trace_state 3; id parent_span_id 4; fixed32 flags 16; string name 5; " +
    "SpanKind kind 6; fixed64 start_time_unix_nano 7; fixed64 end_time_unix_nano 8; " +
    "repeated KeyValue attributes 9; uint32 dropped_attributes_count 10; repeated Event events 11; " +
    "uint32 dropped_events_count 12; repeated Link links 13; uint32 dropped_links_count 14; Status status 15",
  Event:
    "fixed64 time_unix_nano 1; string name 2; repeated KeyValue attributes 3; uint32 dropped_attributes_count 4",
  Link:
    "id trace_id 1; id span_id 2; string trace_state 3; repeated KeyValue attributes 4; " +
    "uint32 dropped_attributes_count 5; fixed32 flags 6",
  Status: "string message 2; StatusCode code 3",

  ExportMetricsServiceRequest: "repeated ResourceMetrics resource_metrics 1",
  ResourceMetrics:
    "Resource resource 1; repeated ScopeMetrics scope_metrics 2; string schema_url 3",
  ScopeMetrics: "InstrumentationScope scope 1; repeated Metric metrics 2; string schema_url 3",
  Metric:
    "string name 1; string description 2; string unit 3; Gauge gauge 5; Sum sum 7; Histogram histogram 9; " +
    "ExponentialHistogram exponential_histogram 10; Summary summary 11; repeated KeyValue metadata 12",
  Gauge: "repeated NumberDataPoint data_points 1",
  Sum: "repeated NumberDataPoint data_points 1; AggregationTemporality aggregation_temporality 2; bool is_monotonic 3",
  Histogram:
    "repeated HistogramDataPoint data_points 1; AggregationTemporality aggregation_temporality 2",
  ExponentialHistogram:
    "repeated ExponentialHistogramDataPoint data_points 1; AggregationTemporality aggregation_temporality 2",
  Summary: "repeated SummaryDataPoint data_points 1",
  NumberDataPoint:
    "repeated KeyValue attributes 7; fixed64 start_time_unix_nano 2; fixed64 time_unix_nano 3; double as_double 4; " +
    "sfixed64 as_int 6; repeated Exemplar exemplars 5; uint32 flags 8",
  HistogramDataPoint:
    "repeated KeyValue attributes 9; fixed64 start_time_unix_nano 2; fixed64 time_unix_nano 3; fixed64 count 4; " +
    "double sum 5; repeated fixed64 bucket_counts 6; repeated double explicit_bounds 7; " +
    "repeated Exemplar exemplars 8; uint32 flags 10; double min 11; double max 12",
  ExponentialHistogramDataPoint:
    "repeated KeyValue attributes 1; fixed64 start_time_unix_nano 2; fixed64 time_unix_nano 3; fixed64 count 4; " +
    "double sum 5; sint32 scale 6; fixed64 zero_count 7; Buckets positive 8; Buckets negative 9; uint32 flags 10; " +
    "repeated Exemplar exemplars 11; double min 12; double max 13; double zero_threshold 14",
  Buckets: "sint32 offset 1; repeated uint64 bucket_counts 2",
  SummaryDataPoint:
    "repeated KeyValue attributes 7; fixed64 start_time_unix_nano 2; fixed64 time_unix_nano 3; fixed64 count 4; " +
    "double sum 5; repeated ValueAtQuantile quantile_values 6; uint32 flags 8",
  ValueAtQuantile: "double quantile 1; double value 2",
  Exemplar:
    "repeated KeyValue filtered_attributes 7; fixed64 time_unix_nano 2; double as_double 3; sfixed64 as_int 6; " +
    "id span_id 4; id trace_id 5",
};

const SEVERITIES = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/** Names of enum values; the index is the number. */
export const ENUM_VALUES: Readonly<Record<EnumName, readonly string[]>> = {
  SeverityNumber: [
    "SEVERITY_NUMBER_UNSPECIFIED",
    ...SEVERITIES.flatMap((name) =>
      ["", "2", "3", "4"].map((suffix) => `SEVERITY_NUMBER_${name}${suffix}`),
    ),
  ],
  SpanKind: [
    "SPAN_KIND_UNSPECIFIED",
    "SPAN_KIND_INTERNAL",
    "SPAN_KIND_SERVER",
    "SPAN_KIND_CLIENT",
    "SPAN_KIND_PRODUCER",
    "SPAN_KIND_CONSUMER",
  ],
  StatusCode: ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"],
  AggregationTemporality: [
    "AGGREGATION_TEMPORALITY_UNSPECIFIED",
    "AGGREGATION_TEMPORALITY_DELTA",
    "AGGREGATION_TEMPORALITY_CUMULATIVE",
  ],
};

const TABLES = new Map<MessageName, readonly Field[]>();

/** @returns the fields of a message, in the order of its definition */
export function fieldsOf(message: MessageName): readonly Field[] {
  let fields = TABLES.get(message);
  if (fields === undefined) {
    fields = DEFINITIONS[message].split("; ").map(parseField);
    TABLES.set(message, fields);
  }
  return fields;
}

export function isMessage(type: FieldType): type is MessageName {
  return type in DEFINITIONS;
}

export function isEnum(type: FieldType): type is EnumName {
  return type in ENUM_VALUES;
}

function parseField(definition: string): Field {
  const words = definition.split(" ");
  const repeated = words[0] === "repeated";
  const [type = "", name = "", number = ""] = repeated ? words.slice(1) : words;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- DEFINITIONS is above, and a test reads every type
  return { number: Number(number), name, type: type as FieldType, repeated };
}
