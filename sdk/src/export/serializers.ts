import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
  type IExportLogsServiceResponse,
  type IExportTraceServiceResponse,
  type ISerializer,
} from "@opentelemetry/otlp-transformer";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { OtlpProtocol } from "../settings.ts";

/** Items to the bytes of one export request, in the encoding the protocol wants. */
export function traceSerializer(
  protocol: OtlpProtocol,
): ISerializer<ReadableSpan[], IExportTraceServiceResponse> {
  return protocol === "http/json" ? JsonTraceSerializer : ProtobufTraceSerializer;
}

export function logsSerializer(
  protocol: OtlpProtocol,
): ISerializer<ReadableLogRecord[], IExportLogsServiceResponse> {
  return protocol === "http/json" ? JsonLogsSerializer : ProtobufLogsSerializer;
}

/** For bytes that were encoded earlier, by another process. */
export const encodedAlready: ISerializer<Uint8Array, undefined> = {
  serializeRequest: (bytes) => bytes,
  deserializeResponse: () => undefined,
};
