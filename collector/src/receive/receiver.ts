/**
 * What both receivers take and give. A receiver only adapts a transport to one call of `ingest`; it never
 * looks into the bytes.
 */
import type { Admission, AgentConfigSource, Health, Ingest } from "../contract.ts";
import type { ReceiveLimits } from "../limits.ts";
import type { CollectorMetrics } from "../telemetry/metrics.ts";
import type { RefusalLog } from "./refusal-log.ts";

export interface ReceiverOptions {
  /** An address or a name; every address of the name is listened on. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly ingest: Ingest;
  /** Shared by both receivers. */
  readonly admission: Admission;
  readonly limits: ReceiveLimits;
  readonly metrics: CollectorMetrics;
  /** Shared by both receivers; `GET /api/refusals` answers it. */
  readonly refusals: RefusalLog;
  /** The port of the other receiver, for clients that came to the wrong one; asked when one does. */
  readonly otherPort: () => number;
  /** Told what `ingest` rejected with, which is a bug; the client is told to send again. */
  readonly onBug?: (error: unknown) => void;
}

export interface HttpReceiverOptions extends ReceiverOptions {
  readonly health: Health;
  /** What `GET /api/config` answers. */
  readonly agentConfig: AgentConfigSource;
  /**
   * Pages that may send from a browser: exact origins such as `https://shop.example`, `loopback` for pages
   * served from this machine, `*` for all. Default: `loopback`.
   */
  readonly corsOrigins?: readonly string[];
}

export interface Receiver {
  /** `host:port` as clients should write it; the host as configured, the port as bound. */
  readonly address: string;
  readonly port: number;
  /**
   * Takes no new connection, answers what is in flight, then closes.
   * @param graceMs after this long open connections are cut; default 5000
   */
  stop(graceMs?: number): Promise<void>;
}

export function formatAddress(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

export type ListenErrorCode = "PORT_IN_USE" | "PORT_FORBIDDEN" | "HOST_UNKNOWN" | "LISTEN_FAILED";

/** The port could not be taken; nothing is left listening. */
export class ListenError extends Error {
  override readonly name = "ListenError";
  readonly code: ListenErrorCode;
  readonly host: string;
  readonly port: number;

  constructor(host: string, port: number, cause: unknown) {
    const code = listenErrorCode(cause);
    const why = {
      PORT_IN_USE: "the port is in use",
      PORT_FORBIDDEN: "this user may not listen on the port",
      HOST_UNKNOWN: "this machine has no such address",
      LISTEN_FAILED: cause instanceof Error ? cause.message : String(cause),
    }[code];
    super(`Cannot listen on ${host}:${port}: ${why}.`, { cause });
    this.code = code;
    this.host = host;
    this.port = port;
  }
}

function listenErrorCode(cause: unknown): ListenErrorCode {
  switch (errorCode(cause)) {
    case "EADDRINUSE":
      return "PORT_IN_USE";
    case "EACCES":
      return "PORT_FORBIDDEN";
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "HOST_UNKNOWN";
    default:
      return "LISTEN_FAILED";
  }
}

/** Node's `code` of a system or zlib error; empty when it has none. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}
