import { context as contexts, type Context, type SeverityNumber } from "@opentelemetry/api";
import type {
  LogRecordProcessor,
  ReadWriteLogRecord,
  ReadableLogRecord,
} from "@opentelemetry/sdk-logs";
import type { LogGate } from "../levels/log-gate.ts";
import type { Redactor } from "../redact/redactor.ts";
import type { RequestAttributes } from "../request/request-attributes.ts";
import type { BatchQueue } from "./batch-queue.ts";

export interface LogProcessorOptions {
  readonly queue: BatchQueue<ReadableLogRecord>;
  /** A longer body is cut and says so. */
  readonly bodyLengthMax: number;
  readonly gate: LogGate;
  readonly requestAttributes: RequestAttributes;
  readonly redactor: Redactor | undefined;
}

/** From the application's call to the queue: wanted at all, named after its request, cut, redacted, queued. */
export class QueueLogRecordProcessor implements LogRecordProcessor {
  readonly #options: LogProcessorOptions;

  constructor(options: LogProcessorOptions) {
    this.#options = options;
  }

  /** Asked before a record is built. */
  enabled(asked: { readonly context: Context; readonly severityNumber?: SeverityNumber }): boolean {
    return this.#options.gate.admits(asked.severityNumber, asked.context);
  }

  onEmit(record: ReadWriteLogRecord, context: Context = contexts.active()): void {
    const { queue, bodyLengthMax, requestAttributes, redactor } = this.#options;
    const attributes = requestAttributes.of(context);
    if (attributes !== undefined) record.setAttributes(attributes);
    const body = record.body;
    if (typeof body === "string" && body.length > bodyLengthMax) {
      const cut = body.length - bodyLengthMax;
      record.setBody(`${body.slice(0, bodyLengthMax)} [${cut} characters cut]`);
    }
    queue.add(redactor === undefined ? record : redactor.logRecord(record));
  }

  async forceFlush(): Promise<void> {
    await this.#options.queue.flush();
  }

  async shutdown(): Promise<void> {
    await this.#options.queue.flush();
  }
}
