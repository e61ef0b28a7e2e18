import { OTLPLogExporter as GrpcLogExporter } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPLogExporter as JsonLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPTraceExporter as GrpcTraceExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as JsonTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import type { LogRecordExporter } from "@opentelemetry/sdk-logs";
import type { SpanExporter } from "@opentelemetry/sdk-trace";
import type { Environment } from "../settings.ts";
import { exporterUrl, type SenderTarget } from "./target.ts";

/**
 * OpenTelemetry's own OTLP exporters are what encodes and sends; they read headers, certificates, compression and
 * timeouts from the standard variables. Our queue in front of them replaces only the batch processors.
 *
 * Two things their interface hides, with what follows for us:
 *   - the HTTP exporters retry inside one export() until OTEL_EXPORTER_OTLP_TIMEOUT (10 s) and tell neither the status nor
 *     a Retry-After of the last attempt: such a batch is `unavailable` and our own growing pause applies. The gRPC
 *     exporters try once and give the error as it came, RetryInfo included.
 *   - a partial success is a success whose rejected count they only write to the diagnostic log
 *     (OTEL_LOG_LEVEL=warn shows it): those items count as delivered here, and as rejected in the collector's own metrics.
 */
export function createSpanExporter(target: SenderTarget, environment: Environment): SpanExporter {
  const config = configOf(target, environment);
  switch (target.protocol) {
    case "grpc":
      return new GrpcTraceExporter(config);
    case "http/protobuf":
      return new ProtobufTraceExporter(config);
    case "http/json":
      return new JsonTraceExporter(config);
  }
}

export function createLogExporter(
  target: SenderTarget,
  environment: Environment,
): LogRecordExporter {
  const config = configOf(target, environment);
  switch (target.protocol) {
    case "grpc":
      return new GrpcLogExporter(config);
    case "http/protobuf":
      return new ProtobufLogExporter(config);
    case "http/json":
      return new JsonLogExporter(config);
  }
}

function configOf(target: SenderTarget, environment: Environment): { url?: string } {
  const url = exporterUrl(target, environment);
  return url === undefined ? {} : { url };
}
