import type {
  LogRecordProcessor,
  ReadWriteLogRecord,
  ReadableLogRecord,
} from "@opentelemetry/sdk-logs";
import type { BatchQueue } from "./batch-queue.ts";

/** Queues log records; a body longer than the limit is cut and says so. */
export class QueueLogRecordProcessor implements LogRecordProcessor {
  readonly #queue: BatchQueue<ReadableLogRecord>;
  readonly #bodyLengthMax: number;

  constructor(queue: BatchQueue<ReadableLogRecord>, bodyLengthMax: number) {
    this.#queue = queue;
    this.#bodyLengthMax = bodyLengthMax;
  }

  onEmit(record: ReadWriteLogRecord): void {
    const body = record.body;
    if (typeof body === "string" && body.length > this.#bodyLengthMax) {
      const cut = body.length - this.#bodyLengthMax;
      record.setBody(`${body.slice(0, this.#bodyLengthMax)} [${cut} characters cut]`);
    }
    this.#queue.add(record);
  }

  async forceFlush(): Promise<void> {
    await this.#queue.flush();
  }

  async shutdown(): Promise<void> {
    await this.#queue.flush();
  }
}
