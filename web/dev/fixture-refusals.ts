/** What went wrong on the way to the first span: nothing any more once there is data. */
import type { Refusals } from "@throughline/query/wire";

export function fixtureRefusals(hasData: boolean): Refusals {
  if (hasData) return { refusals: [], problem: null };
  return {
    refusals: [
      {
        transport: "grpc",
        signal: null,
        reason: "wrong_protocol",
        message:
          "Port 4317 speaks no TLS, and this connection began with it. Begin the exporter's endpoint with http:// (over gRPC some need OTEL_EXPORTER_OTLP_INSECURE=true), or put a proxy that ends TLS in front of the port.",
        requests: 7,
        records: 0,
        ageMs: 12_000,
      },
      {
        transport: "http",
        signal: "traces",
        reason: "invalid_record",
        message: "resource_spans[0].scope_spans[0].spans[3].trace_id has 8 bytes; send 16.",
        requests: 2,
        records: 14,
        ageMs: 4 * 60_000,
      },
    ],
    problem: null,
  };
}
