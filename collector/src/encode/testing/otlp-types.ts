import path from "node:path";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import protobuf from "protobufjs";
import descriptor from "protobufjs/ext/descriptor.js";
import type { Signal } from "../../contract.ts";
import type { LogsRequest, MetricsRequest, TracesRequest } from "./decoded.ts";

const root = protobuf.loadSync(path.join(import.meta.dirname, "../../otlp/testdata/otlp.proto"));

const REQUESTS: Readonly<Record<Signal, string>> = {
  logs: "ExportLogsServiceRequest",
  traces: "ExportTraceServiceRequest",
  metrics: "ExportMetricsServiceRequest",
};

/** Encodes an export request given as a plain object with lowerCamelCase names, with protobufjs. */
export function encodeRequest(signal: Signal, request: object): Uint8Array {
  const type = root.lookupType(REQUESTS[signal]);
  return type.encode(type.fromObject(request)).finish();
}

export interface DecodedRequests {
  readonly logs: LogsRequest;
  readonly traces: TracesRequest;
  readonly metrics: MetricsRequest;
}

/**
 * Decodes an export request with @bufbuild/protobuf, which merges messages sent in pieces and lets the last of a
 * oneof win, as the specification of protobuf demands.
 */
export function decodeRequest<S extends Signal>(signal: S, body: Uint8Array): DecodedRequests[S] {
  const schema = registry().getMessage(REQUESTS[signal]);
  if (schema === undefined) throw new Error(`no message for ${signal}`);
  const message: unknown = fromBinary(schema, body);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- decoded.ts spells out what testdata/otlp.proto says
  return message as DecodedRequests[S];
}

let cachedRegistry: ReturnType<typeof createFileRegistry> | undefined;

/** protobufjs reads the .proto file, and hands @bufbuild/protobuf a descriptor of it. */
function registry(): ReturnType<typeof createFileRegistry> {
  if (cachedRegistry === undefined) {
    root.resolveAll();
    const set = root.toDescriptor("proto3");
    const bytes = descriptor.FileDescriptorSet.encode(set).finish();
    cachedRegistry = createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes));
  }
  return cachedRegistry;
}
