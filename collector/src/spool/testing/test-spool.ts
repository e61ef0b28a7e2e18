import { pino } from "pino";
import type { Clock } from "../../clock.ts";
import type { EncodedBlock, SealedSegment } from "../../contract.ts";
import { DEFAULT_LIMITS } from "../../limits.ts";
import type { SpoolLimits } from "../../limits.ts";
import { createCollectorMetrics } from "../../telemetry/metrics.ts";
import type { CollectorMetrics } from "../../telemetry/metrics.ts";
import type { Disk } from "../disk.ts";
import { createSpoolTelemetry } from "../spool-telemetry.ts";
import { Spool } from "../spool.ts";

export interface TestSpool {
  readonly spool: Spool;
  readonly metrics: CollectorMetrics;
  /** All that was sealed or recovered, oldest first. */
  readonly sealed: SealedSegment[];
}

export interface TestSpoolOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly limits?: Partial<SpoolLimits>;
  /** Default: stands still. */
  readonly clock?: Clock;
  readonly isServerAway?: () => boolean;
  /** Default: resolves when what an earlier life left has been read. */
  readonly returnEarly?: boolean;
}

/** Nobody sets its wall clock. @param nowMs milliseconds, of both clocks */
export function steadyClock(nowMs: () => number): Clock {
  return { unixMs: nowMs, monotonicMs: nowMs };
}

let lives = 0;

export async function openTestSpool(options: TestSpoolOptions): Promise<TestSpool> {
  const metrics = createCollectorMetrics();
  const sealed: SealedSegment[] = [];
  lives += 1;
  const life = lives;
  const spool = await Spool.open({
    disk: options.disk,
    directory: options.directory,
    clock: options.clock ?? steadyClock(() => 1_000_000),
    randomBytes: (count) => Buffer.alloc(count, life & 0xff),
    limits: { ...DEFAULT_LIMITS.spool, ...options.limits },
    columnsOf: () => ["Timestamp", "Body"],
    insertSettings: { async_insert: "0" },
    telemetry: createSpoolTelemetry(metrics),
    logger: pino({ level: "silent" }),
    isServerAway: options.isServerAway ?? (() => false),
    onSealed: (segment) => sealed.push(segment),
  });
  if (options.returnEarly !== true) await spool.recovered;
  return { spool, metrics, sealed };
}

export function block(text: string, options: Partial<EncodedBlock> = {}): EncodedBlock {
  const bytes = Buffer.from(text);
  return { signal: "logs", table: "otel_logs", day: 20_000, rows: 1, bytes, ...options };
}

export async function bodyOf(segment: SealedSegment): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of segment.body()) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** The one value of a metric without labels, or the sum over all labels. */
export async function valueOf(metrics: CollectorMetrics, name: string): Promise<number> {
  const metric = metrics.registry.getSingleMetric(`throughline_collector_${name}`);
  const { values } = (await metric?.get()) ?? { values: [] };
  return values.reduce((sum, { value }) => sum + value, 0);
}
