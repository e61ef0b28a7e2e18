import type { TableName } from "@throughline/schemas";
import type { Exemplar, Metric, MetricsRequest, Point, PointValue } from "./decoded.ts";
import { resourceColumns, scopeColumns, signed, withNotes } from "./expected-rows.ts";
import type { ExpectedRows, Row } from "./expected-rows.ts";
import { expectedId, expectedMap } from "./expected-text.ts";

export function addMetrics(expected: ExpectedRows, request: MetricsRequest): void {
  for (const { resource, schemaUrl, scopeMetrics } of request.resourceMetrics) {
    for (const { scope, schemaUrl: scopeSchemaUrl, metrics } of scopeMetrics) {
      const shared = {
        ...resourceColumns(resource),
        ResourceSchemaUrl: schemaUrl,
        ...scopeColumns(scope, scopeSchemaUrl),
        ScopeDroppedAttrCount: scope?.droppedAttributesCount ?? 0,
      };
      for (const metric of metrics) addMetric(expected, shared, metric);
    }
  }
}

// oxlint-disable-next-line max-lines-per-function, complexity -- one case per kind of metric
function addMetric(expected: ExpectedRows, resource: Row, metric: Metric): void {
  const { data } = metric;
  const shared = {
    ...resource,
    MetricName: metric.name,
    MetricDescription: metric.description,
    MetricUnit: metric.unit,
  };
  const add = (table: TableName, point: Point, columns: Row, exemplars?: readonly Exemplar[]) =>
    addPoint(expected, { table, point, exemplars }, { ...shared, ...columns });
  switch (data.case) {
    case undefined:
      return;
    case "gauge":
      for (const point of data.value.dataPoints) {
        add("otel_metrics_gauge", point, { Value: toDouble(point.value) }, point.exemplars);
      }
      return;
    case "sum":
      for (const point of data.value.dataPoints) {
        const columns = {
          Value: toDouble(point.value),
          AggregationTemporality: data.value.aggregationTemporality,
          IsMonotonic: data.value.isMonotonic,
        };
        add("otel_metrics_sum", point, columns, point.exemplars);
      }
      return;
    case "histogram":
      for (const point of data.value.dataPoints) {
        const columns = {
          Count: point.count,
          Sum: point.sum ?? 0,
          BucketCounts: point.bucketCounts,
          ExplicitBounds: point.explicitBounds,
          Min: point.min ?? 0,
          Max: point.max ?? 0,
          AggregationTemporality: data.value.aggregationTemporality,
        };
        add("otel_metrics_histogram", point, columns, point.exemplars);
      }
      return;
    case "exponentialHistogram":
      for (const point of data.value.dataPoints) {
        const columns = {
          Count: point.count,
          Sum: point.sum ?? 0,
          Scale: point.scale,
          ZeroCount: point.zeroCount,
          PositiveOffset: point.positive?.offset ?? 0,
          PositiveBucketCounts: point.positive?.bucketCounts ?? [],
          NegativeOffset: point.negative?.offset ?? 0,
          NegativeBucketCounts: point.negative?.bucketCounts ?? [],
          Min: point.min ?? 0,
          Max: point.max ?? 0,
          AggregationTemporality: data.value.aggregationTemporality,
        };
        add("otel_metrics_exponential_histogram", point, columns, point.exemplars);
      }
      return;
    case "summary":
      for (const point of data.value.dataPoints) {
        const columns = {
          Count: point.count,
          Sum: point.sum,
          "ValueAtQuantiles.Quantile": point.quantileValues.map(({ quantile }) => quantile),
          "ValueAtQuantiles.Value": point.quantileValues.map(({ value }) => value),
        };
        add("otel_metrics_summary", point, columns);
      }
  }
}

function addPoint(
  expected: ExpectedRows,
  what: {
    readonly table: TableName;
    readonly point: Point;
    readonly exemplars: readonly Exemplar[] | undefined;
  },
  columns: Row,
): void {
  const { table, point, exemplars } = what;
  const wrongId = exemplars?.some(
    ({ spanId, traceId }) => ![0, 8].includes(spanId.length) || ![0, 16].includes(traceId.length),
  );
  if (wrongId === true) {
    expected.rejected++;
    return;
  }
  const { time, kept } = expected.file(point.timeUnixNano);
  expected.add(table, time, {
    ...columns,
    Attributes: withNotes(point.attributes, kept),
    StartTimeUnix: signed(point.startTimeUnixNano),
    TimeUnix: time,
    Flags: point.flags,
    ...(exemplars === undefined
      ? {}
      : {
          "Exemplars.FilteredAttributes": exemplars.map((one) =>
            expectedMap(one.filteredAttributes),
          ),
          "Exemplars.TimeUnix": exemplars.map((one) => signed(one.timeUnixNano)),
          "Exemplars.Value": exemplars.map((one) => toDouble(one.value)),
          "Exemplars.SpanId": exemplars.map((one) => expectedId(one.spanId)),
          "Exemplars.TraceId": exemplars.map((one) => expectedId(one.traceId)),
        }),
  });
}

function toDouble(value: PointValue): number {
  return value.case === undefined ? 0 : Number(value.value);
}
