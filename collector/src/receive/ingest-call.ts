/** The one call into the pipeline, with everything both transports count around it. */
import type { AdmissionTicket, IngestOutcome, IngestRequest } from "../contract.ts";
import type { RejectReason } from "../telemetry/metrics.ts";
import type { ReceiverOptions } from "./receiver.ts";
import type { RefusalNote } from "./refusal-log.ts";

type CallOptions = Pick<ReceiverOptions, "ingest" | "metrics" | "refusals" | "onBug">;

/** A transport knows two refusals more than the pipeline. */
export type Refusal = Exclude<IngestOutcome, { kind: "accepted" }>;

const BUG: Refusal = {
  kind: "overloaded",
  message: "The collector failed on this request and stored nothing of it. Send it again.",
  retryAfterMs: 5000,
};

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
  const { ingest, metrics, refusals, onBug } = options;
  const { signal, encoding, transport } = request;
  const startedMs = performance.now();
  // The body may be transferred away by the call, which leaves it empty.
  const sizeBytes = request.body.length;
  metrics.receivedRequests.inc({ signal, encoding, transport });
  try {
    const outcome = await ingest(request);
    if (outcome.kind === "accepted") {
      metrics.received.add(signal, 0, sizeBytes);
      metrics.accepted.add(signal, 0, sizeBytes);
      metrics.ackSeconds.observe({ signal, transport }, (performance.now() - startedMs) / 1000);
      const { rejected: records, reason: message } = outcome;
      if (records > 0) {
        refusals.note({ signal, transport, reason: "invalid_record", message, records });
      }
    } else {
      const { kind: reason, message } = outcome;
      countRefusal(options, { signal, transport, reason, message, sizeBytes });
    }
    return outcome;
  } catch (error) {
    onBug?.(error);
    const { message } = BUG;
    countRefusal(options, { signal, transport, reason: "internal_error", message, sizeBytes });
    return BUG;
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

export interface RefusedRequest extends RefusalNote {
  readonly reason: RejectReason;
  /** Of its body where that arrived whole, decompressed as far as that went; otherwise 0. */
  readonly sizeBytes: number;
}

/** A whole request was refused: into the counters, and into the log that people read. */
export function countRefusal(
  { metrics, refusals }: Pick<ReceiverOptions, "metrics" | "refusals">,
  { sizeBytes, ...note }: RefusedRequest,
): void {
  const { signal, reason } = note;
  metrics.rejectedRequests.inc(signal === undefined ? { reason } : { signal, reason });
  if (signal !== undefined && sizeBytes > 0) {
    metrics.received.add(signal, 0, sizeBytes);
    metrics.rejectedBytes.inc({ signal, reason }, sizeBytes);
  }
  refusals.note(note);
}
