import type { EncodedBlock, Signal } from "../contract.ts";
import type { CollectorMetrics } from "../telemetry/metrics.ts";

/** What the spool counts, kept apart so that its code reads as what it does to segments. */
export interface SpoolTelemetry {
  /** @returns to be called when the group is synced, or has failed */
  startSync(): () => void;
  spooled(block: EncodedBlock): void;
  recovered(signal: Signal, rows: number): void;
  inserted(segment: CountedSegment): void;
  quarantined(segment: CountedSegment): void;
  segmentOpened(): void;
  segmentClosed(): void;
  segmentSealed(): void;
  setUsage(usage: Usage): void;
}

interface CountedSegment {
  readonly signal: Signal;
  readonly rows: number;
  readonly bodyBytes: number;
}

interface Usage {
  readonly usedBytes: number;
  readonly freeBytes: number;
  readonly quarantineBytes: number;
  readonly quarantined: number;
}

/**
 * Each event moves counter and gauge in one synchronous step, so that at every scrape
 * spooled + recovered = inserted + quarantined + waiting.
 */
export function createSpoolTelemetry(metrics: CollectorMetrics): SpoolTelemetry {
  const leave = ({ signal, rows }: CountedSegment) => {
    metrics.spoolRecords.dec({ signal }, rows);
    metrics.segments.dec({ state: "sealed" });
  };
  return {
    startSync: () => metrics.syncSeconds.startTimer(),
    spooled(block) {
      metrics.spooled.add(block.signal, block.rows, block.bytes.byteLength);
      metrics.spoolRecords.inc({ signal: block.signal }, block.rows);
    },
    recovered(signal, rows) {
      metrics.recoveredRecords.inc({ signal }, rows);
      metrics.spoolRecords.inc({ signal }, rows);
    },
    inserted(segment) {
      metrics.inserted.add(segment.signal, segment.rows, segment.bodyBytes);
      leave(segment);
    },
    quarantined(segment) {
      metrics.quarantined.add(segment.signal, segment.rows, segment.bodyBytes);
      leave(segment);
    },
    segmentOpened: () => metrics.segments.inc({ state: "open" }),
    segmentClosed: () => metrics.segments.dec({ state: "open" }),
    segmentSealed: () => metrics.segments.inc({ state: "sealed" }),
    setUsage(usage) {
      metrics.spoolBytes.set(usage.usedBytes - usage.freeBytes - usage.quarantineBytes);
      metrics.quarantineBytes.set(usage.quarantineBytes);
      metrics.segments.set({ state: "quarantined" }, usage.quarantined);
    },
  };
}
