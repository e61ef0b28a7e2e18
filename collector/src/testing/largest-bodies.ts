/** Bodies of about the largest size allowed, one of each kind that takes memory in its own way. */
import { gzipSync, zstdCompressSync } from "node:zlib";
import { sampleLogs, sampleSpans } from "../encode/bench/sample-requests.ts";
import { encodeRequest } from "../encode/testing/otlp-types.ts";
import { sampleMetrics } from "./sample-metrics.ts";
import type { WireBody } from "./send-body.ts";

export function largestBodies(bytesMax: number) {
  const logs = repeat(sampleLogs(1000), bytesMax);
  const protobuf = { contentType: "application/x-protobuf", coding: "identity" } as const;
  return {
    logs: { ...protobuf, signal: "logs", bytes: logs },
    gzipLogs: {
      ...protobuf,
      signal: "logs",
      coding: "gzip",
      bytes: new Uint8Array(gzipSync(logs, { level: 6 })),
    },
    zstdLogs: {
      ...protobuf,
      signal: "logs",
      coding: "zstd",
      bytes: new Uint8Array(zstdCompressSync(logs)),
    },
    jsonLogs: {
      signal: "logs",
      contentType: "application/json",
      coding: "identity",
      bytes: jsonLogs(bytesMax),
    },
    spans: { ...protobuf, signal: "traces", bytes: repeat(sampleSpans(1000), bytesMax) },
    metrics: { ...protobuf, signal: "metrics", bytes: repeat(sampleMetrics(), bytesMax) },
    growing: { ...protobuf, signal: "logs", bytes: growingLogs() },
  } as const satisfies Record<string, WireBody>;
}

/** A list of Zipkin spans, about as large as the OTLP that it becomes; or, of ids alone, which become three times their length. */
export function zipkinSpans(bytesMax: number, only: "ids" | "all"): Uint8Array<ArrayBuffer> {
  const span = JSON.stringify({
    traceId: "5b8efff798038103d269b633813fc60c",
    id: "eee19b7ec3c1b174",
    ...(only === "ids"
      ? {}
      : {
          name: "get /orders",
          kind: "SERVER",
          timestamp: 1_763_659_800_000_000,
          duration: 12_000,
          localEndpoint: { serviceName: "orders", ipv4: "10.0.0.1", port: 8080 },
          tags: Object.fromEntries(
            Array.from({ length: 7 }, (_, index) => [`key.${index}`, `value ${index}`]),
          ),
        }),
  });
  const count = Math.floor((bytesMax - 100) / (span.length + 1));
  return new TextEncoder().encode(`[${Array(count).fill(span).join(",")}]`);
}

/** Protobuf messages back to back are one message. */
function repeat(piece: Uint8Array, bytesMax: number): Uint8Array<ArrayBuffer> {
  const times = Math.floor(bytesMax / piece.length);
  const bytes = new Uint8Array(times * piece.length);
  for (let index = 0; index < times; index++) bytes.set(piece, index * piece.length);
  return bytes;
}

function jsonLogs(bytesMax: number): Uint8Array<ArrayBuffer> {
  const record = JSON.stringify({
    timeUnixNano: "1763659800000000000",
    severityText: "INFO",
    body: { stringValue: 'GET "/orders" took 12 ms' },
    attributes: Array.from({ length: 7 }, (_, index) => ({
      key: `key.${index}`,
      value: { stringValue: `value ${index}` },
    })),
  });
  const head = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[';
  const count = Math.floor((bytesMax - 100) / (record.length + 1));
  return new TextEncoder().encode(`${head}${Array(count).fill(record).join(",")}]}]}]}`);
}

/** Some 60 kB that become 59 MiB: the resource is stored with each record. */
function growingLogs(): Uint8Array<ArrayBuffer> {
  const blob = { key: "blob", value: { stringValue: "x".repeat(60 * 1024) } };
  const logRecords = Array.from({ length: 1000 }, () => ({ timeUnixNano: "1763659800000000000" }));
  const resourceLogs = [{ resource: { attributes: [blob] }, scopeLogs: [{ logRecords }] }];
  return new Uint8Array(encodeRequest("logs", { resourceLogs }));
}
