/** Goal: what we write by hand is what OTLP's own decoders read. */
import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from "@opentelemetry/otlp-transformer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeExportResponse, encodeRpcStatus, GRPC_STATUS } from "./export-response.ts";
import { OTLP_SERVICES } from "./otlp-services.ts";
import { decodeStatus } from "./testing/decode-status.ts";

const [traces, logs, metrics] = OTLP_SERVICES;

test("full success is the empty message", () => {
  expect(encodeExportResponse(traces!, "protobuf", 0, "")).toHaveLength(0);
  expect(encodeExportResponse(traces!, "json", 0, "").toString()).toBe("{}");
});

test("partial success is read by the official decoders of each signal", () => {
  const reason = "3 records: timeUnixNano is negative, send nanoseconds since 1970";
  const write = (service: typeof traces, encoding: "protobuf" | "json") =>
    encodeExportResponse(service!, encoding, 3, reason);
  expect(
    ProtobufTraceSerializer.deserializeResponse(write(traces, "protobuf")).partialSuccess,
  ).toEqual({ rejectedSpans: 3, errorMessage: reason });
  expect(
    ProtobufLogsSerializer.deserializeResponse(write(logs, "protobuf")).partialSuccess,
  ).toEqual({ rejectedLogRecords: 3, errorMessage: reason });
  expect(
    ProtobufMetricsSerializer.deserializeResponse(write(metrics, "protobuf")).partialSuccess,
  ).toEqual({ rejectedDataPoints: 3, errorMessage: reason });
  expect(JsonTraceSerializer.deserializeResponse(write(traces, "json")).partialSuccess).toEqual({
    rejectedSpans: "3",
    errorMessage: reason,
  });
  expect(JsonLogsSerializer.deserializeResponse(write(logs, "json")).partialSuccess).toEqual({
    rejectedLogRecords: "3",
    errorMessage: reason,
  });
});

test("a warning about stored records keeps its text with 0 rejected", () => {
  const bytes = encodeExportResponse(logs!, "protobuf", 0, "2 timestamps clamped");
  expect(ProtobufLogsSerializer.deserializeResponse(bytes).partialSuccess).toMatchObject({
    errorMessage: "2 timestamps clamped",
  });
});

test("any status with any delay is read back as it was meant", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(GRPC_STATUS)),
      fc.string({ unit: "grapheme", maxLength: 300 }),
      fc.option(fc.nat(10_000_000), { nil: undefined }),
      (code, message, retryAfterMs) => {
        const status =
          retryAfterMs === undefined ? { code, message } : { code, message, retryAfterMs };
        expect(decodeStatus(encodeRpcStatus(status, "protobuf"))).toEqual({
          code,
          message,
          retryAfterMs,
        });
      },
    ),
  );
});

test("JSON status spells the delay as protobuf's Duration does", () => {
  const body = encodeRpcStatus({ code: 8, message: "full", retryAfterMs: 1500 }, "json");
  expect(JSON.parse(body.toString())).toEqual({
    code: 8,
    message: "full",
    details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "1.5s" }],
  });
});
