/** The names OTLP gives each signal on either transport. */
import type { Signal } from "../contract.ts";

export interface OtlpService {
  readonly signal: Signal;
  readonly httpPath: string;
  readonly grpcPath: string;
  /** The count in `partial_success`, as proto3 JSON writes it; field 1 in protobuf for all three. */
  readonly rejectedField: string;
}

const PACKAGE = "/opentelemetry.proto.collector";

export const OTLP_SERVICES: readonly OtlpService[] = [
  {
    signal: "traces",
    httpPath: "/v1/traces",
    grpcPath: `${PACKAGE}.trace.v1.TraceService/Export`,
    rejectedField: "rejectedSpans",
  },
  {
    signal: "logs",
    httpPath: "/v1/logs",
    grpcPath: `${PACKAGE}.logs.v1.LogsService/Export`,
    rejectedField: "rejectedLogRecords",
  },
  {
    signal: "metrics",
    httpPath: "/v1/metrics",
    grpcPath: `${PACKAGE}.metrics.v1.MetricsService/Export`,
    rejectedField: "rejectedDataPoints",
  },
];
