import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-grpc";
import {
  ConsoleLogRecordExporter,
  SimpleLogRecordProcessor,
  type LogRecordProcessor,
} from "@opentelemetry/sdk-logs";
import { PeriodicExportingMetricReader, type IMetricReader } from "@opentelemetry/sdk-metrics";
import {
  ConsoleSpanExporter,
  SimpleSpanProcessor,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace";
import { namedEndpoint } from "./export/target.ts";
import type { ExporterName, Settings } from "./settings.ts";

/**
 * Where each signal goes, as OTEL_*_EXPORTER says. undefined leaves the signal to the OpenTelemetry SDK, which
 * knows exporters that we do not (zipkin, prometheus).
 */
export function spanProcessors(
  settings: Settings,
  otlp: SpanProcessor,
): SpanProcessor[] | undefined {
  return settings.exporters.traces?.map((name) =>
    name === "otlp" ? otlp : new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() }),
  );
}

export function logProcessors(
  settings: Settings,
  otlp: LogRecordProcessor,
): LogRecordProcessor[] | undefined {
  return settings.exporters.logs?.map((name) =>
    name === "otlp"
      ? otlp
      : new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter() }),
  );
}

const METRIC_EXPORT_INTERVAL_MS = 60_000;

/**
 * Metrics are off unless OTEL_METRICS_EXPORTER names an exporter: rates and latencies are computed from the spans,
 * and an application should pay only for what someone looks at.
 */
export function metricReaders(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
): IMetricReader[] | undefined {
  const names: readonly ExporterName[] | undefined = settings.exporters.metrics;
  if (names?.length === 0) return [];
  const onlyGrpc =
    names?.every((name) => name === "otlp") === true && settings.protocols.metrics === "grpc";
  if (!onlyGrpc) return undefined;
  const named = namedEndpoint("metrics", environment);
  const url = settings.endpoint ?? (named === undefined ? "http://127.0.0.1:4317" : undefined);
  const interval = Number(environment["OTEL_METRIC_EXPORT_INTERVAL"] ?? METRIC_EXPORT_INTERVAL_MS);
  const exportIntervalMillis = interval > 0 ? interval : METRIC_EXPORT_INTERVAL_MS;
  const timeout = Number(environment["OTEL_METRIC_EXPORT_TIMEOUT"] ?? exportIntervalMillis / 2);
  return [
    new PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter(url === undefined ? {} : { url }),
      exportIntervalMillis,
      exportTimeoutMillis: Math.min(
        timeout > 0 ? timeout : exportIntervalMillis,
        exportIntervalMillis,
      ),
    }),
  ];
}
