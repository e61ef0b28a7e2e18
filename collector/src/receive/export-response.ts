/**
 * The bodies of answers, in protobuf and in JSON: `Export…ServiceResponse` when the request was accepted,
 * `google.rpc.Status` when it was not.
 */
import type { OtlpEncoding } from "../contract.ts";
import type { OtlpService } from "./otlp-services.ts";
import { bytesField, stringField, varintField } from "./protobuf-writer.ts";

/** The status codes of gRPC that a receiver answers with. */
export const GRPC_STATUS = {
  OK: 0,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  UNAVAILABLE: 14,
} as const;
type GrpcStatusCode = (typeof GRPC_STATUS)[keyof typeof GRPC_STATUS];

export interface RpcStatus {
  readonly code: GrpcStatusCode;
  readonly message: string;
  /** Present: the same bytes may be sent again after the delay. */
  readonly retryAfterMs?: number;
}

const EMPTY = Buffer.alloc(0);
const EMPTY_JSON = Buffer.from("{}");

/**
 * @param rejected records refused one by one; the field is left out when it is 0 and there is no reason
 * @param reason with `rejected` 0 it is a warning about records that were stored
 */
export function encodeExportResponse(
  service: OtlpService,
  encoding: OtlpEncoding,
  rejected: number,
  reason: string,
): Buffer {
  const full = rejected === 0 && reason === "";
  if (encoding === "json") {
    if (full) return EMPTY_JSON;
    // proto3 JSON writes 64-bit integers as strings.
    const partialSuccess = { [service.rejectedField]: String(rejected), errorMessage: reason };
    return Buffer.from(JSON.stringify({ partialSuccess }));
  }
  if (full) return EMPTY;
  return bytesField(1, Buffer.concat([varintField(1, rejected), stringField(2, reason)]));
}

export function encodeRpcStatus(status: RpcStatus, encoding: OtlpEncoding): Buffer {
  return encoding === "json" ? encodeStatusJson(status) : encodeStatusProtobuf(status);
}

const RETRY_INFO_TYPE = "type.googleapis.com/google.rpc.RetryInfo";

function encodeStatusProtobuf({ code, message, retryAfterMs }: RpcStatus): Buffer {
  const fields = [varintField(1, code), stringField(2, message)];
  if (retryAfterMs !== undefined) {
    const duration = Buffer.concat([
      varintField(1, Math.floor(retryAfterMs / 1000)),
      varintField(2, Math.round((retryAfterMs % 1000) * 1e6)),
    ]);
    const retryInfo = bytesField(1, duration);
    fields.push(
      bytesField(3, Buffer.concat([stringField(1, RETRY_INFO_TYPE), bytesField(2, retryInfo)])),
    );
  }
  return Buffer.concat(fields);
}

function encodeStatusJson({ code, message, retryAfterMs }: RpcStatus): Buffer {
  const details =
    retryAfterMs === undefined
      ? {}
      : { details: [{ "@type": RETRY_INFO_TYPE, retryDelay: `${retryAfterMs / 1000}s` }] };
  return Buffer.from(JSON.stringify({ code, message, ...details }));
}
