import path from "node:path";
import protobuf from "protobufjs";
import type { Signal } from "../../contract.ts";

const root = protobuf.loadSync(path.join(import.meta.dirname, "../../otlp/testdata/otlp.proto"));

const REQUESTS: Readonly<Record<Signal, string>> = {
  logs: "ExportLogsServiceRequest",
  traces: "ExportTraceServiceRequest",
  metrics: "ExportMetricsServiceRequest",
};

/** protobufjs's view of OTLP: the tests' independent encoder and decoder. */
export function requestType(signal: Signal): protobuf.Type {
  return root.lookupType(REQUESTS[signal]);
}

/** Encodes an export request given as a plain object with lowerCamelCase names. */
export function encodeRequest(signal: Signal, request: object): Uint8Array {
  const type = requestType(signal);
  return type.encode(type.fromObject(request)).finish();
}
