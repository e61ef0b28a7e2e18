import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { QueueCounters } from "./export/batch-queue.ts";
import { DeliveryReport } from "./export/delivery-report.ts";
import { createLogExporter, createSpanExporter } from "./export/exporters.ts";
import { Lane, type LaneOptions, type LeavingBatch } from "./export/lane.ts";
import type { ExportOutcome } from "./export/outcome.ts";
import { packLogRecords, packSpans, unpackLogRecords, unpackSpans } from "./export/portable.ts";
import { targetAddress, type SenderTarget } from "./export/target.ts";
import { rankLogRecord, rankSpan, sizeOfLogRecord, sizeOfSpan } from "./export/weigh.ts";
import type { Environment, Settings } from "./settings.ts";
import { Overflow } from "./spool/overflow.ts";
import { Resender, type ResendCounters } from "./spool/resender.ts";
import type { SpoolFiles } from "./spool/spool-files.ts";
import { openSpool } from "./spool/spool.ts";

/** One signal's way out, for whoever sees to the last of it. */
export interface OutgoingLane {
  readonly target: SenderTarget;
  /** `pending` are items without an answer from the collector. */
  readonly queue: { readonly pending: number; flush(): Promise<boolean> };
  /** Sends from now on without resource attributes that are not known yet. */
  stopWaiting(): void;
  /** Empties the queue, for a process without an event loop. */
  takeAll(): readonly LeavingBatch[];
}

export interface PipelineCounters {
  readonly spans: QueueCounters;
  readonly logRecords: QueueCounters;
  /** What the spool directory held and the collector has taken since. */
  readonly spool: ResendCounters;
}

/** The path of spans and log records from the application to the collector. */
export interface Pipeline {
  readonly spanQueue: Lane<ReadableSpan>["queue"];
  readonly logQueue: Lane<ReadableLogRecord>["queue"];
  readonly lanes: readonly OutgoingLane[];
  readonly spoolDirectory: string | undefined;
  counters(): PipelineCounters;
  /** Sends what earlier processes left in the spool directory; returns when the collector has it or is away. */
  resendSpooled(): Promise<void>;
  /** Writes to disk what overflowed and is still in memory. */
  flushOverflow(): void;
}

export function createPipeline(
  settings: Settings,
  environment: Environment,
  warn: (line: string) => void,
): Pipeline {
  const spool = openSpool(settings.spool, warn);
  // The lanes say when the collector answers, and the resender sends through the lanes.
  let resender: Resender | undefined;
  const parts: LaneParts = {
    settings,
    environment,
    spool,
    report: new DeliveryReport(warn),
    onDelivered: () => void resender?.run(),
  };
  const spans = createSpanLane(targetOf(settings, "traces"), parts);
  const logs = createLogLane(targetOf(settings, "logs"), parts);
  if (spool !== undefined) {
    const lanes = {
      traces: (bytes: Uint8Array) => spans.sendPacked(bytes),
      logs: (bytes: Uint8Array) => logs.sendPacked(bytes),
    };
    resender = new Resender({ files: spool, lanes, warn });
  }
  return {
    spanQueue: spans.queue,
    logQueue: logs.queue,
    lanes: [spans, logs],
    spoolDirectory: spool === undefined ? undefined : settings.spool?.directory,
    counters: () => ({
      spans: spans.queue.counters,
      logRecords: logs.queue.counters,
      spool: resender?.counters ?? { resent: 0, refused: 0 },
    }),
    resendSpooled: async () => {
      await resender?.run();
    },
    flushOverflow: () => {
      spans.flushOverflow();
      logs.flushOverflow();
      spool?.dropParts();
    },
  };
}

/** What both lanes are made of. */
interface LaneParts {
  readonly settings: Settings;
  readonly environment: Environment;
  readonly spool: SpoolFiles | undefined;
  readonly report: DeliveryReport;
  readonly onDelivered: () => void;
}

function createSpanLane(target: SenderTarget, parts: LaneParts): Lane<ReadableSpan> {
  return new Lane<ReadableSpan>({
    ...outcomeAndSpool<ReadableSpan>(target, parts),
    target,
    limits: parts.settings.spanQueue,
    exporter: createSpanExporter(target, parts.environment),
    rank: rankSpan,
    sizeBytes: sizeOfSpan,
    pack: packSpans,
    unpack: unpackSpans,
  });
}

function createLogLane(target: SenderTarget, parts: LaneParts): Lane<ReadableLogRecord> {
  return new Lane<ReadableLogRecord>({
    ...outcomeAndSpool<ReadableLogRecord>(target, parts),
    target,
    limits: parts.settings.logQueue,
    exporter: createLogExporter(target, parts.environment),
    rank: rankLogRecord,
    sizeBytes: sizeOfLogRecord,
    pack: packLogRecords,
    unpack: unpackLogRecords,
  });
}

function outcomeAndSpool<T>(
  target: SenderTarget,
  { settings, environment, spool, report, onDelivered }: LaneParts,
): Pick<LaneOptions<T>, "onOutcome" | "createOverflow" | "writeSpoolSync"> {
  const address = targetAddress(target, environment).text;
  const { batchItemsMax } = target.signal === "traces" ? settings.spanQueue : settings.logQueue;
  return {
    onOutcome: (outcome: ExportOutcome) => {
      report.outcome(address, outcome);
      if (outcome.kind === "delivered") onDelivered();
    },
    createOverflow:
      spool === undefined
        ? undefined
        : ({ pack, onLost }) =>
            new Overflow<T>({
              batchItemsMax,
              write: (batch) => spool.write(target.signal, pack(batch)),
              writeSync: (batch) => spool.writeSync(target.signal, pack(batch)),
              onLost,
            }),
    writeSpoolSync: (bytes) => spool?.writeSync(target.signal, bytes) ?? false,
  };
}

function targetOf(settings: Settings, signal: SenderTarget["signal"]): SenderTarget {
  return { signal, protocol: settings.protocols[signal], endpoint: settings.endpoint };
}
