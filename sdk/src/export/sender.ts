import { isIPv6 } from "node:net";
import { context } from "@opentelemetry/api";
import { ExportResultCode, suppressTracing } from "@opentelemetry/core";
import type { IOtlpExportDelegate } from "@opentelemetry/otlp-exporter-base";
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from "@opentelemetry/otlp-exporter-base/node-http";
import {
  convertLegacyOtlpGrpcOptions,
  createOtlpGrpcExportDelegate,
} from "@opentelemetry/otlp-grpc-exporter-base";
import type { ISerializer } from "@opentelemetry/otlp-transformer";
import type { Environment, OtlpProtocol } from "../settings.ts";
import type { ExportOutcome } from "./batch-queue.ts";

/** The two signals that pass through our own queues. */
export type QueuedSignal = "traces" | "logs";

export interface SenderTarget {
  readonly signal: QueuedSignal;
  readonly protocol: OtlpProtocol;
  /** Base address; undefined leaves it to OTEL_EXPORTER_OTLP_* and then to loopback. */
  readonly endpoint: string | undefined;
}

const GRPC: Readonly<Record<QueuedSignal, { readonly name: string; readonly path: string }>> = {
  traces: {
    name: "TraceExportService",
    path: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
  },
  logs: {
    name: "LogsExportService",
    path: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
  },
};

/**
 * OpenTelemetry's own OTLP client for one signal. It reads headers, certificates, compression and
 * timeouts from the standard variables. Loopback is named by number: `localhost` may mean ::1 first.
 */
export function createDelegate<T, R>(
  target: SenderTarget,
  serializer: ISerializer<T, R>,
  environment: Environment,
): IOtlpExportDelegate<T> {
  const signal = target.signal.toUpperCase();
  const url = exporterUrl(target, environment);
  const items = { name: "log" as const, countItems: () => 1 };
  if (target.protocol === "grpc") {
    return createOtlpGrpcExportDelegate(
      convertLegacyOtlpGrpcOptions(url === undefined ? {} : { url }, signal),
      serializer,
      "otlp_grpc_exporter",
      items,
      undefined,
      GRPC[target.signal].name,
      GRPC[target.signal].path,
    );
  }
  const contentType =
    target.protocol === "http/json" ? "application/json" : "application/x-protobuf";
  return createOtlpHttpExportDelegate(
    convertLegacyHttpOptions(url === undefined ? {} : { url }, signal, `v1/${target.signal}`, {
      "Content-Type": contentType,
    }),
    serializer,
    "otlp_http_exporter",
    items,
    undefined,
  );
}

/** One call, its answer as a decision. Runs with tracing suppressed, so that it does not trace itself. */
export function sendThrough<T>(delegate: IOtlpExportDelegate<T>, batch: T): Promise<ExportOutcome> {
  return new Promise((resolve) => {
    context.with(suppressTracing(context.active()), () => {
      try {
        delegate.export(batch, (result) => {
          if (result.code === ExportResultCode.SUCCESS) resolve({ kind: "delivered" });
          else resolve(classifyExportError(result.error));
        });
      } catch (error) {
        resolve({ kind: "refused", reason: `cannot be encoded: ${messageOf(error)}` });
      }
    });
  });
}

/** gRPC codes that blame this request, so that sending it again cannot help. */
const GRPC_REFUSALS: ReadonlyMap<number, string> = new Map([
  [2, "UNKNOWN"],
  [3, "INVALID_ARGUMENT"],
  [5, "NOT_FOUND"],
  [6, "ALREADY_EXISTS"],
  [7, "PERMISSION_DENIED"],
  [9, "FAILED_PRECONDITION"],
  [12, "UNIMPLEMENTED"],
  [13, "INTERNAL"],
  [16, "UNAUTHENTICATED"],
]);

/** OTLP lists what may be retried; an error without a code is the network and may be. */
export function classifyExportError(error: Error | undefined): ExportOutcome {
  const reason = messageOf(error);
  const code: unknown = error !== undefined && "code" in error ? error.code : undefined;
  if (typeof code !== "number") return { kind: "unavailable", reason };
  if (code < 100) return { kind: GRPC_REFUSALS.has(code) ? "refused" : "unavailable", reason };
  const retryable = code === 429 || code === 502 || code === 503 || code === 504;
  return { kind: retryable ? "unavailable" : "refused", reason: `HTTP ${code} ${reason}` };
}

/** Where the signal goes, for a message or a reachability check. */
export function targetAddress(
  target: SenderTarget,
  environment: Environment,
): { readonly host: string; readonly port: number; readonly text: string } {
  const text =
    exporterUrl(target, environment) ??
    environment[`OTEL_EXPORTER_OTLP_${target.signal.toUpperCase()}_ENDPOINT`] ??
    environment["OTEL_EXPORTER_OTLP_ENDPOINT"] ??
    loopback(target.protocol);
  const url = URL.parse(text) ?? URL.parse(`http://${text}`);
  if (url === null) return { host: text, port: 0, text };
  const bracketless = url.hostname.replace(/^\[|\]$/g, "");
  const host = isIPv6(bracketless) ? bracketless : url.hostname;
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  return { host, port, text };
}

/** undefined where the environment names an address: the OpenTelemetry client reads it better than we do. */
function exporterUrl(target: SenderTarget, environment: Environment): string | undefined {
  const named =
    environment[`OTEL_EXPORTER_OTLP_${target.signal.toUpperCase()}_ENDPOINT`] ??
    environment["OTEL_EXPORTER_OTLP_ENDPOINT"];
  if (target.endpoint === undefined && named !== undefined && named.trim() !== "") return undefined;
  const base = target.endpoint ?? loopback(target.protocol);
  return target.protocol === "grpc" ? base : `${base.replace(/\/$/, "")}/v1/${target.signal}`;
}

function loopback(protocol: OtlpProtocol): string {
  return protocol === "grpc" ? "http://127.0.0.1:4317" : "http://127.0.0.1:4318";
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  // grpc-js ends its messages with a note that is usually empty.
  return text.replace(/ ?Resolution note: $/, "");
}
