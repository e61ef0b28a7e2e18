import { SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace";
import type { BatchQueue } from "./batch-queue.ts";

/** Marks a span that its process ended, not its code. */
const UNFINISHED_ATTRIBUTE = "throughline.span.unfinished";

/** Open spans remembered at most; more than this open at once are exported as ever, only not after a crash. */
const OPEN_SPANS_MAX = 10_000;

/**
 * Queues ended spans, and remembers the open ones: a request that killed the process is the request
 * someone will look for, and its server span would otherwise never be exported.
 */
export class QueueSpanProcessor implements SpanProcessor {
  readonly #queue: BatchQueue<ReadableSpan>;
  readonly #open = new Set<Span>();

  constructor(queue: BatchQueue<ReadableSpan>) {
    this.#queue = queue;
  }

  onStart(span: Span): void {
    if (this.#open.size < OPEN_SPANS_MAX) this.#open.add(span);
  }

  onEnd(span: ReadableSpan): void {
    // The set holds the very object that ends; the type only knows its readable side.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- identity lookup, nothing is read from it
    this.#open.delete(span as Span);
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) this.#queue.add(span);
  }

  /**
   * Ends every open span, children first, so that the trace of a dying process is whole.
   * @param failure becomes the error status; undefined where the process ends of its own will
   */
  endOpenSpans(failure: string | undefined): void {
    for (const span of [...this.#open].toReversed()) {
      span.setAttribute(UNFINISHED_ATTRIBUTE, true);
      if (failure !== undefined) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
      }
      span.end();
    }
  }

  async forceFlush(): Promise<void> {
    await this.#queue.flush();
  }

  async shutdown(): Promise<void> {
    await this.#queue.flush();
  }
}
