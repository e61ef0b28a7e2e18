import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { LastRequest } from "./exit/last-words.ts";
import { BatchQueue, type QueueCounters } from "./export/batch-queue.ts";
import { DeliveryReport } from "./export/delivery-report.ts";
import { QueueLogRecordProcessor } from "./export/log-processor.ts";
import { createDelegate, sendThrough, targetAddress, type SenderTarget } from "./export/sender.ts";
import { logsSerializer, traceSerializer } from "./export/serializers.ts";
import { QueueSpanProcessor } from "./export/span-processor.ts";
import type { Environment, QueueLimits, Settings } from "./settings.ts";

/** Items without an answer from the collector. */
export interface PendingItems {
  readonly spans: number;
  readonly logRecords: number;
}

export interface PipelineCounters {
  readonly spans: QueueCounters;
  readonly logRecords: QueueCounters;
}

/** The path of spans and log records from the application to the collector. */
export interface Pipeline {
  readonly spans: QueueSpanProcessor;
  readonly logs: QueueLogRecordProcessor;
  readonly targets: readonly SenderTarget[];
  pending(): PendingItems;
  counters(): PipelineCounters;
  /** @returns whether everything queued at the call was answered for */
  flush(): Promise<boolean>;
  /** Empties both queues into encoded requests, for a process without an event loop. */
  takeRequests(): readonly LastRequest[];
}

export function createPipeline(
  settings: Settings,
  environment: Environment,
  warn: (line: string) => void,
): Pipeline {
  const report = new DeliveryReport(warn);
  const common = { environment, report };
  const traceTarget = targetOf(settings, "traces");
  const logsTarget = targetOf(settings, "logs");
  const spans = createLane<ReadableSpan>({
    ...common,
    target: traceTarget,
    limits: settings.spanQueue,
    serializer: traceSerializer(traceTarget.protocol),
  });
  const logs = createLane<ReadableLogRecord>({
    ...common,
    target: logsTarget,
    limits: settings.logQueue,
    serializer: logsSerializer(logsTarget.protocol),
  });
  return {
    spans: new QueueSpanProcessor(spans.queue),
    logs: new QueueLogRecordProcessor(logs.queue, settings.logBodyLengthMax),
    targets: [traceTarget, logsTarget],
    pending: () => ({ spans: spans.queue.pending, logRecords: logs.queue.pending }),
    counters: () => ({ spans: spans.queue.counters, logRecords: logs.queue.counters }),
    flush: async () => {
      const flushed = await Promise.all([spans.queue.flush(), logs.queue.flush()]);
      return flushed.every(Boolean);
    },
    takeRequests: () => [...spans.takeRequest(), ...logs.takeRequest()],
  };
}

interface Lane<T> {
  readonly queue: BatchQueue<T>;
  readonly takeRequest: () => readonly LastRequest[];
}

interface LaneOptions<T> {
  readonly target: SenderTarget;
  readonly limits: QueueLimits;
  readonly serializer: Parameters<typeof createDelegate<T[], unknown>>[1];
  readonly environment: Environment;
  readonly report: DeliveryReport;
}

/** One signal: its queue, its client, and the way out when there is no time for either. */
function createLane<T>(options: LaneOptions<T>): Lane<T> {
  const { target, serializer, environment } = options;
  const delegate = createDelegate(target, serializer, environment);
  const address = targetAddress(target, environment).text;
  const queue = new BatchQueue<T>({
    limits: options.limits,
    send: (batch) => sendThrough(delegate, [...batch]),
    onOutcome: (outcome) => options.report.outcome(address, outcome),
  });
  return {
    queue,
    takeRequest: () => {
      const items = queue.takeAll();
      const bytes = items.length === 0 ? undefined : serializer.serializeRequest([...items]);
      return bytes === undefined ? [] : [{ target, bytes }];
    },
  };
}

function targetOf(settings: Settings, signal: SenderTarget["signal"]): SenderTarget {
  return { signal, protocol: settings.protocols[signal], endpoint: settings.endpoint };
}
