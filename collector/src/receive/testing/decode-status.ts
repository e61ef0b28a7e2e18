/** `google.rpc.Status` read by protobufjs from its published definition, independent of how we write it. */
import protobuf from "protobufjs";

const DEFINITION = `
  syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
`;
const root = protobuf.parse(DEFINITION).root;

export interface DecodedStatus {
  readonly code: number;
  readonly message: string;
  /** Undefined when the status has no RetryInfo. */
  readonly retryAfterMs: number | undefined;
}

/** The messages above as protobufjs hands them out, all fields present. */
interface StatusMessage {
  readonly code: number;
  readonly message: string;
  readonly details: readonly { readonly typeUrl: string; readonly value: Uint8Array }[];
}
interface RetryInfoMessage {
  readonly retryDelay: { readonly seconds: number; readonly nanos: number };
}

export function decodeStatus(bytes: Uint8Array): DecodedStatus {
  const { code, message, details } = decode<StatusMessage>("Status", bytes);
  const info = details.find(
    ({ typeUrl }) => typeUrl === "type.googleapis.com/google.rpc.RetryInfo",
  );
  if (info === undefined) return { code, message, retryAfterMs: undefined };
  const { seconds, nanos } = decode<RetryInfoMessage>("RetryInfo", info.value).retryDelay;
  return { code, message, retryAfterMs: seconds * 1000 + nanos / 1e6 };
}

function decode<T>(typeName: string, bytes: Uint8Array): T {
  const type = root.lookupType(typeName);
  const options = { defaults: true, arrays: true, longs: Number };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- protobufjs has read it by the definition above
  return type.toObject(type.decode(bytes), options) as T;
}
