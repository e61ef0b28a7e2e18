import { retryDelayOf } from "./retry-info.ts";

/**
 * What one export came to.
 *
 *   delivered    the collector took the batch: forget it
 *   refused      no retry can help: forget it, count it
 *   unavailable  keep it, try again after a pause, the server's own where it named one
 */
export type ExportOutcome =
  | { readonly kind: "delivered" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unavailable"; readonly reason: string; readonly retryAfterMs?: number };

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

const GRPC_RESOURCE_EXHAUSTED = 8;
/** gRPC codes end at 16, HTTP's begin at 100. */
const HTTP_CODE_MIN = 100;

/**
 * OTLP lists what may be retried; an error without a number is the network and may be. RESOURCE_EXHAUSTED may only
 * with RetryInfo: without it, it also means "this message is larger than I ever accept".
 */
export function classifyExportError(error: Error | undefined): ExportOutcome {
  const reason = messageOf(error);
  const code: unknown = error !== undefined && "code" in error ? error.code : undefined;
  if (typeof code !== "number") return { kind: "unavailable", reason };
  if (code >= HTTP_CODE_MIN) {
    const retryable = code === 429 || code === 502 || code === 503 || code === 504;
    return { kind: retryable ? "unavailable" : "refused", reason: `HTTP ${code} ${reason}` };
  }
  if (GRPC_REFUSALS.has(code)) return { kind: "refused", reason };
  const retryAfterMs = retryDelayOf(error);
  if (code === GRPC_RESOURCE_EXHAUSTED && retryAfterMs === undefined) {
    return { kind: "refused", reason };
  }
  return { kind: "unavailable", reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  // grpc-js ends its messages with a note that is usually empty.
  return text.replace(/ ?Resolution note: $/, "");
}
