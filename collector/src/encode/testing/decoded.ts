/** The messages of testdata/otlp.proto as @bufbuild/protobuf gives them. */
export interface AnyValue {
  readonly value:
    | { readonly case: undefined }
    | { readonly case: "stringValue"; readonly value: string }
    | { readonly case: "boolValue"; readonly value: boolean }
    | { readonly case: "intValue"; readonly value: bigint }
    | { readonly case: "doubleValue"; readonly value: number }
    | { readonly case: "arrayValue"; readonly value: { readonly values: readonly AnyValue[] } }
    | { readonly case: "kvlistValue"; readonly value: { readonly values: readonly KeyValue[] } }
    | { readonly case: "bytesValue"; readonly value: Uint8Array };
}

export interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue;
}

export interface Resource {
  readonly attributes: readonly KeyValue[];
  readonly droppedAttributesCount: number;
}

export interface Scope extends Resource {
  readonly name: string;
  readonly version: string;
}

interface ResourceGroup {
  readonly resource?: Resource;
  readonly schemaUrl: string;
}

interface ScopeGroup {
  readonly scope?: Scope;
  readonly schemaUrl: string;
}

export interface LogsRequest {
  readonly resourceLogs: readonly (ResourceGroup & {
    readonly scopeLogs: readonly (ScopeGroup & { readonly logRecords: readonly LogRecord[] })[];
  })[];
}

export interface LogRecord {
  readonly timeUnixNano: bigint;
  readonly observedTimeUnixNano: bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body?: AnyValue;
  readonly attributes: readonly KeyValue[];
  readonly droppedAttributesCount: number;
  readonly flags: number;
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly eventName: string;
}

export interface TracesRequest {
  readonly resourceSpans: readonly (ResourceGroup & {
    readonly scopeSpans: readonly (ScopeGroup & { readonly spans: readonly Span[] })[];
  })[];
}

export interface Span {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly traceState: string;
  readonly parentSpanId: Uint8Array;
  readonly flags: number;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  readonly attributes: readonly KeyValue[];
  readonly droppedAttributesCount: number;
  readonly events: readonly {
    readonly timeUnixNano: bigint;
    readonly name: string;
    readonly attributes: readonly KeyValue[];
    readonly droppedAttributesCount: number;
  }[];
  readonly droppedEventsCount: number;
  readonly links: readonly {
    readonly traceId: Uint8Array;
    readonly spanId: Uint8Array;
    readonly traceState: string;
    readonly attributes: readonly KeyValue[];
    readonly droppedAttributesCount: number;
    readonly flags: number;
  }[];
  readonly droppedLinksCount: number;
  readonly status?: { readonly message: string; readonly code: number };
}

export interface MetricsRequest {
  readonly resourceMetrics: readonly (ResourceGroup & {
    readonly scopeMetrics: readonly (ScopeGroup & { readonly metrics: readonly Metric[] })[];
  })[];
}

interface Temporal {
  readonly aggregationTemporality: number;
}

export interface Metric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly data:
    | { readonly case: undefined }
    | { readonly case: "gauge"; readonly value: { readonly dataPoints: readonly NumberPoint[] } }
    | {
        readonly case: "sum";
        readonly value: Temporal & {
          readonly dataPoints: readonly NumberPoint[];
          readonly isMonotonic: boolean;
        };
      }
    | {
        readonly case: "histogram";
        readonly value: Temporal & { readonly dataPoints: readonly HistogramPoint[] };
      }
    | {
        readonly case: "exponentialHistogram";
        readonly value: Temporal & { readonly dataPoints: readonly ExponentialPoint[] };
      }
    | {
        readonly case: "summary";
        readonly value: { readonly dataPoints: readonly SummaryPoint[] };
      };
}

export interface Point {
  readonly attributes: readonly KeyValue[];
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
  readonly flags: number;
}

export type PointValue =
  | { readonly case: undefined }
  | { readonly case: "asDouble"; readonly value: number }
  | { readonly case: "asInt"; readonly value: bigint };

export interface Exemplar {
  readonly filteredAttributes: readonly KeyValue[];
  readonly timeUnixNano: bigint;
  readonly value: PointValue;
  readonly spanId: Uint8Array;
  readonly traceId: Uint8Array;
}

interface NumberPoint extends Point {
  readonly value: PointValue;
  readonly exemplars: readonly Exemplar[];
}

interface HistogramPoint extends Point {
  readonly count: bigint;
  readonly sum?: number;
  readonly bucketCounts: readonly bigint[];
  readonly explicitBounds: readonly number[];
  readonly exemplars: readonly Exemplar[];
  readonly min?: number;
  readonly max?: number;
}

interface Buckets {
  readonly offset: number;
  readonly bucketCounts: readonly bigint[];
}

interface ExponentialPoint extends Point {
  readonly count: bigint;
  readonly sum?: number;
  readonly scale: number;
  readonly zeroCount: bigint;
  readonly positive?: Buckets;
  readonly negative?: Buckets;
  readonly exemplars: readonly Exemplar[];
  readonly min?: number;
  readonly max?: number;
}

interface SummaryPoint extends Point {
  readonly count: bigint;
  readonly sum: number;
  readonly quantileValues: readonly { readonly quantile: number; readonly value: number }[];
}
