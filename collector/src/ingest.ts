import type { EncodedBlock, Ingest, IngestOutcome, Overloaded } from "./contract.ts";
import type { EncodedBatch, EncoderPool } from "./encode/encoder-pool.ts";
import type { AppendOutcome, Spool } from "./spool/spool.ts";
import type { CollectorMetrics } from "./telemetry/metrics.ts";

export interface IngestStages {
  readonly pool: Pick<EncoderPool, "encode" | "giveBack">;
  readonly spool: Pick<Spool, "refusal" | "append">;
  readonly metrics: Pick<
    CollectorMetrics,
    "received" | "accepted" | "rejectedRecords" | "droppedByRule"
  >;
}

/**
 * The way of one request: room in the spool, encoded, stored, counted, answered. Records are counted when the
 * answer is known and in one step, so that received = accepted + rejected + dropped by rules at every scrape; a request refused
 * whole counts in requests and bytes only, and the bytes are counted by the receiver.
 */
export function createIngest({ pool, spool, metrics }: IngestStages): Ingest {
  const store = storeOnce((batch) => append({ pool, spool }, batch.blocks));
  return async (request): Promise<IngestOutcome> => {
    const { signal } = request;
    const sizeBytes = request.body.byteLength;
    // Before encoding: a full spool must cost the client an answer and us nothing.
    const refusal = spool.refusal(sizeBytes);
    if (refusal !== undefined) return toOverloaded(refusal);
    const encoded = await pool.encode(request);
    if (encoded.kind !== "encoded") return encoded;
    const outcome = await store(encoded.batch);
    if (outcome.kind === "refused") return toOverloaded(outcome);
    const dropped = encoded.dropped ?? [];
    const droppedRecords = dropped.reduce((sum, { count }) => sum + count, 0);
    metrics.received.records.inc({ signal }, encoded.records + encoded.rejected + droppedRecords);
    for (const { rule, count } of dropped) metrics.droppedByRule.inc({ rule, signal }, count);
    metrics.accepted.records.inc({ signal }, encoded.records);
    for (const { reason, count } of encoded.rejectedBy ?? []) {
      metrics.rejectedRecords.inc({ signal, reason }, count);
    }
    return { kind: "accepted", rejected: encoded.rejected, reason: encoded.reason };
  };
}

/** Requests encoded together share their blocks, which are appended when the first of them asks. */
function storeOnce(
  store: (batch: EncodedBatch) => Promise<AppendOutcome>,
): (batch: EncodedBatch) => Promise<AppendOutcome> {
  const stored = new WeakMap<EncodedBatch, Promise<AppendOutcome>>();
  return (batch) => {
    const outcome = stored.get(batch) ?? store(batch);
    stored.set(batch, outcome);
    return outcome;
  };
}

async function append(
  { pool, spool }: Pick<IngestStages, "pool" | "spool">,
  blocks: readonly EncodedBlock[],
): Promise<AppendOutcome> {
  // Every record was rejected, or there was none.
  if (blocks.length === 0) return { kind: "stored" };
  const outcome = await spool.append(blocks);
  pool.giveBack(blocks);
  return outcome;
}

function toOverloaded(refusal: Extract<AppendOutcome, { kind: "refused" }>): Overloaded {
  return { ...refusal, kind: "overloaded" };
}
