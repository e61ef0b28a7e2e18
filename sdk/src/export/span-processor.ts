import { SpanStatusCode, TraceFlags, type Context } from "@opentelemetry/api";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace";
import type { Redactor } from "../redact/redactor.ts";
import type { RequestAttributes } from "../request/request-attributes.ts";
import type { BatchQueue } from "./batch-queue.ts";

/** Marks a span that its process ended, not its code. */
const UNFINISHED_ATTRIBUTE = "throughline.span.unfinished";

/** Open spans remembered at most; more than this open at once are exported as ever, only not after a crash. */
const OPEN_SPANS_MAX = 10_000;

export interface SpanProcessorOptions {
  readonly queue: BatchQueue<ReadableSpan>;
  readonly requestAttributes: RequestAttributes;
  readonly redactor: Redactor | undefined;
}

/**
 * Queues ended spans, and remembers the open ones: a request that killed the process is the request
 * someone will look for, and its server span would otherwise never be exported.
 */
export class QueueSpanProcessor implements SpanProcessor {
  readonly #options: SpanProcessorOptions;
  readonly #open = new Set<Span>();

  constructor(options: SpanProcessorOptions) {
    this.#options = options;
  }

  onStart(span: Span, parentContext: Context): void {
    const attributes = this.#options.requestAttributes.of(parentContext);
    if (attributes !== undefined) span.setAttributes(attributes);
    if (this.#open.size < OPEN_SPANS_MAX) this.#open.add(span);
  }

  onEnd(span: ReadableSpan): void {
    // The set holds the very object that ends; the type only knows its readable side.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- identity lookup, nothing is read from it
    this.#open.delete(span as Span);
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    const { queue, redactor } = this.#options;
    queue.add(redactor === undefined ? span : redactor.span(span));
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
    await this.#options.queue.flush();
  }

  async shutdown(): Promise<void> {
    await this.#options.queue.flush();
  }
}
