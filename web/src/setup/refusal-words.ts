/** What a refusal is called: whose it was, how much of it, and when. */
import type { Refusal } from "@throughline/query/wire";
import { plural } from "../lib/format.ts";

/** Older ones are most likely mended: what was sent since was taken, or nothing was sent. */
export const SHOWN_FOR_MS = 60 * 60_000;

const TRANSPORTS = { grpc: "gRPC", http: "HTTP" } as const;
const RECORDS = { traces: "span", logs: "log record", metrics: "metric point" } as const;

/** `12 spans over gRPC`, `3 requests with logs over HTTP`, `1 connection over gRPC`. */
export function describeRefused({ signal, transport, reason, requests, records }: Refusal): string {
  const over = `over ${TRANSPORTS[transport]}`;
  if (signal === null) {
    return `${plural(requests, reason === "unknown_path" ? "request" : "connection")} ${over}`;
  }
  if (records > 0) return `${plural(records, RECORDS[signal])} ${over}`;
  return `${plural(requests, "request")} with ${signal} ${over}`;
}

/** Coarse, so that it changes seldom: a page that counts seconds aloud cannot be listened to. */
export function describeAge(ageMs: number): string {
  const minutes = Math.floor(ageMs / 60_000);
  return minutes < 1 ? "less than a minute ago" : `${plural(minutes, "minute")} ago`;
}
