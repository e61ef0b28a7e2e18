/** The one call into the pipeline, with everything both transports count around it. */
import type { AdmissionTicket, IngestOutcome, IngestRequest, Signal } from "../contract.ts";
import type { RejectReason } from "../telemetry/metrics.ts";
import type { ReceiverOptions } from "./receiver.ts";

type CallOptions = Pick<ReceiverOptions, "ingest" | "metrics" | "onBug">;

/** A transport knows two refusals more than the pipeline. */
export type Refusal = Exclude<IngestOutcome, { kind: "accepted" }>;

const BUG_RETRY_AFTER_MS = 5000;

/**
 * Hands a whole request over and waits for what the client is to be told. Closes the ticket.
 * Never rejects: a bug becomes `overloaded`, because the same bytes may well be taken later and a client
 * that is told to give up throws them away.
 */
export async function callIngest(
  request: IngestRequest,
  ticket: AdmissionTicket,
  options: CallOptions,
): Promise<IngestOutcome> {
  const { ingest, metrics, onBug } = options;
  const { signal, encoding, transport } = request;
  const startedMs = performance.now();
  // The body may be transferred away by the call, which leaves it empty.
  const sizeBytes = request.body.length;
  metrics.receivedRequests.inc({ signal, encoding, transport });
  metrics.received.add(signal, 0, sizeBytes);
  try {
    const outcome = await ingest(request);
    if (outcome.kind === "accepted") {
      metrics.ackSeconds.observe({ signal, transport }, (performance.now() - startedMs) / 1000);
    } else {
      countRefusal(options, signal, outcome.kind, sizeBytes);
    }
    return outcome;
  } catch (error) {
    onBug?.(error);
    countRefusal(options, signal, "internal_error", sizeBytes);
    return {
      kind: "overloaded",
      message: "The collector failed on this request and stored nothing of it. Send it again.",
      retryAfterMs: BUG_RETRY_AFTER_MS,
    };
  } finally {
    ticket.close();
  }
}

/**
 * What a body is charged in all, while it is encoded and written: for itself, and for the blocks that it becomes. A body that
 * is read as it was sent is charged so from the beginning.
 */
export function chargeOf(bodyBytes: number): number {
  return 2 * bodyBytes;
}

/** Charges a body that has been inflated; nothing but the body may be held any more. */
export function chargeInflated(
  ticket: AdmissionTicket,
  bodyBytes: number,
): Extract<Refusal, { kind: "overloaded" }> | undefined {
  ticket.settle(bodyBytes);
  return ticket.charge(chargeOf(bodyBytes) - bodyBytes);
}

/** @param sizeBytes as far as known: declared, read or inflated */
export function countRefusal(
  { metrics }: Pick<ReceiverOptions, "metrics">,
  signal: Signal,
  reason: RejectReason,
  sizeBytes: number,
): void {
  metrics.rejectedRequests.inc({ signal, reason });
  metrics.rejectedBytes.inc({ signal, reason }, sizeBytes);
}
