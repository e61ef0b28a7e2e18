import type { EncodedBlock, Signal } from "../contract.ts";
import type { CollectorMetrics } from "../telemetry/metrics.ts";

/** What the spool counts, kept apart so that its code reads as what it does to segments. */
export interface SpoolTelemetry {
  /** @returns to be called when the group is synced, or has failed */
  startSync(): () => void;
  spooled(block: EncodedBlock): void;
  /** Found at start. */
  recovered(segment: CountedSegment): void;
  /** Came back from quarantine. */
  replayed(segment: CountedSegment): void;
  inserted(segment: CountedSegment): void;
  quarantined(segment: CountedSegment): void;
  segmentOpened(): void;
  segmentClosed(): void;
  segmentSealed(): void;
  setUsage(usage: Usage): void;
}

export interface CountedSegment {
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
 * spooled + recovered + replayed = inserted + quarantined + waiting, in records and in bytes of blocks.
 */
export function createSpoolTelemetry(metrics: CollectorMetrics): SpoolTelemetry {
  const enter = ({ signal, rows, bodyBytes }: CountedSegment) => {
    metrics.spoolRecords.inc({ signal }, rows);
    metrics.spoolBlockBytes.inc({ signal }, bodyBytes);
  };
  const leave = ({ signal, rows, bodyBytes }: CountedSegment) => {
    metrics.spoolRecords.dec({ signal }, rows);
    metrics.spoolBlockBytes.dec({ signal }, bodyBytes);
    metrics.segments.dec({ state: "sealed" });
  };
  return {
    startSync: () => metrics.syncSeconds.startTimer(),
    spooled({ signal, rows, bytes }) {
      const bodyBytes = bytes.byteLength;
      metrics.spooled.add(signal, rows, bodyBytes);
      enter({ signal, rows, bodyBytes });
    },
    recovered(segment) {
      metrics.recovered.add(segment.signal, segment.rows, segment.bodyBytes);
      enter(segment);
    },
    replayed(segment) {
      metrics.replayed.add(segment.signal, segment.rows, segment.bodyBytes);
      enter(segment);
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
