/** Pure: samples and the load's report in, figures out. */
import type { LoadReport } from "../load/load-messages.ts";
import { SHARES, type Sample, type Share } from "./sampler.ts";

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface Result {
  readonly seconds: number;
  readonly acceptedRecords: number;
  readonly acceptedPerSecond: number;
  readonly storedPerSecond: number;
  readonly refusedRequests: number;
  readonly failedRequests: number;
  readonly bytesPerRecord: number;
  readonly ackMs: Percentiles;
  readonly dueMs: Percentiles;
  /** Of the collector's threads, per accepted record. */
  readonly collectorMicrosPerRecord: Readonly<Record<Share | "sum", number>>;
  /** Of the whole engine, merges and views included, per stored record. */
  readonly engineMicrosPerRecord: number;
  readonly cores: {
    readonly collector: number;
    readonly engine: number;
    readonly load: number;
    readonly others: number;
  };
  readonly collectorResidentMaxBytes: number;
  readonly engineResidentMaxBytes: number;
  /** Accepted and not yet stored, at a tenth, a half and the end of the load. */
  readonly waitingRecords: readonly [number, number, number];
  /** From the end of the load until everything was stored; undefined when it did not come to that. */
  readonly drainSeconds: number | undefined;
  readonly parts: { readonly max: number; readonly end: number };
  /** Stored - accepted when all was drained: anything but 0 is a loss or a duplicate. */
  readonly difference: number;
}

export interface Measured {
  /** During the load, the first at its start and the last at its end. */
  readonly samples: readonly Sample[];
  readonly load: LoadReport;
  readonly drainSeconds: number | undefined;
  readonly difference: number;
}

export function evaluate({ samples, load, drainSeconds, difference }: Measured): Result {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || first === last) {
    throw new Error("the load ended before there were two samples");
  }
  const seconds = (last.atMs - first.atMs) / 1000;
  const stored = last.storedRecords - first.storedRecords;
  const perAccepted = (spent: number): number => (1e6 * spent) / Math.max(1, load.acceptedRecords);
  const shares = SHARES.map(
    (share) =>
      [share, perAccepted(Math.max(0, last.collector[share] - first.collector[share]))] as const,
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries widens the keys to string
  const byShare = Object.fromEntries(shares) as Record<Share, number>;
  const collectorSeconds = sum(
    SHARES.map((share) => last.collector[share] - first.collector[share]),
  );
  const engineSeconds = last.engineSeconds - first.engineSeconds;
  const loadSeconds = last.loadSeconds - first.loadSeconds;
  const machine = last.machineSeconds - first.machineSeconds;
  return {
    seconds,
    acceptedRecords: load.acceptedRecords,
    acceptedPerSecond: load.acceptedRecords / seconds,
    storedPerSecond: stored / seconds,
    refusedRequests: load.refusedRequests,
    failedRequests: load.failedRequests,
    bytesPerRecord: load.acceptedBytes / Math.max(1, load.acceptedRecords),
    ackMs: percentiles(load.ackMs),
    dueMs: percentiles(load.dueMs),
    collectorMicrosPerRecord: { ...byShare, sum: perAccepted(collectorSeconds) },
    engineMicrosPerRecord: (1e6 * engineSeconds) / Math.max(1, stored),
    cores: {
      collector: collectorSeconds / seconds,
      engine: engineSeconds / seconds,
      load: loadSeconds / seconds,
      others: Math.max(0, machine - collectorSeconds - engineSeconds - loadSeconds) / seconds,
    },
    collectorResidentMaxBytes: Math.max(...samples.map((sample) => sample.collectorResidentBytes)),
    engineResidentMaxBytes: Math.max(...samples.map((sample) => sample.engineResidentBytes)),
    waitingRecords: [waitingAt(samples, 0.1), waitingAt(samples, 0.5), waitingAt(samples, 1)],
    drainSeconds,
    parts: { max: Math.max(...samples.map((sample) => sample.activeParts)), end: last.activeParts },
    difference,
  };
}

/** @param sorted ascending */
function percentiles(sorted: readonly number[]): Percentiles {
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function waitingAt(samples: readonly Sample[], share: number): number {
  const sample = samples[Math.round((samples.length - 1) * share)];
  return sample === undefined ? 0 : Math.max(0, sample.acceptedRecords - sample.storedRecords);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
