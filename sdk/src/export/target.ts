import { isIPv6 } from "node:net";
import type { Environment, OtlpProtocol } from "../settings.ts";

/** The two signals that pass through our own queues. */
export type QueuedSignal = "traces" | "logs";

export interface SenderTarget {
  readonly signal: QueuedSignal;
  readonly protocol: OtlpProtocol;
  /** Base address; undefined leaves it to OTEL_EXPORTER_OTLP_* and then to loopback. */
  readonly endpoint: string | undefined;
}

/**
 * What to give an exporter as its `url`: undefined where the environment names an address, which the exporter reads
 * itself. Loopback is named by number: `localhost` may mean ::1 first.
 */
export function exporterUrl(target: SenderTarget, environment: Environment): string | undefined {
  const named = namedEndpoint(target.signal, environment);
  if (target.endpoint === undefined && named !== undefined) return undefined;
  const base = target.endpoint ?? loopback(target.protocol);
  return target.protocol === "grpc" ? base : `${base.replace(/\/$/, "")}/v1/${target.signal}`;
}

/** Where the signal goes, for a message or a reachability check. */
export function targetAddress(
  target: SenderTarget,
  environment: Environment,
): { readonly host: string; readonly port: number; readonly text: string } {
  const text =
    exporterUrl(target, environment) ??
    namedEndpoint(target.signal, environment) ??
    loopback(target.protocol);
  const url = URL.parse(text) ?? URL.parse(`http://${text}`);
  if (url === null) return { host: text, port: 0, text };
  const bracketless = url.hostname.replace(/^\[|\]$/g, "");
  const host = isIPv6(bracketless) ? bracketless : url.hostname;
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  return { host, port, text };
}

/** The address that the environment names for a signal; an empty variable names none, as OpenTelemetry has it. */
export function namedEndpoint(
  signal: QueuedSignal | "metrics",
  environment: Environment,
): string | undefined {
  const names = [
    `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`,
    "OTEL_EXPORTER_OTLP_ENDPOINT",
  ];
  return names.map((name) => environment[name]?.trim()).find(Boolean);
}

function loopback(protocol: OtlpProtocol): string {
  return protocol === "grpc" ? "http://127.0.0.1:4317" : "http://127.0.0.1:4318";
}
