import { isMainThread } from "node:worker_threads";
import { QueueLogRecordProcessor } from "./export/log-processor.ts";
import { QueueSpanProcessor } from "./export/span-processor.ts";
import type { LevelControl } from "./levels/level-control.ts";
import { LogGate } from "./levels/log-gate.ts";
import type { Pipeline } from "./pipeline.ts";
import { Redactor } from "./redact/redactor.ts";
import { readRules } from "./redact/rules.ts";
import { RequestAttributes } from "./request/request-attributes.ts";
import type { Settings } from "./settings.ts";

/** What stands between the OpenTelemetry SDK and the queues. */
export interface Processors {
  readonly spans: QueueSpanProcessor;
  readonly logs: QueueLogRecordProcessor;
  readonly gate: LogGate;
}

export function createProcessors(
  settings: Settings,
  pipeline: Pipeline,
  levels: LevelControl,
  warn: (line: string) => void,
): Processors {
  const redactor = createRedactor(settings, warn);
  const requestAttributes = new RequestAttributes(settings.baggageAttributes);
  const gate = new LogGate(levels, settings.logsFollowSampling);
  return {
    gate,
    spans: new QueueSpanProcessor({ queue: pipeline.spanQueue, requestAttributes, redactor }),
    logs: new QueueLogRecordProcessor({
      queue: pipeline.logQueue,
      bodyLengthMax: settings.logBodyLengthMax,
      gate,
      requestAttributes,
      redactor,
    }),
  };
}

/** Rules that cannot be read must not mean that nothing is redacted: then the preset is applied. */
function createRedactor(
  { redact: rules, redactionKey, exporters }: Settings,
  warn: (line: string) => void,
): Redactor | undefined {
  if (rules === undefined) return undefined;
  const names = [exporters.traces, exporters.logs].flatMap(
    (each): readonly string[] => each ?? ["unknown"],
  );
  if (names.some((name) => name !== "otlp")) {
    warn(
      "THROUGHLINE_SDK_REDACT: only the otlp exporter's items are redacted, not those of others",
    );
  }
  try {
    const read = readRules(rules, redactionKey);
    // Threads and forked processes inherit the file from one that has said it.
    if (read.leftToCollector.length > 0 && isMainThread && process.send === undefined) {
      const left = read.leftToCollector.join(", ");
      warn(
        `THROUGHLINE_SDK_REDACT: ${left} of ${rules}: left to the collector, redaction is done here`,
      );
    }
    return new Redactor(read);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    warn(`THROUGHLINE_SDK_REDACT: ${reason}; the preset "default" is applied instead`);
    return new Redactor(readRules("default"));
  }
}
